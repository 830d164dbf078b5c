"""Kills and outages at random moments, and what must be true afterwards."""
