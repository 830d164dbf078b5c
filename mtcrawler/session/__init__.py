"""One crawl's session with its bucket."""
