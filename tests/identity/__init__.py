"""Ids, hashes and cleaned words."""
