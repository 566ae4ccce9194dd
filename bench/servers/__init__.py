"""Real servers for tests and measurements, each of one's own and gone at the end."""
