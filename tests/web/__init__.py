"""The HTTP doors of the pages, asked over real HTTP and real sockets."""
