"""What a crawl fetches an article by: its address, how it was found, and what for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from sys import getsizeof
from typing import Final

from mtcrawler.model.discovered_url import DiscoveredUrl

REQUEST: Final = 1_500
"""Bytes of a request and of what it holds, without its addresses."""


class Errand(Enum):
    """What a page is fetched for."""

    ARTICLE = auto()
    """Its article, whatever address it declares."""
    CANONICAL = auto()
    """The article that another page says is its own; what this one declares is not followed any further."""
    OWN = auto()
    """Its article under its own address: what it declares is another article's."""
    COMPARED = auto()
    """Its words, to compare another page with."""


@dataclass(frozen=True)
class CrawlTarget:
    """An article to fetch: its address, the day in it, how it was found, and what it is fetched for."""

    address: str
    day: date | None
    found: DiscoveredUrl
    asked: bool = False
    errand: Errand = Errand.ARTICLE
    first_named: str = ""

    @property
    def named(self) -> str:
        """The address that the source named, whichever leads to the article.

        There is none for the page that another one declares until it is known that it has that one's article.
        """
        return self.first_named if self.errand in {Errand.CANONICAL, Errand.COMPARED} else self.address

    @property
    def rank(self) -> int:
        """Larger is newer; what nobody dates comes last."""
        return self.newness[0]

    @property
    def newness(self) -> tuple[int, float]:
        """Larger is newer: the day, and the moment as far as a source tells it.

        The day is that in the address, else that of publication, else that of the last change.
        """
        told = self.found.published or self.found.lastmod
        if self.day is None:
            return (told.toordinal(), told.timestamp()) if told else (date.min.toordinal(), 0.0)
        fits = told is not None and abs((told.date() - self.day).days) <= 1
        return self.day.toordinal(), told.timestamp() if told and fits else 0.0


def weight(target: CrawlTarget, url: str = "") -> int:
    """Bytes that an address takes while it waits, with the request for it where that is for this address."""
    texts = (target.address, target.found.url, url)
    return REQUEST + sum(map(getsizeof, texts))
