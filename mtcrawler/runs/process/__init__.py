"""The crawl as a process: supervised, watched, with a heartbeat."""
