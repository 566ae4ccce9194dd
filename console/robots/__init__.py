"""Scripted technicians and requesters who use a running desk through its doors only: a demo, a soak test, a load test."""
