"""The commands that read the bucket."""
