"""Faults a desk must survive: each breaks something under a crew of robots, and says what it did to them."""
