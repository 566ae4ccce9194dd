"""The verbs: one family a file. Each opens one change; nothing else writes to the desk."""
