"""Articles in forms that are made of their fields: which columns there are, and rows of text."""
