"""The domain: rows, rules and verbs. It knows no HTTP, no sockets and no templates."""
