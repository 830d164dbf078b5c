"""What things cost, measured: `python -m benchmarks` (beside other crawlers), `.bucket`, `.neighbours`, `.popups`."""
