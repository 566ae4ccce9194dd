"""Programs that measure the console on the machine they run on. bench/README.md says what each one is for."""
