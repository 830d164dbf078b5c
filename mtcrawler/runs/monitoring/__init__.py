"""A run as people and machines watch it: log, progress, metrics, traces."""
