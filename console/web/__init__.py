"""The HTTP doors of the pages: thin, one resource a file. They read the request, call an action or a query, and answer."""
