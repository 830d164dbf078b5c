"""The commands that run a fleet."""
