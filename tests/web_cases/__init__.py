"""Trouble that people report of news sites, each shown by a small site that is crawled; case.py says how."""
