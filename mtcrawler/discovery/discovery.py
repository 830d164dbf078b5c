"""How a crawl finds its articles: every source is read, and what it names is put to the frontier."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from functools import partial
from typing import Any

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from mtcrawler.answers.judgement import Judgement
from mtcrawler.discovery.documents import Kind, document, is_whole, kind_of
from mtcrawler.discovery.failures import answer_without_page, describe_failure, elsewhere, in_its_place, is_missing
from mtcrawler.discovery.feeds.feed_reader import FeedReader
from mtcrawler.discovery.front_page.reader import FrontPageReader
from mtcrawler.discovery.list_reader import ListReader
from mtcrawler.discovery.memory.source_memory import SourceMemory
from mtcrawler.discovery.posts import PostReader
from mtcrawler.discovery.robots import sitemaps_of
from mtcrawler.discovery.section_lists import linked_from
from mtcrawler.discovery.sitemaps import SitemapEntry, pages, read_sitemap
from mtcrawler.discovery.source_counts import OTHERS, SourceCounts
from mtcrawler.discovery.tdm import TDM_ADDRESS, site_rules
from mtcrawler.discovery.whole_sitemaps import WholeSitemap
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.frontier.backlog import Backlog, weight_of
from mtcrawler.frontier.frontier import Frontier
from mtcrawler.frontier.reach import Reach
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.markup.addresses import Site
from mtcrawler.model import clock, limits
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError, RunStopped
from mtcrawler.model.reasons import Fate
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.sources import Feed, FrontPage, Listing, Sitemap, Source, WordPress
from mtcrawler.sites.undescribed import UndescribedSite

AT_ONCE = 8  # sitemaps that are asked for before the first of them has come
FIRST = 10**9  # the priority of what others wait for: sources, and what completes an article


class Discovery:
    """Reads the sources of one crawl; `request_for` makes the request for what the frontier wants of them.

    `recrawl_policy` is what earlier runs left, once the bucket is open; `failed` is told of each source that cannot be
    fetched, and `other` of each that is something else.
    """

    failed: Callable[[Request, Failure], object]
    other: Callable[[Judgement, Response], object]

    def __init__(
        self,
        crawler: Crawler,
        definition: SiteDefinition,
        site: Site,
        frontier: Frontier,
        backlog: Backlog,
        request_for: Callable[[CrawlTarget], Request],
    ) -> None:
        self.crawler, self.site, self.frontier, self.request_for = crawler, site, frontier, request_for
        self.backlog = backlog
        self.sources, self.archive, self.scope = definition.all_sources, definition.archive, frontier.scope
        self.zone, self.undescribed = definition.tzinfo, isinstance(definition, UndescribedSite)
        self.counts, self.reach = SourceCounts(crawler, frontier.account), Reach(site)
        language = definition.languages[0] if len(definition.languages) == 1 else None
        self.feeds = FeedReader(site, self.zone, language, partial(self.counts.unusable, named=not self.undescribed))
        self.recrawl_policy: RecrawlPolicy | None = None
        self.front_page, self.lists, self.posts = FrontPageReader(self), ListReader(self), PostReader(self)
        self.memory = SourceMemory(self)

    def source_requests(self) -> Iterator[Request]:
        """The first request of every source that this crawl is asked to read."""
        if any(isinstance(source, FrontPage) for source in self.sources):
            yield from self.front_page.requests()
        asked = [one for one in self.sources if self.scope.reads(one.kind, one.backfill) and self._in_sections(one)]
        yield from (self.source_request(one) for one in asked if isinstance(one, Sitemap | Feed))
        yield from (self.posts.of(one) for one in asked if isinstance(one, WordPress))
        yield from self.lists.requests(one for one in asked if isinstance(one, Listing))

    def _in_sections(self, source: Source) -> bool:
        untold = isinstance(source, Sitemap | WordPress) or source.backfill is not None
        return not self.scope.sections or untold or source.section in self.scope.sections

    def source_request(self, source: Source) -> Request:
        """The first request of a source."""
        match source:
            case Sitemap(address=None):
                return self.ask("/robots.txt", self.parse_robots, "sitemap", of=source)
            case Sitemap(address=str(address)):
                self.reach.sitemap(address, 0)
                self.reach.asked += 1
                return self.memory.asking(self.ask(address, self.parse_sitemap, "sitemap", of=source, level=0))
            case Feed(address):
                return self.memory.asking(self.ask(address, self.parse_feed, source.name))
            case Listing():
                return self.lists.first_part(source)
        raise TypeError(source)

    def ask(self, address: str, callback: Any, source: str, **kwargs: Any) -> Request:
        """The request for a document of a source, which others wait for."""
        self.memory.asked.ask(self.site.fetchable(address))
        return Request(
            self.site.fetchable(address),
            callback,
            errback=self.source_failed,
            cb_kwargs={"source": source, **kwargs},
            meta={"verbatim_url": True},
            priority=FIRST,
            dont_filter=True,
        )

    def parse_robots(self, response: Response, source: str, of: Sitemap) -> Iterator[Request]:
        """The sitemaps that robots.txt names; where it names none, the usual address."""
        if len(response.body) > limits.ROBOTS_BYTES:
            self.counts.cut(limits.Cut.ROBOTS, response.url)
        named = sitemaps_of(response.body)
        self.front_page.learn_names(named)
        if self.undescribed and not named:
            yield from self.front_page.sitemaps()
            return
        named = named or ["/sitemap.xml"]
        own = [address for address in named if self.site.owns(self.site.fetchable(address))]
        if not own:
            self.counts.unread(source, elsewhere(named[0]), named[0])
        for address in (one for one in own if self.counts.short(one, response.url)):
            self._sitemap(of, address, source, 0)
        yield from self._next_sitemaps()

    def _sitemap(self, of: Sitemap, address: str, source: str, level: int, whole: WholeSitemap | None = None) -> None:
        """Have a sitemap read that has not been, and is not one too many."""
        left_out = self.reach.sitemap(address, level)
        if isinstance(left_out, limits.Cut):
            self.counts.cut(left_out, address)
        elif left_out:
            self.counts.count("repeated")
        else:
            self.counts.count("advanced")
            request = self.memory.asking(self.ask(address, self.parse_sitemap, source, of=of, level=level, whole=whole))
            self.reach.waiting.append(request)
            self.backlog.bytes += weight_of(request)

    def _next_sitemaps(self) -> Iterator[Request]:
        """The next ones, a few at a time: what they bring decides whether others follow."""
        waiting = self.reach.waiting
        if waiting and self.reach.barren:
            self.counts.cut(limits.Cut.BARREN, waiting[0].url, len(waiting))
            self.backlog.bytes -= sum(map(weight_of, waiting))
            waiting.clear()
        while waiting and self.reach.asked < AT_ONCE:
            self.reach.asked += 1
            self.backlog.bytes -= weight_of(waiting[0])
            yield waiting.popleft()

    async def parse_sitemap(
        self, response: Response, source: str, of: Sitemap, level: int, whole: WholeSitemap | None = None
    ) -> AsyncIterator[Request]:
        """Articles of a sitemap, or those sitemaps of an index that the crawl is asked for."""
        self.reach.asked -= 1
        again = self.memory.unchanged(response)
        if again is None and self.reach.redirected([*response.meta.get("redirect_urls", []), response.url]):
            self.counts.count("repeated")
        else:
            entries = await self._entries(response, source, of, Kind.FEED) if again is None else []
            in_it = self._in_sitemap(response, entries, source, of, level)
            for request in self.consider(again) if again is not None else in_it:
                yield request
            if whole:
                self.memory.whole_sitemaps.append(whole)
        for request in self._next_sitemaps():
            yield request

    async def _entries(self, response: Response, source: str, of: Sitemap, *feeds: Kind) -> list[SitemapEntry]:
        """What a source names, whatever it is; documents of the kinds in `feeds` go to the reader of feeds."""
        try:
            body = document(response.body, response.url)
            if not is_whole(body):
                self.counts.cut_off(source, response.url)
            if kind_of(body) not in feeds:
                return read_sitemap(body, response.url, of, self.zone, partial(self.counts.unusable, source))
            asked = next(iter(response.meta.get("redirect_urls", [])), "")
            found = await self.feeds.read(body, response.url, source, asked, response.headers.getlist("Link"))
        except DiscoveryError as err:
            if not self.is_other(response, source):
                self.counts.unread(source, err, response.url)
            return []
        if not found and kind_of(body) is Kind.OTHER:
            self.is_other(response, source)
        return [SitemapEntry(one.url, one.lastmod, nested=False, published=one.published) for one in found]

    def _in_sitemap(
        self, response: Response, entries: list[SitemapEntry], source: str, of: Sitemap, level: int
    ) -> Iterator[Request]:
        entries = self.counts.up_to(limits.SITEMAP_ENTRIES, entries, limits.Cut.ENTRIES, response.url)
        self.front_page.learn(entries)
        self.reach.brought(one.url for one in entries if not one.nested)
        told = len(entries) if source == "sitemap" else 0  # what is named by its month grows from nothing
        if source == "sitemap":
            self.counts.listed(source, told)
        yield from self.consider(named := list(pages(entries, source)))
        self.memory.read(response, source, named, told, leads_on=len(named) < len(entries))
        for entry in entries:
            if not entry.nested or not self.counts.short(entry.url, response.url):
                continue
            if (month := entry.month) is None or (month[0] <= self.scope.until and self.scope.since < month[1]):
                name = f"sitemap:{month[0]:%Y-%m}" if month else source
                address = self.site.canonical(entry.url)
                if self.recrawl_policy and not self.recrawl_policy.moved_on(address, entry.lastmod):
                    self.counts.count("unchanged")
                    continue
                whole = month and self.scope.since <= month[0] and month[1] <= self.scope.until
                self._sitemap(of, entry.url, name, level + 1, (address, clock.now()) if whole else None)

    async def parse_feed(self, response: Response, source: str) -> AsyncIterator[Request]:
        """Articles of a feed."""
        if (named := self.memory.unchanged(response)) is None:
            entries = await self._entries(response, source, Sitemap(), Kind.FEED, Kind.OTHER)
            entries = self.counts.up_to(limits.FEED_ENTRIES, entries, limits.Cut.FEED, response.url)
            self.counts.listed(source, len(entries))
            self.front_page.learn(entries)
            named = list(pages(entries, source))
        for request in self.consider(named):
            yield request
        self.memory.read(response, source, named, len(named))

    def is_other(self, response: Response, source: str, *, bare: bool = True, part: bool = False) -> bool:
        """Whether a source's answer that named no article is something else: told by name, and not read.

        A `part` that is missing is the end of its list.
        """
        judgement = in_its_place(response, self.site, bare=bare)
        if judgement is None or (part and judgement.fate is Fate.MISSING):
            return False
        if judgement.fate is Fate.MISSING:
            self.counts.count("missing")
        else:
            self.other(judgement, response)
        happened = f"{judgement.fate}: {judgement.why}"
        self.counts.unread(source, DiscoveryError(f"Reading the source {response.url}", happened, OTHERS), response.url)
        return True

    def source_failed(self, failure: Failure) -> Iterator[Request]:
        """A source that cannot be fetched is named; the others go on. Where a list ends no further part is."""
        request, told = failure.request, failure.request.cb_kwargs  # type: ignore[attr-defined]  # set by Scrapy
        if isinstance(failure.value, RunStopped):  # the site has not failed
            self.counts.not_reached(request)
            return
        if request.callback == self.parse_robots and (without := answer_without_page(failure)):
            yield from self.parse_robots(without, **told)  # it names no sitemap
            return
        listing: Listing | None = told.get("listing")
        if listing is not None and is_missing(failure) and (told["offset"] is not None or listing.backfill):
            if listing.numbered:
                yield from self.lists.next_part(told["source"], listing, told["offset"], told.get("missing", 0) + 1)
            return
        self.failed(request, failure)
        if is_missing(failure):
            self.counts.count("missing")
        self.counts.not_fetched(request, describe_failure(failure))
        if "level" in told:
            self.reach.asked -= 1
            yield from self._next_sitemaps()

    def consider(self, found: Iterable[DiscoveredUrl]) -> Iterator[Request]:
        """The requests for those of these finds that are wanted."""
        for one in found:
            if not self.site.owns(one.url):
                self.frontier.account.no_host(one.url)
                continue
            if not self.counts.short(one.url, f"the source {one.source}"):
                continue
            if (full := self.backlog.full(self.frontier)) and self.frontier.is_new(one.url):
                self.counts.cut(full, one.url)
            elif target := self.frontier.consider(one):
                yield self.request_for(target)
        self.crawler.stats.set_value("discovery/spared", self.frontier.spared)
        if self.frontier.addresses.left_out:
            self.crawler.stats.set_value(f"discovery/cut/{limits.Cut.UNDATED}", self.frontier.addresses.left_out)

    def older(self, page: ExtractedPage) -> Iterator[Request]:
        """The archive's articles that a page links, where the crawl reaches back that far, and lists of back-fills."""
        yield from self.lists.of_page(page.root, page.base)
        if (archive := self.archive) is not None and self.scope.since < archive.before:
            yield from self.consider(linked_from(page.root, page.base, archive.links, "link"))

    async def tdm_rules(self) -> tuple[TdmRule, ...]:
        """What the whole site declares about text and data mining."""
        rules, unread = await site_rules(self.crawler, self.site.fetchable(TDM_ADDRESS))
        if unread:
            self.counts.cut(limits.Cut.TDM, TDM_ADDRESS, unread)
        return rules

    async def close(self) -> None:
        """End the process that reads the feeds."""
        await self.feeds.close()
