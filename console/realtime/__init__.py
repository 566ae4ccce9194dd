"""The live side: follows the log, renders what happened once, and pushes it to the sockets that look at it."""
