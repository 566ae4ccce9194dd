"""Who is where, doing what. Commands in, rosters and listeners out; it knows no sockets, no pages and no database."""
