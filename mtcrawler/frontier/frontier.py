"""Which of the addresses that sources name are to be fetched: articles, asked for, each once, newest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from urllib.parse import urlsplit

from mtcrawler.frontier.scope import Scope
from mtcrawler.markup.addresses import Site
from mtcrawler.model.discovered_url import DiscoveredUrl


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


class Frontier:
    """Decides for one crawl; an address that was handed out once is never handed out again.

    `due` says of a canonical address, and of when a source says it last changed, whether it is to be fetched at all.
    """

    def __init__(self, site: Site, scope: Scope, article_path: re.Pattern[str], dated_path: re.Pattern[str]) -> None:
        self._site, self._scope = site, scope
        self._article_path, self._dated_path = article_path, dated_path
        self._seen: set[str] = set()
        self._slugs: set[str] = set()
        self._waiting: list[CrawlTarget] = []
        self._released = 0
        self.due: Callable[[str, datetime | None], bool] = lambda address, changed: True
        self.spared = 0  # addresses that are known and need not be looked at now
        self.found: Counter[str] = Counter()  # addresses by the source that named them first

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
        if not (self._site.owns(url) and (dated := self._dated_path.fullmatch(self._path(url)))):
            return None
        try:
            return date(*(int(part) for part in dated.groups()[:3]))
        except ValueError:
            return None

    def consider(self, found: DiscoveredUrl) -> CrawlTarget | None:
        """What to fetch for this find, or None where it is no article, not asked for, or known already.

        With a limit everything waits for `release`, because the newest may be named last.
        """
        if not (named := self._article(found.url)):
            return None
        address, day = self._site.canonical(found.url), self.day_of(found.url)
        slug = named.groupdict().get("slug")
        # Related links carry today's day and no id and always redirect to a page that is known by its slug.
        if address in self._seen or (day is None and slug in self._slugs) or (day and not self._scope.covers(day)):
            return None
        self._seen.add(address)
        if day and slug:
            self._slugs.add(slug)
        self.found[found.source] += 1
        if not self.due(address, max(filter(None, (found.lastmod, found.published)), default=None)):
            self.spared += 1
            return None
        target = CrawlTarget(address, day, found)
        if self._scope.limit is None:
            return target
        self._waiting.append(target)
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
        waiting, self._waiting = sorted(self._waiting, key=lambda one: one.rank, reverse=True), []
        released = waiting[: (self._scope.limit or 0) - self._released]
        self._released += len(released)
        return released

    def _path(self, url: str) -> str:
        return urlsplit(self._site.canonical(url)).path

    def _article(self, url: str) -> re.Match[str] | None:
        return self._article_path.fullmatch(self._path(url)) if self._site.owns(url) else None
