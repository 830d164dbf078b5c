"""What things cost, measured: `python -m benchmarks` (beside other crawlers) and
`.endurance`, `.growth`, `.bucket`, `.neighbours`, `.measuring.popups`, `.dismissing`.
"""
