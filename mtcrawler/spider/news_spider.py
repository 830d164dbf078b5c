"""The spider of every site: what it knows to be due is found, fetched and extracted, and comes out as drafts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, date
from typing import Any, ClassVar, Final, Self, TypeGuard

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import HtmlResponse, Request, Response
from twisted.python.failure import Failure

from mtcrawler.discovery.discovery import Discovery
from mtcrawler.discovery.sources import linked_from
from mtcrawler.extraction.drafting import NoPosts, draft_of, with_posts
from mtcrawler.extraction.extractor import ExtractedPage, Extractor
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.fetch.crawl_context import CrawlContext, asked
from mtcrawler.fetch.fetch_mode import FetchMode
from mtcrawler.fetch.fetched import Fetched, Waiting
from mtcrawler.fetch.mode.auto import Trial
from mtcrawler.fetch.mode.plain import Plain
from mtcrawler.fetch.politeness import Politeness
from mtcrawler.frontier.frontier import CrawlTarget, Frontier
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy, Validators
from mtcrawler.frontier.scope import Scope
from mtcrawler.markup.addresses import joined
from mtcrawler.model.article import Draft
from mtcrawler.model.errors import MtcrawlerError, PageTooLarge
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.spider.article_requests import GATES, ArticleRequests, Readers
from mtcrawler.spider.code import extractor_of
from mtcrawler.spider.failures import LATER, Failures

NO_PAGE: Final = "it is no HTML page of this site"

logger = logging.getLogger(__name__)


class NewsSpider(scrapy.Spider):
    """Crawls the site of its definition: the frontier says what is wanted, the mode how it is fetched, the extractor
    what it says. A class of its own for each site is made by the spider loader.
    """

    definition: ClassVar[SiteDefinition]

    def __init__(self, crawler: Crawler, context: CrawlContext, extractor: Extractor) -> None:
        super().__init__()
        self._set_crawler(crawler)
        definition, site = context.definition, context.site
        self.context, self.extractor = context, extractor
        self.frontier = Frontier(definition, site, context.scope)
        self.mode = FetchMode.chosen(crawler.settings, definition, extractor.name)
        self.failures = Failures(crawler, self, context.session)
        readers = Readers(
            recheck=self.parse_recheck,
            plain=self.parse_plain,
            shown=self.parse_shown,
            check=self.parse_check,
            live=self.parse_live,
            failed=self.page_failed,
            not_compared=lambda failure: logger.debug("Not compared: %s", failure.value),
        )
        self.requests = ArticleRequests(site, self.mode, readers)
        self.discovery = Discovery(crawler, definition, site, self.frontier, self.requests.article)
        self.memory: RecrawlPolicy | None = None
        self.tdm: tuple[TdmRule, ...] = ()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **arguments: str) -> Self:
        """The spider of this crawl, its host's politeness set before the settings freeze; raises ArgumentError."""
        context = CrawlContext.make(crawler, cls.definition, arguments)
        Politeness(crawler, context.site, cls.definition.pace).apply()
        spider = cls(crawler, context, extractor_of(cls.definition, context.site))
        crawler.signals.connect(spider.release, scrapy.signals.spider_idle)
        return spider

    @classmethod
    def check(cls, arguments: Mapping[str, str]) -> Scope:
        """What these arguments ask for; raises ArgumentError, and DefinitionError where the site's code is not there.

        Nothing is opened or fetched.
        """
        extractor_of(cls.definition, cls.definition.site)
        return asked(cls.definition, arguments)[0]

    async def start(self) -> AsyncIterator[Any]:
        """The requests for the sources, or for the addresses that were asked for and nothing else."""
        await self._remember()
        self.tdm = await self.discovery.tdm_rules()
        urls = self.context.scope.urls
        for url in urls:
            if target := self.frontier.ask(url):
                yield self.requests.article(target)
        if not urls:
            for request in self.discovery.source_requests():
                yield request
            for target in self._rechecks():
                yield self.requests.article(target)

    async def _remember(self) -> None:
        """Learn what is known; a bucket that cannot be opened ends the crawl elsewhere, with its reason."""
        session = self.context.session
        try:
            await asyncio.to_thread(session.open)
        except MtcrawlerError:
            return
        self.memory = self.requests.memory = self.discovery.memory = self.failures.memory = session.memory
        self.frontier.due = session.memory.due
        if self.mode.auto is not None:
            await asyncio.to_thread(self.mode.auto.recall, session.client)
            session.at_the_end(self.mode.auto.save)

    def _rechecks(self) -> Iterator[CrawlTarget]:
        """Stored articles whose time has come, in a crawl that is not asked for some articles only."""
        scope, wished = self.context.scope, self.settings.getbool("RECHECK", True)
        if self.memory and wished and not (scope.sections or scope.limit or scope.until != date.max):
            for address in self.memory.overdue(self.context.site.host):
                if target := self.frontier.recheck(address):
                    yield target

    def release(self) -> None:
        """At a pause, what waits is fetched: pages that wait for others that never came, then what the limit held."""
        auto, engine = self.mode.auto, self.crawler.engine
        waiting = [self.requests.shown(one.target) for one in auto.left()] if auto is not None else []
        waiting = waiting or [self.requests.article(target) for target in self.frontier.release()]
        for request in waiting:
            engine.crawl(request)
        if waiting:
            raise DontCloseSpider
        self.discovery.learn()

    def parse_recheck(self, response: Response, target: CrawlTarget, validators: Validators) -> Iterator[Any]:
        """Nothing where the page is as it was; else it is read as it came, or shown in the browser."""
        self.failures.answered()
        if response.status == 304 and self.memory:
            self._count("page/not_modified")
            self.memory.unchanged(target.address, validators)
        elif self.mode.plain_first:
            yield from self.parse_plain(response, target)
        else:
            yield self.requests.shown(target)

    def parse_plain(self, response: Response, target: CrawlTarget) -> Iterator[Any]:
        """The draft of a page as plain HTTP gave it, or the request that shows it in the browser."""
        if self.mode.auto is not None and response.status in GATES:
            yield self.requests.shown(target)
            return
        self.failures.answered()
        if not self._readable(response):
            self.failures.not_article(response, target, NO_PAGE)
            return
        try:
            fetched, draft = self._read(response, target)
        except PageTooLarge as err:
            self.failures.too_large(err, response)
            return
        if self.mode.auto is None or self._stands_for(fetched, target):
            yield from self._drafts(fetched, target, draft)
        else:
            yield from self._decided(Waiting(fetched, target, draft, Plain.of(fetched.page, draft)))

    def _decided(self, one: Waiting) -> Iterator[Any]:
        """What comes of a page that is taken as plain HTTP gave it, or not, or has to wait."""
        assert self.mode.auto is not None
        decision = self.mode.auto.decide(one.plain)
        if decision == "take":
            yield from self._drafts(one.fetched, one.target, one.draft)
        elif decision == "hold":
            self.mode.auto.hold(one.plain, one)
        elif isinstance(decision, Trial):
            yield self.requests.shown(one.target, decision)

    def parse_shown(self, response: Response, target: CrawlTarget, trial: Trial | None = None) -> Iterator[Any]:
        """The draft of a page as the browser showed it, or the request that completes or replaces it."""
        self.failures.answered()
        fetched = draft = None
        try:
            if self._readable(response):
                fetched, draft = self._read(response, target)
            else:
                self.failures.not_article(response, target, NO_PAGE)
        except PageTooLarge as err:
            self.failures.too_large(err, response)
        finally:
            self._settle(trial, draft)
        if fetched and draft:
            yield from self._drafts(fetched, target, draft)
            auto, tried = self.mode.auto, "uncounted" in response.meta
            if auto is not None and not tried and fetched.page.is_article and auto.checks(draft):
                yield self.requests.check(target, draft)
        yield from self._ready()

    def _ready(self) -> Iterator[Any]:
        """What comes of the pages that waited for what the browser has shown by now."""
        while self.mode.auto is not None and self.mode.auto.ready:
            yield from self._decided(self.mode.auto.ready.popleft())

    def _settle(self, trial: Trial | None, shown: Draft | None = None) -> None:
        """Learn from what the browser showed of a page that was tried; None where nothing came of it."""
        if self.mode.auto is not None and trial is not None:
            self.mode.auto.learn(trial, shown)

    def parse_check(self, response: Response, target: CrawlTarget, shown: Draft) -> None:
        """Compare what plain HTTP gives with what was shown."""
        if self.mode.auto is not None and response.status == 200 and self._readable(response):
            try:
                fetched, draft = self._read(response, target)
                self.mode.auto.learn(self.mode.auto.trial(Plain.of(fetched.page, draft)), shown)
            except PageTooLarge as err:  # the article itself is stored
                logger.debug("Not compared: %s", err)

    def parse_live(self, response: Response, draft: Draft, page: ExtractedPage) -> Iterator[Draft]:
        """The draft of a live page with its posts."""
        try:
            yield with_posts(draft, page, response.body)
        except PageTooLarge as err:
            self.failures.too_large(err, response)
        except NoPosts as err:
            self.failures.lost("LivePosts", str(err), response)
            logger.error("Reading the posts at %s: %s. %s", response.url, err, LATER)

    def page_failed(self, failure: Failure) -> Iterator[Any]:
        """An article that cannot be had is named, with its reason; the next run tries again. Others wait no longer."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        self._settle(request.cb_kwargs.get("trial"))
        self.failures.page(request, failure)
        yield from self._ready()

    def _drafts(self, fetched: Fetched, target: CrawlTarget, draft: Draft) -> Iterator[Any]:
        """The draft, unless it is none or not wanted, or the request that completes or replaces it."""
        page, response, site = fetched.page, fetched.response, self.context.site
        canonical = page.canonical_url
        if page.linked:
            self.frontier.arrived(canonical)
        if not page.is_article:
            self.failures.not_article(response, target, "it holds no headline")
        elif self._stands_for(fetched, target):
            if instead := self.frontier.instead(target, canonical, site.canonical(response.url)):
                yield self.requests.article(instead)
        elif not target.asked and not self._covered(draft, target):
            self._count("page/out_of_scope")
        else:
            yield from self._older(page, target)
            if page.live_url is None:
                yield draft
            elif not site.owns(address := joined(site.origin, page.live_url) or ""):
                self.failures.lost("LivePosts", "their address is none of the site's", response)
            else:
                yield self.requests.live(address, draft, page)

    def _older(self, page: ExtractedPage, target: CrawlTarget) -> Iterator[Request]:
        """The archive's articles, where the crawl reaches back that far."""
        archive = self.context.definition.archive
        if archive is not None and not target.asked and self.context.scope.since < archive.before:
            yield from self.discovery.consider(linked_from(page.root, page.base, archive.links, "link"))

    def _stands_for(self, fetched: Fetched, target: CrawlTarget) -> bool:
        """Whether this is a fragment or an AMP page: the article itself is at its canonical address."""
        page, here = fetched.page, self.context.site.canonical(fetched.response.url)
        canonical = page.canonical_url
        elsewhere = canonical not in {here, target.address} and self.frontier.is_article(canonical)
        return bool(page.is_article and not page.linked and elsewhere)

    def _covered(self, draft: Draft, target: CrawlTarget) -> bool:
        zone = self.context.definition.tzinfo or UTC
        day = draft.published_at.astimezone(zone).date() if draft.published_at else None
        return self.context.scope.wants(target.found.source, day, draft.section)

    def _readable(self, response: Response) -> TypeGuard[HtmlResponse]:
        """Whether it is a page, and this publisher's: redirects and scripts may have led to another's."""
        return isinstance(response, HtmlResponse) and self.context.site.owns(response.url)

    def _read(self, response: HtmlResponse, target: CrawlTarget) -> tuple[Fetched, Draft]:
        """The page and its draft; raises PageTooLarge."""
        fetched = Fetched.of(response, self.extractor, self.tdm)
        page, rendered = fetched.page, fetched.rendered
        draft = draft_of(
            page,
            publisher=self.context.definition.publisher,
            spider=self.name,
            known_as={*target.known_as, target.address, self.context.site.canonical(response.url)},
            overlays=rendered.overlays if rendered else (),
            access=fetched.access,
            provenance=fetched.provenance(self.settings["RUN_ID"], target.found.source, self.extractor.name),
        )
        return fetched, draft

    async def closed(self, reason: str) -> None:
        """Called by Scrapy at the end: the process that read the feeds goes as well."""
        await self.discovery.close()

    def _count(self, name: str) -> None:
        self.crawler.stats.inc_value(name)
