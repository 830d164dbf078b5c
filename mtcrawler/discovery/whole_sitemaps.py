"""Nested sitemaps that were read whole, and when a run may remember them as such."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from mtcrawler.model.limits import Cut
from mtcrawler.model.reasons import DROPPED, DropReason

WholeSitemap = tuple[str, datetime]
"""The address of a nested sitemap that the crawl wants all of, and when it was named."""

# With any of these some article of a sitemap may be neither stored nor known.
FAILURES: Final = (
    "page/failed",
    "store/failed",
    "store/waiting",
    "run/unanswered",
    "wall/not-asked",
    f"{DROPPED}{DropReason.NOT_STORED}",
    *(f"discovery/cut/{cut}" for cut in (Cut.ADDRESS, Cut.ADDRESSES, Cut.WAITING, Cut.ROBOTS, Cut.ENTRIES, Cut.LEVELS)),
)
# So do the names of failures of which there are many kinds.
KINDS: Final = ("discovery/failed/sitemap", "run/error/", "spider_exceptions/")


def complete(stats: Mapping[str, Any]) -> bool:
    """Whether all that the sitemaps which were read name is stored or known; others may have been left unread."""
    return not any(stats.get(name) for name in FAILURES) and not any(name.startswith(KINDS) for name in stats)
