"""What things cost, measured: `python -m benchmarks.bucket`, `.neighbours`, `.popups`."""
