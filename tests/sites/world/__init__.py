"""Forty small news sites that nobody has described: as data, as served pages, and as the truth to measure against."""
