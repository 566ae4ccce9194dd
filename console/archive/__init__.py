"""Backups: a whole desk in one file, and from there into SQLite or PostgreSQL alike."""
