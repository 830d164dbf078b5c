"""A URL that a source names, before anybody knows whether it is an article's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True)
class DiscoveredUrl:
    """A URL that a source names; `lastmod` and `published` only where the source states them.

    `words` are those of the link, where it was one. `sure` says that the source names nothing but articles.
    """

    url: str
    source: str
    published: datetime | None = None
    lastmod: datetime | None = None
    words: int | None = None
    sure: bool = False

    @property
    def news(self) -> datetime | None:
        """The latest that is said of it: when it was published or last changed."""
        return max(filter(None, (self.lastmod, self.published)), default=None)

    def with_news_of(self, other: DiscoveredUrl) -> DiscoveredUrl:
        """The same find with the later of both dates: what any source says counts."""
        published = max(filter(None, (self.published, other.published)), default=None)
        lastmod = max(filter(None, (self.lastmod, other.lastmod)), default=None)
        if (published, lastmod) == (self.published, self.lastmod):
            return self
        return replace(self, published=published, lastmod=lastmod)
