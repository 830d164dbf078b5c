"""How fast kept pages are read again: `python -m benchmarks.reextract`."""
