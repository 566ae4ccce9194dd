"""E-mail: what a message says, whoever sent it and however broken it is."""
