"""Laws of the language of a text."""
