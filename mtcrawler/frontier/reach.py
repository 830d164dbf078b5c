"""How far a run follows what sources name: every sitemap and every list once, so many of them and no deeper."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from scrapy.http import Request

from mtcrawler.frontier.remembered import Remembered
from mtcrawler.markup.addresses import Site
from mtcrawler.model.limits import BACKFILL_LISTS, LISTS, SITEMAP_LEVELS, SITEMAPS, SITEMAPS_IN_VAIN, Cut
from mtcrawler.sites.sources import Listing


class Reach:
    """What one run has read so far. An answer of False means: read it; True: it has been; a Cut: that is too much.

    The number of sitemaps counts what is asked for and what a redirect leads to.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._sitemaps = Remembered()
        self._lists: dict[bool, set[str]] = {False: set(), True: set()}
        """Further lists, apart for back-fills: these have a cap of their own."""
        self._contents: set[int] = set()
        self._in_vain = 0
        self.waiting: deque[Request] = deque()
        """Sitemaps that are to be read, while others are."""
        self.asked = 0
        """Sitemaps that were asked for and have not come."""
        self._named: defaultdict[Listing, set[int]] = defaultdict(set)

    def sitemap(self, url: str, level: int) -> Cut | bool:
        """Whether the sitemap at this address, `level` of them above it, is left out, and why."""
        if level >= SITEMAP_LEVELS:
            return Cut.LEVELS
        key = self._key(url)
        if key in self._sitemaps:
            return True
        if len(self._sitemaps) >= SITEMAPS:
            return Cut.SITEMAPS
        self._sitemaps.add(key)
        return False

    def redirected(self, way: Sequence[str]) -> bool:
        """Whether a sitemap that was asked for led, by this way, to one that is read already or is going to be."""
        asked, *others = (self._key(url) for url in way)
        seen = bool(others) and others[-1] != asked and others[-1] in self._sitemaps
        for each in others:
            self._sitemaps.add(each)
        return seen

    def brought(self, pages: Iterable[str]) -> None:
        """Take note of the pages that a sitemap names."""
        contents = frozenset(pages)
        if not contents or hash(contents) in self._contents:
            self._in_vain += 1
        else:
            self._in_vain = 0
            self._contents.add(hash(contents))

    @property
    def barren(self) -> bool:
        """Whether so many sitemaps in a row brought nothing that no more are asked for."""
        return self._in_vain >= SITEMAPS_IN_VAIN

    def listing(self, path: str, *, backfill: bool = False) -> Cut | bool:
        """Whether the list that another one leads to is left out, and why."""
        lists = self._lists[backfill]
        if path in lists:
            return True
        if len(lists) >= (BACKFILL_LISTS if backfill else LISTS):
            return Cut.BACKFILL if backfill else Cut.LISTS
        lists.add(path)
        return False

    def goes_on(self, listing: Listing, articles: Iterable[str]) -> bool:
        """Whether a part of this list names any article that none before it did: if not, what follows is alike.

        Lists that begin at the same address may have other links and other parts: each is looked at by itself.
        """
        named = self._named[listing]
        before = len(named)
        named.update(map(hash, articles))
        return len(named) > before

    def _key(self, url: str) -> str:
        """Unlike a page's, a sitemap's query string counts: it may be the only thing that tells two of them apart."""
        url = self._site.fetchable(url)
        return f"{self._site.canonical(url)}?{urlsplit(url).query}"
