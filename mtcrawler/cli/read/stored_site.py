"""A site that a command is asked for by name has to be in the bucket: finding nothing would tell of no mistake."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from mtcrawler.cli.terminal import safe
from mtcrawler.model.errors import ArgumentError
from mtcrawler.storage.layout import is_site
from mtcrawler.storage.read.reader import Bucket

SHOWN: Final = 80
"""Characters of a wrong name that are repeated."""


def check_site(bucket: Bucket, site: str | None, doing: str) -> None:
    """Raises ArgumentError where a site is named of which nothing lies in the bucket; `doing` says what for."""
    if site is None or (is_site(site) and bucket.dates(site)):
        return
    alike = get_close_matches(site, bucket.sites(), n=1)
    meant = f"Did you mean {safe(alike[0])}?" if alike else "Crawl it, or see `mtcrawler articles` for the sites."
    raise ArgumentError(f"{doing} {safe(site[:SHOWN])!r}", "there is nothing of that site in the bucket", meant)
