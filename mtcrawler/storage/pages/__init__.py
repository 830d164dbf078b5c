"""Kept pages: what was fetched, as WARC files that any archive tool opens, and how one page of them is read again."""
