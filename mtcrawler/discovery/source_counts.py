"""What the sources of a crawl gave, and what of them was left unread: counted by name, and told as it happens."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final, TypeVar

from scrapy.crawler import Crawler
from scrapy.http import Request

from mtcrawler.frontier.account import Account
from mtcrawler.model import limits
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import Cut

logger = logging.getLogger(__name__)

OTHERS: Final = "The other sources are still read."
GOES_ON: Final = "The rest of it is left unread; the crawl goes on."
ENTRIES: Final = "Open it: an article that only such an entry tells of is not found."
Found = TypeVar("Found")


class SourceCounts:
    """Keeps the stats of one crawl's discovery; `account` keeps the addresses of sources that could not be read."""

    def __init__(self, crawler: Crawler, account: Account) -> None:
        self.crawler, self._account = crawler, account

    def count(self, name: str, number: int = 1) -> None:
        """So many more under this name."""
        self.crawler.stats.inc_value(f"discovery/{name}", number)

    def unread(self, source: str, error: DiscoveryError, address: str) -> None:
        """A source could not be read at this address; the others go on."""
        self.count(f"failed/{source}")
        self._account.unread.setdefault(source, address)
        logger.warning("%s", error)

    def not_fetched(self, request: Request, happened: str) -> None:
        """A request for a source, or for several lists that begin with one page, failed; the others go on."""
        error = DiscoveryError(f"Fetching {request.url}", happened, OTHERS)
        for name in _names(request):
            self.unread(name, error, request.url)

    def not_reached(self, request: Request) -> None:
        """The run was stopped before its sources were asked for."""
        for name in _names(request):
            self.count(f"not_reached/{name}")

    def cut_off(self, source: str, url: str) -> None:
        """A source stops in the middle of its markup: what could be read of it counts, and it is not whole."""
        happened = "it stops in the middle of its markup"
        error = DiscoveryError(f"Reading the source {url}", happened, "What came of it is used; run again.")
        self.unread(source, error, url)

    def listed(self, source: str, number: int) -> None:
        """How many articles a source names, asked for or not; one that cannot be read says nothing."""
        if not self.crawler.stats.get_value(f"discovery/failed/{source}"):
            self.count(f"listed/{source}", number)

    def unusable(self, source: str, url: str, number: int, of: int, *, named: bool = True) -> None:
        """So many `of` the entries of a source at this address say of no page where it is.

        Where none does, the source could not be read, unless nobody `named` it: of the feeds that a front page offers
        some are of recordings, which have no pages.
        """
        self.count(f"unusable/{source}", number)
        error = DiscoveryError(f"Reading {url}", f"{number} of its {of} entries have no link to a page", ENTRIES)
        if named and number >= of:
            self.unread(source, error, url)
        else:
            logger.warning("%s", error)

    def cut(self, cut: Cut, where: str, number: int = 1) -> None:
        """Count what is left unread because of a cap; the first of its kind is told at once, all of them at the end."""
        if not self.crawler.stats.get_value(f"discovery/cut/{cut}"):
            logger.warning("%s", DiscoveryError(f"Reading {where[:200]}", f"it exceeds a limit ({cut})", GOES_ON))
        self.count(f"cut/{cut}", number)

    def short(self, address: str, named_by: str) -> bool:
        """Whether the address is no longer than an address may be."""
        if len(address) <= limits.ADDRESS_CHARS:
            return True
        self.cut(Cut.ADDRESS, named_by)
        return False

    def up_to(self, most: int, found: list[Found], cut: Cut, where: str) -> list[Found]:
        """So many of these finds; that there were more is counted."""
        if len(found) > most:
            self.cut(cut, where)
        return found[:most]


def _names(request: Request) -> Iterator[str]:
    """The sources that a request is for."""
    yield request.cb_kwargs["source"]
    yield from (other.name for other in request.cb_kwargs.get("others", ()))
