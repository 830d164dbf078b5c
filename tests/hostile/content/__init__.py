"""Content that is made to be slow or dangerous to read."""
