"""Kept pages read again."""
