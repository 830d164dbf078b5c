"""What `make demo` shows: a crawl of the bundled newspaper from start to finish, on this machine alone."""
