"""Kept pages in the bucket."""
