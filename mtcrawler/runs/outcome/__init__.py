"""How a run ended: its counts, its outcome and exit code, drift from earlier runs."""
