"""Glances: visits that ask a site's sources whether they have changed, and nothing else."""
