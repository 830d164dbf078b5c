"""The change feed: written line by line, read from a cursor."""
