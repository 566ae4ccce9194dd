"""The demo desk: accounts and more than 200 tickets that read like a real desk's."""
