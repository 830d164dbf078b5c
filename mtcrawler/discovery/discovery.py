"""How a crawl finds its articles: every source is read, and what it names is put to the frontier."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.http import Request, Response, TextResponse
from twisted.python.failure import Failure

from mtcrawler.discovery.failures import describe_failure
from mtcrawler.discovery.feeds import FeedReader
from mtcrawler.discovery.robots import sitemaps_of
from mtcrawler.discovery.sources import read_listing, read_sitemap
from mtcrawler.discovery.tdm import TDM_ADDRESS, site_rules
from mtcrawler.discovery.whole_sitemaps import WholeSitemap, complete
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.frontier.backlog import Backlog, weight_of
from mtcrawler.frontier.frontier import CrawlTarget, Frontier
from mtcrawler.frontier.reach import Reach
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.markup.addresses import Site
from mtcrawler.model import clock, limits
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import Cut
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.sources import Feed, Listing, Sitemap, Source

logger = logging.getLogger(__name__)

AT_ONCE = 8  # sitemaps that are asked for before the first of them has come
LONGEST_NAME = 200  # characters of a list's path in the name of the source, which is counted and logged
GOES_ON = "The rest of it is left unread; the crawl goes on."
FIRST = 10**9  # the priority of what others wait for: sources, and what completes an article


class Discovery:
    """Reads the sources of one crawl; `request_for` makes the request for what the frontier wants of them.

    `memory` is what earlier runs left, once the bucket is open.
    """

    def __init__(
        self,
        crawler: Crawler,
        definition: SiteDefinition,
        site: Site,
        frontier: Frontier,
        request_for: Callable[[CrawlTarget], Request],
    ) -> None:
        self.crawler, self.site, self.frontier, self.request_for = crawler, site, frontier, request_for
        self.sources, self.scope = definition.all_sources, frontier.scope
        self.reach = Reach(site)
        self.feeds = FeedReader()
        self.memory: RecrawlPolicy | None = None
        self._whole: list[WholeSitemap] = []

    def source_requests(self) -> Iterator[Request]:
        """The first request of every source that this crawl is asked to read."""
        for source in self.sources:
            if source.kind in self.scope.sources and self._in_sections(source):
                yield self._source_request(source)

    def _in_sections(self, source: Source) -> bool:
        return not self.scope.sections or isinstance(source, Sitemap) or source.section in self.scope.sections

    def _source_request(self, source: Source) -> Request:
        match source:
            case Sitemap(address=None):
                return self._ask("/robots.txt", self.parse_robots, "sitemap", of=source)
            case Sitemap(address=str(address)):
                self.reach.sitemap(address, 0)
                self.reach.asked += 1
                return self._ask(address, self.parse_sitemap, "sitemap", of=source, level=0)
            case Feed(address):
                name = f"rss:{address.rstrip('/').rpartition('/')[2]}"
                return self._ask(address, self.parse_feed, name)
            case Listing(address):
                name = f"section:{address.strip('/')[:LONGEST_NAME] or 'home'}"
                return self._ask(address, self.parse_listing, name, listing=source, offset=None)
        raise TypeError(source)

    def _ask(self, address: str, callback: Any, source: str, **kwargs: Any) -> Request:
        return Request(
            self.site.fetchable(address),
            callback,
            errback=self.source_failed,
            cb_kwargs={"source": source, **kwargs},
            priority=FIRST,
            dont_filter=True,
        )

    def parse_robots(self, response: Response, source: str, of: Sitemap) -> Iterator[Request]:
        """The sitemaps that robots.txt names; where it names none, the usual address."""
        if len(response.body) > limits.ROBOTS_BYTES:
            self._cut(Cut.ROBOTS, response.url)
        for address in sitemaps_of(response.body) or ["/sitemap.xml"]:
            if self.site.owns(self.site.fetchable(address)) and self._short(address, response.url):
                self._sitemap(of, address, source, 0)
        yield from self._next_sitemaps()

    def _sitemap(self, of: Sitemap, address: str, source: str, level: int, whole: WholeSitemap | None = None) -> None:
        """Have a sitemap read that has not been, and is not one too many."""
        left_out = self.reach.sitemap(address, level)
        if isinstance(left_out, Cut):
            self._cut(left_out, address)
        elif left_out:
            self.count("discovery/repeated")
        else:
            request = self._ask(address, self.parse_sitemap, source, of=of, level=level, whole=whole)
            self.reach.waiting.append(request)
            Backlog.of(self.crawler).bytes += weight_of(request)

    def _next_sitemaps(self) -> Iterator[Request]:
        """The next ones, a few at a time: what they bring decides whether others follow."""
        waiting = self.reach.waiting
        if waiting and self.reach.barren:
            self._cut(Cut.BARREN, waiting[0].url, len(waiting))
            Backlog.of(self.crawler).bytes -= sum(map(weight_of, waiting))
            waiting.clear()
        while waiting and self.reach.asked < AT_ONCE:
            self.reach.asked += 1
            Backlog.of(self.crawler).bytes -= weight_of(waiting[0])
            yield waiting.popleft()

    def parse_sitemap(
        self, response: Response, source: str, of: Sitemap, level: int, whole: WholeSitemap | None = None
    ) -> Iterator[Request]:
        """Articles of a sitemap, or those sitemaps of an index that the crawl is asked for."""
        self.reach.asked -= 1
        yield from self._in_sitemap(response, source, of, level)
        if whole:
            self._whole.append(whole)
        yield from self._next_sitemaps()

    def _in_sitemap(self, response: Response, source: str, of: Sitemap, level: int) -> Iterator[Request]:
        if self.reach.redirected([*response.meta.get("redirect_urls", []), response.url]):
            self.count("discovery/repeated")
            return
        entries = self._read(lambda: read_sitemap(response.body, response.url, of), source)
        entries = self._up_to(limits.SITEMAP_ENTRIES, entries, Cut.ENTRIES, response)
        self.reach.brought(one.url for one in entries if not one.nested)
        if source == "sitemap":  # what is named by its month grows from nothing
            self._listed(source, len(entries))
        yield from self.consider(
            DiscoveredUrl(one.url, source, lastmod=one.lastmod) for one in entries if not one.nested
        )
        for entry in entries:
            if not entry.nested or not self._short(entry.url, response.url):
                continue
            if (month := entry.month) is None or (month[0] <= self.scope.until and self.scope.since < month[1]):
                name = f"sitemap:{month[0]:%Y-%m}" if month else source
                address = self.site.canonical(entry.url)
                if self.memory and not self.memory.moved_on(address, entry.lastmod):
                    self.count("discovery/unchanged")
                    continue
                whole = month and self.scope.since <= month[0] and month[1] <= self.scope.until
                self._sitemap(of, entry.url, name, level + 1, (address, clock.now()) if whole else None)

    async def parse_feed(self, response: Response, source: str) -> AsyncIterator[Request]:
        """Articles of a feed."""
        try:
            entries = await self.feeds.read(response.body, response.url, source)
        except DiscoveryError as err:
            self._unread(source, err)
            entries = []
        self._listed(source, len(entries))
        for request in self.consider(self._up_to(limits.FEED_ENTRIES, entries, Cut.FEED, response)):
            yield request

    def parse_listing(self, response: Response, source: str, listing: Listing, offset: int | None) -> Iterator[Request]:
        """Articles of a section list; its next part while this one held any as young as the crawl asks for."""
        text = response.text if isinstance(response, TextResponse) else ""
        links = listing.links
        found = self._read(
            lambda: islice(read_listing(text, response.url, links, source), limits.LIST_LINKS + 1), source
        )
        found = self._up_to(limits.LIST_LINKS, found, Cut.LINKS, response)
        named = [one for one in found if self.site.owns(one.url) and self._short(one.url, response.url)]
        articles = [one for one in named if self.frontier.is_article(one.url)]
        if offset is None:
            self._listed(source, len(articles))
        yield from self.consider(articles)
        for path in self._nested(listing, named):
            left_out = self.reach.listing(path)
            if isinstance(left_out, Cut):
                self._cut(left_out, path)
            elif not left_out:
                yield self._source_request(Listing(path))
        days = [day for one in articles if (day := self.frontier.day_of(one.url))]
        new = self.reach.goes_on(listing.address, (self.site.canonical(one.url) for one in articles))
        if listing.first is not None and new and (not days or max(days) >= self.scope.since):
            following = listing.first if offset is None else offset + listing.step
            address = f"{listing.address.rstrip('/')}/{following}"
            if following >= listing.first + limits.LIST_PARTS * listing.step:
                self._cut(Cut.PARTS, address)
                return
            yield self._ask(address, self.parse_listing, source, listing=listing, offset=following)

    def _nested(self, listing: Listing, named: list[DiscoveredUrl]) -> list[str]:
        own = (urlsplit(self.site.canonical(one.url)).path for one in named)
        return sorted({path for path in own if listing.nested and listing.nested.fullmatch(path)})

    def _read(self, read: Any, source: str) -> list[Any]:
        try:
            return list(read())
        except DiscoveryError as err:
            self._unread(source, err)
            return []

    def _unread(self, source: str, error: DiscoveryError) -> None:
        self.count(f"discovery/failed/{source}")
        logger.warning("%s", error)

    def _short(self, address: str, named_by: str) -> bool:
        """Whether the address is no longer than an address may be."""
        if len(address) <= limits.ADDRESS_CHARS:
            return True
        self._cut(Cut.ADDRESS, named_by)
        return False

    def _up_to(self, most: int, found: list[Any], cut: Cut, response: Response) -> list[Any]:
        if len(found) > most:
            self._cut(cut, response.url)
        return found[:most]

    def _cut(self, cut: Cut, where: str, number: int = 1) -> None:
        """Count what is left unread because of a cap; the first of its kind is told at once, all of them at the end."""
        name = f"discovery/cut/{cut}"
        if not self.crawler.stats.get_value(name):
            happened = f"it exceeds a limit ({cut})"
            logger.warning("%s", DiscoveryError(f"Reading {where[:200]}", happened, GOES_ON))
        self.crawler.stats.inc_value(name, number)

    def _listed(self, source: str, number: int) -> None:
        """How many articles a source names, asked for or not; one that cannot be read says nothing."""
        if not self.crawler.stats.get_value(f"discovery/failed/{source}"):
            self.crawler.stats.inc_value(f"discovery/listed/{source}", number)

    def source_failed(self, failure: Failure) -> Iterator[Request]:
        """A source that cannot be had is named; the others go on."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        happened, remedy = describe_failure(failure), "The other sources are still read."
        error = DiscoveryError(f"Fetching {request.url}", happened, remedy)
        self._unread(request.cb_kwargs["source"], error)
        if "level" in request.cb_kwargs:
            self.reach.asked -= 1
            yield from self._next_sitemaps()

    def consider(self, found: Iterable[DiscoveredUrl]) -> Iterator[Request]:
        """The requests for those of these finds that are wanted."""
        backlog = Backlog.of(self.crawler)
        for one in found:
            if not self.site.owns(one.url) or not self._short(one.url, f"the source {one.source}"):
                continue
            if (full := backlog.full(self.frontier)) and self.frontier.is_new(one.url):
                self._cut(full, one.url)
            elif target := self.frontier.consider(one):
                yield self.request_for(target)
        for source, number in self.frontier.found.items():
            self.crawler.stats.set_value(f"discovery/found/{source}", number)
        self.crawler.stats.set_value("discovery/spared", self.frontier.spared)

    def learn(self) -> None:
        """Once all is done and nothing failed, a sitemap that was read whole need not be read before it changes."""
        everything = self.scope.limit is None and not self.scope.sections
        if self.memory and everything and complete(self.crawler.stats.get_stats()):
            for address, at in self._whole:
                self.memory.other(address, at=at)
        self._whole = []

    async def tdm_rules(self) -> tuple[TdmRule, ...]:
        """What the whole site declares about text and data mining."""
        rules, unread = await site_rules(self.crawler, self.site.fetchable(TDM_ADDRESS))
        if unread:
            self._cut(Cut.TDM, TDM_ADDRESS, unread)
        return rules

    async def close(self) -> None:
        """End the process that reads the feeds."""
        await self.feeds.close()

    def count(self, name: str) -> None:
        """One more under this name in the crawl's stats."""
        self.crawler.stats.inc_value(name)
