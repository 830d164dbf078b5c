"""The parsers fed with bytes that nobody meant for them."""
