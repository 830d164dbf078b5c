"""The blocks of a body: which elements become which, what is embedded, and what is left out."""
