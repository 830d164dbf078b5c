"""Measures the web page over a large bucket."""
