"""A publisher's crawl: what it is asked for, how it begins, and what becomes of pages that cannot be had."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider, IgnoreRequest
from scrapy.http import Request
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler.discovery.failures import describe_failure
from mtcrawler.discovery.sources import Feed, Listing
from mtcrawler.fetch.politeness import Politeness
from mtcrawler.fetch.reader_state import PaywallMeterReached
from mtcrawler.frontier.frontier import CrawlTarget, Frontier
from mtcrawler.frontier.scope import Scope
from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import ArgumentError, Forged, MtcrawlerError, PageTooLarge
from mtcrawler.overlays import OverlayRule
from mtcrawler.runs.outcome.counts import GONE
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.session.registry import session_of
from mtcrawler.spider.page_reader import LATER, PageReader

PATIENCE = 20  # pages in a row that fail before the site is taken to refuse us, or to be away


class NewsSpider(PageReader):
    """What every publisher's spider does; a publisher's file says where and what the pages look like."""

    article_path: ClassVar[re.Pattern[str]]  # the paths of articles, matched whole; group "slug" where there is one
    dated_path: ClassVar[re.Pattern[str]]  # those whose first three groups are the day of publication
    cookies: ClassVar[tuple[tuple[str, str], ...]] = ()
    overlay_rules: ClassVar[tuple[OverlayRule, ...]] = ()

    def __init__(self, **arguments: str) -> None:
        super().__init__()
        self.scope = self.check(arguments)
        self.site = replace(type(self).site, mirror=self.scope.site)
        self.frontier = Frontier(self.site, self.scope, self.article_path, self.dated_path)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The spider of this crawl, its host's politeness set before the settings freeze."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        Politeness(crawler, spider.site).apply()
        spider.choose_mode(crawler.settings)
        crawler.signals.connect(spider.release, scrapy.signals.spider_idle)
        return spider

    @classmethod
    def check(cls, arguments: Mapping[str, str]) -> Scope:
        """The scope these arguments ask for; raises ArgumentError."""
        scope = Scope.parse(arguments, cls.sections(), cls.page.zone)
        site = replace(cls.site, mirror=scope.site)
        for url in scope.urls:
            if not site.owns(url):
                remedy = f"Give an address on {', '.join(sorted(cls.site.hosts))}."
                raise ArgumentError(f"Reading the argument url={url}", f"it is not {cls.publisher}'s", remedy)
        return scope

    @classmethod
    def sections(cls) -> tuple[str, ...]:
        """The names of the sections this publisher's sources know."""
        return tuple(
            dict.fromkeys(one.section for one in cls.sources if isinstance(one, Feed | Listing) and one.section)
        )

    async def start(self) -> AsyncIterator[Any]:
        """The requests for the sources, or for the addresses that were asked for and nothing else."""
        await self._remember()
        self.tdm = await self.tdm_rules()
        for url in self.scope.urls:
            if target := self.frontier.ask(url):
                yield self.article_request(target)
        if not self.scope.urls:
            for request in self.source_requests():
                yield request
            for target in self._rechecks():
                yield self.article_request(target)

    async def _remember(self) -> None:
        """Learn what is known; a bucket that cannot be opened ends the crawl elsewhere, with its reason."""
        session = session_of(self.crawler)
        try:
            await asyncio.to_thread(session.open)
        except MtcrawlerError:
            return
        self.memory = session.memory
        self.frontier.due = session.memory.due
        if self.auto is not None:
            await asyncio.to_thread(self.auto.recall, session.client)
            session.at_the_end(self.auto.save)

    def _rechecks(self) -> Iterator[CrawlTarget]:
        """Stored articles whose time has come, in a crawl that is not asked for some articles only."""
        scope, wished = self.scope, self.settings.getbool("RECHECK", True)
        if self.memory and wished and not (scope.sections or scope.limit or scope.until != date.max):
            for address in self.memory.overdue(self.site.host):
                if target := self.frontier.recheck(address):
                    yield target

    def release(self) -> None:
        """At a pause, what still waits for others is shown in the browser: they never came."""
        if self.auto is not None and (left := self.auto.left()):
            for one in left:
                self.crawler.engine.crawl(self.shown_request(one.target))
            raise DontCloseSpider
        super().release()

    def article_failed(self, failure: Failure) -> Iterator[Any]:
        """An article that cannot be had is named, with its reason; the next run tries again. Others wait no longer."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        self.settle(request.cb_kwargs.get("trial"))
        self._failed(request, failure)
        yield from self.ready()

    def _failed(self, request: Request, failure: Failure) -> None:
        """A site that only refuses, or is not there, is not asked for all the rest."""
        error = failure.value
        if "draft" in request.cb_kwargs:  # of a live page, which is there
            self._lost("LivePosts", describe_failure(failure), request)
            self.logger.error("Fetching the posts at %s: %s. %s", request.url, describe_failure(failure), LATER)
            return
        if isinstance(error, HttpError) and error.response.status in GONE:
            if not self._missing(request):
                self.count("page/gone")
                self.logger.info("Gone: %s (%d)", request.url, error.response.status)
            return
        if isinstance(error, PaywallMeterReached):
            self.logger.info("Not fetched: %s", error)
            return
        if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
            self.logger.info("Not fetched: %s is disallowed by robots.txt", request.url)
            return
        self.count("page/failed")
        if error is not None and (recorder := self.crawler.get_extension(RunRecorder)) is not None:
            recorder.note_failure(request, error)
        self.logger.error("Fetching %s: %s. %s", request.url, describe_failure(failure), LATER)
        if not isinstance(error, PageTooLarge | Forged):  # the site did answer
            self.in_vain += 1
        if self.in_vain == PATIENCE and self.crawler.engine:
            self.logger.error("%d pages in a row could not be had. The crawl ends here.", PATIENCE)
            reason = "blocked" if isinstance(error, HttpError) else "unreachable"
            self.crawler.engine.close_spider(self, reason)

    def _missing(self, request: Request) -> bool:
        """Whether the page of a stored article is not there; missed again a day later it is told as gone, and kept."""
        target: CrawlTarget | None = request.cb_kwargs.get("target")
        if self.memory is None or target is None:
            return False
        gone, identity = self.memory.missing(target.address), article_id(target.address)
        if not session_of(self.crawler).known.get(identity):
            return False
        self.count("page/missing")
        self.logger.info("Not there any more: %s", request.url)
        if gone:
            session_of(self.crawler).tell_gone(identity)
        return True
