"""Agent Console: a help desk in which technicians, leads and requesters work on the same tickets live."""

__version__ = "0.1.0"
