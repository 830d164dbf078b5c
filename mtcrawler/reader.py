"""The former name of `mtcrawler.api`, for code that still imports it; it goes with the next major version."""

import warnings

from mtcrawler.api import Article, Bucket, Change, Changes, Edit, Kept, Location, difference

__all__ = ["Article", "Bucket", "Change", "Changes", "Edit", "Kept", "Location", "difference"]

warnings.warn("mtcrawler.reader is now mtcrawler.api: import from there", DeprecationWarning, stacklevel=2)
