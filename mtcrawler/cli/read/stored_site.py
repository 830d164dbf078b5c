"""A site that a command is asked for by name has to be in the bucket: finding nothing would tell of no mistake."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

from mtcrawler.cli.terminal import safe
from mtcrawler.model.errors import ArgumentError
from mtcrawler.storage.layout import is_site
from mtcrawler.storage.read.reader import Bucket

NEAREST: Final = 3
"""Names that are told in the place of a wrong one."""
SHOWN: Final = 80
"""Characters of a wrong name that are repeated."""


def check_site(bucket: Bucket, site: str | None, doing: str) -> None:
    """Raises ArgumentError where a site is named of which nothing lies in the bucket; `doing` says what for."""
    if site is None or (is_site(site) and bucket.dates(site)):
        return
    meant = near(site, bucket.sites()) or "Crawl a site first."
    raise ArgumentError(f"{doing} {safe(site[:SHOWN])!r}", "there is nothing of that site in the bucket", meant)


def near(name: str, known: Iterable[str]) -> str:
    """Which of the names that are known a wrong one may stand for, or else some of them; empty where none is known."""
    every = sorted(known)
    if alike := get_close_matches(name[:SHOWN].lower(), every, n=NEAREST):
        return f"Did you mean {' or '.join(map(safe, alike))}?"
    more = f" and {len(every) - NEAREST} more" if len(every) > NEAREST else ""
    return f"There {'is' if len(every) == 1 else 'are'} {', '.join(map(safe, every[:NEAREST]))}{more}." if every else ""
