"""Which words of a page nobody has described are the article's."""
