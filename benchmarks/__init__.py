"""How fast it is, measured: `python -m benchmarks.bucket`, `python -m benchmarks.neighbours`."""
