"""A URL that a source names, before anybody knows whether it is an article's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DiscoveredUrl:
    """A URL that a source names; `lastmod` and `published` only where the source states them."""

    url: str
    source: str
    published: datetime | None = None
    lastmod: datetime | None = None
