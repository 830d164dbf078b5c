"""How a crawl finds its articles: every source is read, and what it names goes over the desk."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler import clock
from mtcrawler.bucket.memory import Memory
from mtcrawler.discovery.addresses import Site
from mtcrawler.discovery.feeds import FeedReader
from mtcrawler.discovery.scope import Scope
from mtcrawler.discovery.sources import Feed, Found, Listing, Sitemap, Source, read_listing, read_sitemap
from mtcrawler.discovery.wanted import Desk, Wanted
from mtcrawler.errors import DiscoveryError
from mtcrawler.extraction.page import css
from mtcrawler.extraction.rights import TdmRule, tdm_rules

FIRST = 10**9  # sources before articles
# With any of these some article of a sitemap may be neither stored nor known.
FAILURES = ("page/failed", "store/failed", "store/waiting", "run/unanswered", "item_dropped_reasons_count/NotStored")


class Finder(scrapy.Spider):
    """The half of a spider that turns sources into addresses; what is done with an address is `article_request`'s."""

    site: Site
    sources: ClassVar[tuple[Source, ...]]
    scope: Scope
    desk: Desk
    memory: Memory | None = None

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.feeds = FeedReader()
        self._whole_months: list[tuple[str, datetime]] = []

    @abstractmethod
    def article_request(self, wanted: Wanted) -> Request:
        """The request for an article; the other half says what it is."""

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
                return self._ask("/robots.txt", self.parse_robots, "sitemap")
            case Sitemap(address=str(address)):
                return self._ask(address, self.parse_sitemap, "sitemap")
            case Feed(address):
                name = f"rss:{address.rstrip('/').rpartition('/')[2]}"
                return self._ask(address, self.parse_feed, name)
            case Listing(address):
                name = f"section:{address.strip('/') or 'home'}"
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

    def parse_robots(self, response: Response, source: str) -> Iterator[Request]:
        """The sitemaps that robots.txt names; where it names none, the usual address."""
        named = re.findall(r"(?im)^\s*sitemap:\s*(\S+)", response.body.decode("utf-8", "replace"))
        for address in named or ["/sitemap.xml"]:
            if self.site.owns(self.site.fetchable(address)):
                yield self._ask(address, self.parse_sitemap, source)

    def parse_sitemap(self, response: Response, source: str) -> Iterator[Request]:
        """Articles of a sitemap, or the months of an index that the crawl is asked for."""
        entries = self._read(lambda: read_sitemap(response.body, response.url), source)
        if source == "sitemap":  # a month's own grows from nothing
            self._listed(source, len(entries))
        for entry in entries:
            if not entry.nested:
                yield from self.consider([Found(entry.url, source, lastmod=entry.lastmod)])
            elif (month := entry.month) is None or (month[0] <= self.scope.until and self.scope.since < month[1]):
                name = f"sitemap:{month[0]:%Y-%m}" if month else source
                address = self.site.canonical(entry.url)
                if self.memory and not self.memory.moved_on(address, entry.lastmod):
                    self.count("discovery/unchanged")
                    continue
                if month and self.scope.since <= month[0] and month[1] <= self.scope.until:
                    self._whole_months.append((address, clock.now()))
                yield self._ask(entry.url, self.parse_sitemap, name)

    async def parse_feed(self, response: Response, source: str) -> AsyncIterator[Request]:
        """Articles of a feed."""
        try:
            entries = await self.feeds.read(response.body, response.url, source)
        except DiscoveryError as err:
            self._unread(source, err)
            entries = []
        self._listed(source, len(entries))
        for request in self.consider(entries):
            yield request

    def parse_listing(self, response: Response, source: str, listing: Listing, offset: int | None) -> Iterator[Request]:
        """Articles of a section list; its next part while this one held any as young as the crawl asks for."""
        text = response.text if isinstance(response, TextResponse) else ""
        links = css(listing.links)
        named = list(read_listing(text, response.url, links, source))
        articles = [one for one in named if self.desk.is_article(one.url)]
        if offset is None:
            self._listed(source, len(articles))
        yield from self.consider(articles)
        for path in self._nested(listing, named):
            yield self._source_request(Listing(path))
        days = [day for one in articles if (day := self.desk.day_of(one.url))]
        if listing.first is not None and articles and (not days or max(days) >= self.scope.since):
            following = listing.first if offset is None else offset + listing.step
            address = f"{listing.address.rstrip('/')}/{following}"
            yield self._ask(address, self.parse_listing, source, listing=listing, offset=following)

    def _nested(self, listing: Listing, named: list[Found]) -> list[str]:
        own = (urlsplit(self.site.canonical(one.url)).path for one in named if self.site.owns(one.url))
        return sorted({path for path in own if listing.nested and re.fullmatch(listing.nested, path)})

    def _read(self, read: Any, source: str) -> list[Any]:
        try:
            return list(read())
        except DiscoveryError as err:
            self._unread(source, err)
            return []

    def _unread(self, source: str, error: DiscoveryError) -> None:
        self.count(f"discovery/failed/{source}")
        self.logger.warning("%s", error)

    def _listed(self, source: str, number: int) -> None:
        """How many articles a source names, asked for or not; one that cannot be read says nothing."""
        if not self.crawler.stats.get_value(f"discovery/failed/{source}"):
            self.crawler.stats.inc_value(f"discovery/listed/{source}", number)

    def source_failed(self, failure: Failure) -> None:
        """A source that cannot be had is named; the others go on."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        self.count(f"discovery/failed/{request.cb_kwargs['source']}")
        self.logger.warning(
            "%s", DiscoveryError(f"Fetching {request.url}", said(failure), "The other sources are still read.")
        )

    def consider(self, found: Iterable[Found]) -> Iterator[Request]:
        """The requests for those of these finds that are wanted."""
        for one in found:
            if wanted := self.desk.consider(one):
                yield self.article_request(wanted)
        for source, number in self.desk.found.items():
            self.crawler.stats.set_value(f"discovery/found/{source}", number)
        self.crawler.stats.set_value("discovery/spared", self.desk.spared)

    def release(self) -> None:
        """Hands over the newest addresses up to the limit, once every source has been read."""
        if waiting := self.desk.release():
            for wanted in waiting:
                self.crawler.engine.crawl(self.article_request(wanted))
            raise DontCloseSpider
        self.learn()

    def learn(self) -> None:
        """Once all is done and nothing failed, a month of the sitemap need not be read again before it changes."""
        failed = any(self.crawler.stats.get_value(name) for name in FAILURES)
        if self.memory and not failed and self.scope.limit is None and not self.scope.sections:
            for address, at in self._whole_months:
                self.memory.other(address, at=at)
        self._whole_months = []

    async def tdm_rules(self) -> tuple[TdmRule, ...]:
        """What the whole site declares about text and data mining; nothing where it has no such file."""
        request = Request(
            self.site.fetchable("/.well-known/tdmrep.json"), meta={"handle_httpstatus_all": True, "max_retry_times": 0}
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as err:
            self.logger.debug("No TDM file: %s", err)
            return ()
        return tdm_rules(response.body.decode("utf-8", "replace")) if response.status == 200 else ()

    async def closed(self, reason: str) -> None:
        """Called by Scrapy at the end: the process that read the feeds goes as well."""
        await self.feeds.close()

    def count(self, name: str) -> None:
        """One more under this name in the crawl's stats."""
        self.crawler.stats.inc_value(name)


def said(failure: Failure) -> str:
    """What went wrong with a request, in a few words."""
    if isinstance(failure.value, HttpError):
        return f"the site answered {failure.value.response.status}"
    return next(iter(str(failure.value).splitlines()), "") or type(failure.value).__name__
