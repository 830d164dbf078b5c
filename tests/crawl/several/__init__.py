"""Several sites crawled by one process, on loopback."""
