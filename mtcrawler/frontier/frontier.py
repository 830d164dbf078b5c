"""Which of the addresses that sources name are to be fetched: articles, asked for, each once, newest first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from mtcrawler.frontier.account import Account
from mtcrawler.frontier.article_addresses import ArticleAddresses, addresses_of
from mtcrawler.frontier.remembered import Remembered, remembered
from mtcrawler.frontier.scope import FORCED, Scope
from mtcrawler.frontier.target import CrawlTarget, Errand, weight
from mtcrawler.markup.addresses import Site, after_origin
from mtcrawler.model import clock
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.reasons import Fate
from mtcrawler.sites.definition import SiteDefinition

AHEAD: Final = timedelta(days=1)
"""How far clocks and zones may differ."""
OUTSIDE: Final = 100_000
"""Addresses that need not be fetched which are remembered as such; of further ones, one that is named twice counts
twice."""
FEW: Final = 1_000
"""Addresses that may wait in vain, so that they are not sorted each time."""


class Frontier:
    """Decides for one crawl; an address that was handed out once is never handed out again.

    `site` is the definition's, with the mirror that a run has of it. `due` says of a canonical address, of when a
    source says it last changed, and of that source, whether it is to be fetched at all; `removed` whether its article
    was taken out on request.
    """

    def __init__(
        self,
        definition: SiteDefinition,
        site: Site,
        scope: Scope,
        account: Account | None = None,
        addresses: ArticleAddresses | None = None,
    ) -> None:
        self._site, self.scope = site, scope
        self.addresses = addresses or addresses_of(definition, site)
        self.account = account or Account()
        self._seen = Remembered()
        self._slugs = Remembered()
        self._waiting: dict[str, CrawlTarget] = {}
        self._passed_over: dict[str | bytes, DiscoveredUrl | None] = {}
        self._spared: dict[str | bytes, DiscoveredUrl | None] = {}
        self._outside: dict[int, Fate] = {}
        self._bytes = 0
        self._released = 0
        self.due: Callable[[str, datetime | None, str], bool] = lambda address, changed, source: True
        self.removed: Callable[[str], bool] = lambda address: False
        self.spared = 0  # addresses that are known and need not be looked at now

    @property
    def found(self) -> Counter[str]:
        """Addresses by the source that named them first."""
        return self.account.found

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
        return self._site.owns(url) and self.addresses.is_article(url)

    def is_new(self, url: str) -> bool:
        """Whether it is an article's address that was neither handed out nor spared."""
        return self.is_article(url) and self._site.canonical(url) not in self._seen

    def knows(self, url: str) -> bool:
        """Whether it is known what is to be done with an address: it was handed out, spared, or left out."""
        address = self._site.canonical(url)
        return address in self._seen or hash(address) in self._outside

    def too_old(self, found: DiscoveredUrl) -> None:
        """A source shows that this was published before the days asked for."""
        if self.addresses.is_article(found.url):
            self.leave(found, Fate.OUT_OF_SCOPE)

    def leave(self, found: DiscoveredUrl, fate: Fate) -> None:
        """Account for an address that need not be fetched, unless something was decided of it before."""
        if not self.knows(found.url):
            self._left_out(self._site.canonical(found.url), found.source, fate)

    @property
    def exhausted(self) -> bool:
        """Whether as much was released as the limit allows."""
        return self.scope.limit is not None and self._released >= self.scope.limit

    def day_of(self, url: str) -> date | None:
        """The day of publication, where the address holds it."""
        return self.addresses.day(url) if self._site.owns(url) else None

    def consider(self, found: DiscoveredUrl) -> CrawlTarget | None:
        """What to fetch for this find, or None where it is no article, not asked for, or known already.

        Whoever names it first, the latest that any source says of it counts. With a limit everything waits for
        `release`, because the newest may be named last.
        """
        if not self._site.owns(found.url):
            return None
        if not self.addresses.learned and not self.addresses.is_article(found.url):
            self.account.no_match(found.url)
            return None
        address, day = self._site.canonical(found.url), self.day_of(found.url)
        if address in self._seen:
            return self._named_again(address, day, found)
        slug = self.addresses.slug(found.url)
        if (fate := self._needless(address, day, slug)) is not None:
            self._left_out(address, found.source, fate)
            return None
        if self.addresses.learned:
            if day is None and self._too_old(found):
                self.too_old(found)
                return None
            if found.news is None and self._outside.get(hash(address)) == Fate.OUT_OF_SCOPE:
                return None
            # What is known costs no look; what a feed names teaches all the same.
            known = not found.sure and not self.due(address, self._plausible(found).news, found.source)
            if not known and not self.addresses.wanted(found):
                return None
        self._seen.add(address)
        if day and slug:
            self._slugs.add(slug)
        self._enter(address, found.source)
        return self._wanted(CrawlTarget(address, day, self._plausible(found)))

    def _needless(self, address: str, day: date | None, slug: str | None) -> Fate | None:
        """Why an address need not be fetched, whatever else is known of it; None where nothing says so."""
        if self.removed(address):
            return Fate.REMOVED
        if day:
            return None if self.scope.covers(day) else Fate.OUT_OF_SCOPE
        return Fate.ALTERNATE if slug in self._slugs else None  # it leads to the dated one with the same slug

    def _too_old(self, found: DiscoveredUrl) -> bool:
        """Whether it was published, or last changed, before the days asked for."""
        dated = found.published or found.lastmod
        return dated is not None and dated.date() < self.scope.since

    def _left_out(self, address: str, source: str, fate: Fate) -> None:
        """Account for an address that need not be fetched, once as far as memory allows; it takes up no room."""
        if (key := hash(address)) not in self._outside:
            if len(self._outside) < OUTSIDE:
                self._outside[key] = fate
            self.account.enter(address, source)
            self.account.settle(address, fate)

    def _enter(self, address: str, source: str) -> None:
        """Have an address under way; one that was left out before has been found already, and has that fate no more."""
        if (fate := self._outside.pop(hash(address), None)) is not None:
            self.account.reopen(address, fate)
        else:
            self.account.enter(address, source)

    def _named_again(self, address: str, day: date | None, found: DiscoveredUrl) -> CrawlTarget | None:
        """What to fetch for an address that was named before, now that more is known of it."""
        found = self._plausible(found)
        if waiting := self._waiting.get(address):
            self._waiting[address] = replace(waiting, found=waiting.found.with_news_of(found))
            return None
        for put_aside, fate in ((self._spared, Fate.NOT_DUE), (self._passed_over, Fate.OVER_LIMIT)):
            if (key := remembered(address)) in put_aside and found.news is not None:
                known = put_aside[key]
                merged = replace(found.with_news_of(known), source=known.source) if known else found
                if known and known.news == merged.news:
                    put_aside[key] = _dated(merged)
                    return None
                del put_aside[key]
                self.spared -= fate is Fate.NOT_DUE
                self.account.reopen(address, fate)
                return self._wanted(CrawlTarget(address, day, merged))
        return None

    def _wanted(self, target: CrawlTarget) -> CrawlTarget | None:
        """The same target where it is due; with a limit it waits."""
        if not self.due(target.address, target.found.news, target.found.source):
            self._spared[remembered(target.address)] = _dated(target.found)
            self.spared += 1
            self.account.settle(target.address, Fate.NOT_DUE)
            return None
        if (limit := self.scope.limit) is None:
            return target
        self._waiting[target.address] = target
        self._bytes += weight(target)
        if len(self._waiting) > 2 * limit + FEW:
            self._keep(self._newest(limit - self._released))
        return None

    def _plausible(self, found: DiscoveredUrl) -> DiscoveredUrl:
        """The find without dates that lie ahead: they say nothing, and would count for ever."""
        ahead = clock.now() + AHEAD
        if found.news is None or found.news <= ahead:
            return found
        published, lastmod = (one if one and one <= ahead else None for one in (found.published, found.lastmod))
        return replace(found, published=published, lastmod=lastmod)

    def ask(self, url: str) -> CrawlTarget | None:
        """What to fetch for an address that was asked for by name."""
        address = self._site.canonical(url)
        if address in self._seen:
            return None
        self._seen.add(address)
        self.account.enter(address, "url", asked=True)
        return CrawlTarget(address, self.day_of(address), DiscoveredUrl(url, "url"), asked=True)

    def recheck(
        self, address: str, fetched: str = "", source: str = "recheck", published: datetime | None = None
    ) -> CrawlTarget | None:
        """What to fetch for a stored article whose time has come, whether or not a source still names it.

        It is asked for as it was fetched, unless that was by an address that is not its own.
        """
        if address in self._seen:
            return None
        self._seen.add(address)
        self._enter(address, source)
        asked = self._site.page(after_origin(fetched or address))
        url = asked if self._site.canonical(asked) == address else address
        return CrawlTarget(address, self.day_of(address), DiscoveredUrl(url, source, published))

    def ask_again(self, address: str, fetched: str = "", published: datetime | None = None) -> CrawlTarget | None:
        """What to fetch for a known address of which everything in scope is asked for again; with a limit it waits."""
        day = self.day_of(address)
        if not self.is_article(address) or self.removed(address) or (day and not self.scope.covers(day)):
            return None
        target = self.recheck(address, fetched, FORCED, published)
        return self._wanted(target) if target else None

    def instead(self, target: CrawlTarget, canonical: str, declared: str) -> CrawlTarget | None:
        """The canonical page of one that may only be another form of it; None where that is known already.

        `declared` is its address as that page has it.
        """
        if canonical in self._seen:
            return None
        self._seen.add(canonical)
        found = replace(target.found, url=declared)
        day = self.day_of(canonical)
        return replace(target, address=canonical, day=day, found=found, errand=Errand.CANONICAL)

    def compared(self, target: CrawlTarget, canonical: str, declared: str) -> CrawlTarget:
        """The canonical page, as above, where it is known already: its words are wanted, and nothing else of it."""
        found = replace(target.found, url=declared)
        return replace(target, address=canonical, found=found, errand=Errand.COMPARED)

    def under_way(self, address: str) -> bool:
        """Whether a page was handed out, and it is not known yet what came of it."""
        return self.account.is_open(address) and address not in self._waiting

    def took(self, address: str) -> bool:
        """Whether an address was taken on and is not lost: its article is stored, or may yet be."""
        return address in self._seen and not self.account.is_lost(address)

    def is_spared(self, address: str) -> bool:
        """Whether an address is known and need not be looked at now."""
        return remembered(address) in self._spared

    def arrived(self, canonical: str) -> None:
        """An article has been fetched, under whatever address: it need not be asked for again."""
        self._seen.add(canonical)

    def release(self) -> list[CrawlTarget]:
        """The newest of those that waited for every source to be read, up to the limit."""
        released = self._newest((self.scope.limit or 0) - self._released)
        self._keep(released)
        self._waiting, self._bytes = {}, 0
        self._released += len(released)
        return released

    def _newest(self, number: int) -> list[CrawlTarget]:
        return sorted(self._waiting.values(), key=lambda one: one.newness, reverse=True)[: max(number, 0)]

    def _keep(self, chosen: list[CrawlTarget]) -> None:
        """Have only these wait; the others are over the limit, unless a source has later news of them."""
        kept = {one.address: one for one in chosen}
        for address in self._waiting.keys() - kept.keys():
            self._passed_over[remembered(address)] = _dated(self._waiting[address].found)
            self.account.settle(address, Fate.OVER_LIMIT)
        self._waiting, self._bytes = kept, sum(map(weight, chosen))


def _dated(found: DiscoveredUrl) -> DiscoveredUrl | None:
    """What a find says beside its address; None where that is nothing."""
    return replace(found, url="") if found.news else None
