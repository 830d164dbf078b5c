"""Articles that are taken out on request: what the feed tells of them, and what must not be left or come back."""
