"""Which of the addresses that sources name are to be fetched: articles, asked for, each once, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import blake2b
from sys import getsizeof
from typing import Final
from urllib.parse import urlsplit

from mtcrawler.frontier.scope import Scope
from mtcrawler.markup.addresses import Site
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.patterns import Match

SHORT: Final = 200
"""Characters of an address that is remembered as it is; of a longer one only a hash is."""
REQUEST: Final = 1_500
"""Bytes of a request and of what it holds, without its addresses."""
FEW: Final = 1_000
"""Addresses that may wait in vain, so that they are not sorted each time."""


@dataclass(frozen=True)
class CrawlTarget:
    """An article to fetch: its address, the day in it, how it was found and which other addresses led to it."""

    address: str
    day: date | None
    found: DiscoveredUrl
    asked: bool = False
    known_as: tuple[str, ...] = ()

    @property
    def rank(self) -> int:
        """Larger is newer; undated addresses come last."""
        return (self.day or date.min).toordinal()


def weight(target: CrawlTarget, url: str = "") -> int:
    """Bytes that an address takes while it waits, with the request for it where that is for this address."""
    texts = (target.address, target.found.url, *target.known_as, url)
    return REQUEST + sum(map(getsizeof, texts))


class Remembered:
    """A set of texts that takes little memory, however long they are; nothing is ever taken out of it."""

    def __init__(self) -> None:
        self._known: set[str | bytes] = set()

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and _key(text) in self._known

    def add(self, text: str) -> None:
        """One more."""
        self._known.add(_key(text))


def _key(text: str) -> str | bytes:
    return text if len(text) <= SHORT else blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Frontier:
    """Decides for one crawl; an address that was handed out once is never handed out again.

    `site` is the definition's, with the mirror that a run has of it. `due` says of a canonical address, and of when a
    source says it last changed, whether it is to be fetched at all.
    """

    def __init__(self, definition: SiteDefinition, site: Site, scope: Scope) -> None:
        self._definition, self._site, self.scope = definition, site, scope
        self._seen = Remembered()
        self._slugs = Remembered()
        self._waiting: list[CrawlTarget] = []
        self._bytes = 0
        self._released = 0
        self.due: Callable[[str, datetime | None], bool] = lambda address, changed: True
        self.spared = 0  # addresses that are known and need not be looked at now
        self.found: Counter[str] = Counter()  # addresses by the source that named them first

    @property
    def waiting(self) -> int:
        """Bytes of the addresses that wait for `release`."""
        return self._bytes

    @property
    def handled(self) -> int:
        """Addresses that were handed out, wait, or were spared."""
        return len(self._seen)

    def is_article(self, url: str) -> bool:
        """Whether the address has the form of an article's."""
        return self._article(url) is not None

    def is_new(self, url: str) -> bool:
        """Whether it is an article's address that was neither handed out nor spared."""
        return self.is_article(url) and self._site.canonical(url) not in self._seen

    def day_of(self, url: str) -> date | None:
        """The day of publication, where the address holds it."""
        return self._definition.day(self._path(url)) if self._site.owns(url) else None

    def consider(self, found: DiscoveredUrl) -> CrawlTarget | None:
        """What to fetch for this find, or None where it is no article, not asked for, or known already.

        With a limit everything waits for `release`, because the newest may be named last.
        """
        if not (named := self._article(found.url)):
            return None
        address, day = self._site.canonical(found.url), self.day_of(found.url)
        slug = named.groupdict().get("slug")
        # An address without a day leads to the dated one with the same slug.
        if address in self._seen or (day is None and slug in self._slugs) or (day and not self.scope.covers(day)):
            return None
        self._seen.add(address)
        if day and slug:
            self._slugs.add(slug)
        self.found[found.source] += 1
        if not self.due(address, max(filter(None, (found.lastmod, found.published)), default=None)):
            self.spared += 1
            return None
        target = CrawlTarget(address, day, found)
        if (limit := self.scope.limit) is None:
            return target
        self._waiting.append(target)
        self._bytes += weight(target)
        if len(self._waiting) > 2 * limit + FEW:
            self._keep(self._newest(limit - self._released))
        return None

    def ask(self, url: str) -> CrawlTarget | None:
        """What to fetch for an address that was asked for by name."""
        address = self._site.canonical(url)
        if address in self._seen:
            return None
        self._seen.add(address)
        self.found["url"] += 1
        return CrawlTarget(address, self.day_of(address), DiscoveredUrl(url, "url"), asked=True)

    def recheck(self, address: str) -> CrawlTarget | None:
        """What to fetch for a stored article whose time has come, whether or not a source still names it."""
        if address in self._seen:
            return None
        self._seen.add(address)
        return CrawlTarget(address, self.day_of(address), DiscoveredUrl(address, "recheck"))

    def instead(self, target: CrawlTarget, canonical: str, here: str) -> CrawlTarget | None:
        """The canonical page of one that is only another form of it; None where that is known already."""
        if canonical in self._seen:
            return None
        self._seen.add(canonical)
        return replace(
            target, address=canonical, day=self.day_of(canonical), known_as=(*target.known_as, target.address, here)
        )

    def arrived(self, canonical: str) -> None:
        """An article has been fetched, under whatever address: it need not be asked for again."""
        self._seen.add(canonical)

    def release(self) -> list[CrawlTarget]:
        """The newest of those that waited for every source to be read, up to the limit."""
        released = self._newest((self.scope.limit or 0) - self._released)
        self._keep([])
        self._released += len(released)
        return released

    def _newest(self, number: int) -> list[CrawlTarget]:
        return sorted(self._waiting, key=lambda one: one.rank, reverse=True)[:number]

    def _keep(self, waiting: list[CrawlTarget]) -> None:
        self._waiting, self._bytes = waiting, sum(map(weight, waiting))

    def _path(self, url: str) -> str:
        return urlsplit(self._site.canonical(url)).path

    def _article(self, url: str) -> Match | None:
        return self._definition.article(self._path(url)) if self._site.owns(url) else None
