"""The spider of every site: what it knows to be due is found, fetched and extracted, and comes out as drafts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, datetime
from itertools import chain
from typing import Any, ClassVar, Final, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from mtcrawler.answers.judgement import Judgement, OtherPage
from mtcrawler.discovery.discovery import Discovery
from mtcrawler.extraction.extractor import Extractor
from mtcrawler.fetch.crawl_context import SiteContext, asked
from mtcrawler.fetch.fetch_mode import FetchMode
from mtcrawler.fetch.fetched import Waiting
from mtcrawler.fetch.look import GATES, Look, look_of
from mtcrawler.fetch.middleware.redirects import KnownEnd
from mtcrawler.fetch.mode.auto import Trial
from mtcrawler.fetch.mode.plain import Plain
from mtcrawler.fetch.politeness.site_pace import SitePace
from mtcrawler.frontier.frontier import Frontier
from mtcrawler.frontier.recrawl_policy import NEXT_DUE, RecrawlPolicy
from mtcrawler.frontier.scope import Scope
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.frontier.terms import Terms, Validators
from mtcrawler.model.article import Draft
from mtcrawler.model.errors import ExtractorFailed, MtcrawlerError, PageTooLarge
from mtcrawler.model.reasons import Fate
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.spider.article_requests import ArticleRequests, Readers
from mtcrawler.spider.canonicals import Canonicals
from mtcrawler.spider.code import extractor_of, judge_of, memory_of
from mtcrawler.spider.drafts import Drafts
from mtcrawler.spider.failures import Failures
from mtcrawler.spider.page_reader import PageReader

HELPED: Final = frozenset({Fate.BLOCKED, Fate.CONSENT, Fate.ODD_ANSWER})
"""What plain HTTP may get where the browser, with cookies and scripts, gets the page."""

logger = logging.getLogger(__name__)


class NewsSpider(scrapy.Spider):
    """Crawls the site of its definition: the frontier says what is wanted, the mode how it is fetched, the extractor
    what it says. A class of its own for each site is made by the spider loader.
    """

    definition: ClassVar[SiteDefinition]
    frontier_type: ClassVar[type[Frontier]] = Frontier

    def __init__(self, crawler: Crawler, context: SiteContext, extractor: Extractor) -> None:
        super().__init__()
        self._set_crawler(crawler)
        definition, site = context.definition, context.site
        self.context, self.extractor = context, extractor
        self.frontier = self.frontier_type(definition, site, context.scope, context.account, context.addresses)
        self.mode = FetchMode.chosen(crawler.settings, definition, extractor.name)
        self.failures = Failures(crawler, self, context)
        self.canonicals = Canonicals(crawler, site, self.frontier)
        self.pages = PageReader(context, extractor, self.name)
        self.drafts = Drafts(context, self.canonicals, self.pages, self.failures)
        readers = Readers(
            recheck=self.parse_recheck,
            plain=self.parse_plain,
            shown=self.parse_shown,
            check=self.parse_check,
            live=self.drafts.parse_live,
            probe=self.drafts.parse_probe,
            failed=self.page_failed,
            live_failed=self.drafts.live_failed,
            probe_failed=self.drafts.probe_failed,
            not_compared=lambda failure: logger.debug("Not compared: %s", failure.value),
        )
        self.requests = ArticleRequests(site, self.mode, readers, context.session.plan.models_dir)
        self.discovery = Discovery(crawler, definition, site, self.frontier, context.backlog, self.requests.article)
        self.discovery.failed, self.discovery.other = self.failures.source, self.failures.other_source
        self.drafts.requests, self.drafts.older = self.requests, self.discovery.older
        self.drafts.consider, self.canonicals.page_request = self.discovery.consider, self.requests.page
        self.site_memory = memory_of(definition, extractor, lambda name, by: crawler.stats.inc_value(name, count=by))
        self.drafts.site_memory = self.site_memory
        self.recrawl_policy: RecrawlPolicy | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **arguments: str) -> Self:
        """The spider of this crawl, its host's politeness set before the settings freeze; raises ArgumentError."""
        context = SiteContext(crawler, cls.definition, arguments)
        SitePace(crawler, context.site, cls.definition.pace).apply()
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
        urls = self.context.scope.urls
        if self.context.definition.untried:
            logger.warning(
                "Untried on its live site, try it: mtcrawler sites try %s", self.context.definition.site.host
            )
        # Before anything is waited for: whatever stops the run, each of them is accounted for.
        asked_for = [target for url in urls if (target := self.frontier.ask(url))]
        await self._remember()
        self.pages.tdm = await self.discovery.tdm_rules()
        for target in asked_for:
            if self.frontier.removed(target.address):
                self.failures.removed(target)
            else:
                yield self.requests.article(target)
        if not urls:
            for request in chain(self.discovery.source_requests(), map(self.requests.article, self._rechecks())):
                yield request

    async def _remember(self) -> None:
        """Learn what is known; a bucket that cannot be opened ends the crawl elsewhere, with its reason."""
        session = self.context.session
        try:
            await asyncio.to_thread(session.open)
        except MtcrawlerError:
            return
        self.recrawl_policy = policy = session.recrawl_policy
        for user in (self.requests, self.discovery, self.failures, self.canonicals):
            user.recrawl_policy = policy
        self.canonicals.tell = session.submit_duplicate
        policy.terms = Terms(judge_of(self.context.definition, self.extractor), self.context.scope)
        self.frontier.due, self.frontier.removed = policy.due, policy.removed
        await asyncio.to_thread(self.drafts.error_pages.recall, session.client)
        session.at_the_end(self.drafts.error_pages.keep)
        for notes in (self.mode.auto, self.site_memory, self.discovery.memory):
            if notes is not None:
                await asyncio.to_thread(notes.recall, session.client)
                session.at_the_end(notes.save)

    def _rechecks(self) -> Iterator[CrawlTarget]:
        """Stored articles whose time has come, in a crawl that is not asked for some articles only."""
        scope, wished = self.context.scope, self.settings.getbool("RECHECK", True)
        if not self.recrawl_policy or scope.sections:
            if scope.force and scope.sections:
                logger.warning("With sections, force=1 asks again for what the sources name, and for nothing else.")
            return
        if wished and scope.until == date.max and not scope.limit:
            for address, fetched in self.recrawl_policy.overdue(self.context.site.host):
                if target := self.frontier.recheck(address, fetched):
                    yield target
            self.crawler.stats.set_value(NEXT_DUE, self.recrawl_policy.next_due)
        if scope.force:
            yield from self._forced(self.recrawl_policy)

    def _forced(self, recrawl_policy: RecrawlPolicy) -> Iterator[CrawlTarget]:
        """Everything that is known of the site and in scope, whether a source still names it or not."""
        for one in recrawl_policy.known(self.context.site.host):
            published = datetime.fromisoformat(one.published_at) if one.published_at else None
            if target := self.frontier.ask_again(one.canonical_url, one.url or "", published):
                yield target
        for address in recrawl_policy.judged():
            if target := self.frontier.ask_again(address):
                yield target

    def release(self) -> None:
        """At a pause, what waits is fetched: pages that wait for others that never came, then what the limit held."""
        auto, engine = self.mode.auto, self.crawler.engine
        waiting = [self.requests.shown(one.target) for one in auto.left()] if auto is not None else []
        waiting = waiting or self.canonicals.left() or self.discovery.front_page.left()
        waiting = waiting or [self.requests.article(target) for target in self.frontier.release()]
        for request in waiting:
            engine.crawl(request)
        if waiting:
            raise DontCloseSpider
        self.discovery.memory.learn()

    def parse_recheck(self, response: Response, target: CrawlTarget, validators: Validators) -> Iterator[Any]:
        """Nothing where the page is as it was; else it is read as it came, or shown in the browser."""
        if response.status == 304 and self.recrawl_policy:
            self.failures.answered()
            self.crawler.stats.inc_value("page/not_modified")
            self.recrawl_policy.unchanged(target.address, validators)
            self.context.account.settle(target.named, Fate.NOT_MODIFIED)
            yield from self.canonicals.not_sent(target)
        elif self.mode.plain_first or response.status in GATES:
            yield from self.parse_plain(response, target)
        else:
            yield self.requests.shown(target)

    def parse_plain(self, response: Response, target: CrawlTarget) -> Iterator[Any]:
        """The draft of a page as plain HTTP gave it, or the request that shows it in the browser."""
        if look_of(response.request) is Look.FIRST and response.status in GATES:
            yield self.requests.shown(target, look=Look.INSTEAD)
            return
        try:
            fetched, draft = self.pages.read(response, target)
        except (PageTooLarge, ExtractorFailed) as err:
            self.failures.unreadable(err, response, target)
            yield from self.drafts.alone(target)
            return
        except OtherPage as other:
            yield from self._other(other.judgement, response, target)
            return
        if self.mode.auto is None or self.canonicals.elsewhere(fetched, target):
            yield from self.drafts.of(fetched, target, draft)
        else:
            yield from self._decided(Waiting(fetched, target, draft, Plain.of(fetched.page, draft)))

    def _decided(self, one: Waiting) -> Iterator[Any]:
        """What comes of a page that is taken as plain HTTP gave it, or not, or has to wait."""
        assert self.mode.auto is not None
        decision = self.mode.auto.decide(one.plain)
        if decision == "take":
            yield from self.drafts.of(one.fetched, one.target, one.draft)
        elif decision == "hold":
            self.mode.auto.hold(one.plain, one)
        elif isinstance(decision, Trial):
            yield self.requests.shown(one.target, decision)

    def parse_shown(self, response: Response, target: CrawlTarget, trial: Trial | None = None) -> Iterator[Any]:
        """The draft of a page as the browser showed it, or the request that completes or replaces it."""
        fetched = draft = None
        try:
            fetched, draft = self.pages.read(response, target)
        except (PageTooLarge, ExtractorFailed) as err:
            self.failures.unreadable(err, response, target)
            yield from self.drafts.alone(target)
        except OtherPage as other:
            yield from self._other(other.judgement, response, target)
        finally:
            self._settle(trial, draft)
        if fetched and draft:
            yield from self.drafts.of(fetched, target, draft)
            auto, only = self.mode.auto, look_of(response.request) is Look.ONLY
            if auto is not None and only and fetched.page.is_article and auto.checks(draft):
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
        if self.mode.auto is not None and response.status == 200:
            try:
                fetched, draft = self.pages.read(response, target)
                self.mode.auto.learn(self.mode.auto.trial(Plain.of(fetched.page, draft)), shown)
            except (PageTooLarge, ExtractorFailed, OtherPage) as err:  # the article itself is stored
                logger.debug("Not compared: %s", err)

    def page_failed(self, failure: Failure) -> Iterator[Any]:
        """An article that cannot be fetched is named with its reason. The next run tries again; others stop waiting."""
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        self._settle(request.cb_kwargs.get("trial"))
        if isinstance(failure.value, KnownEnd):
            yield from self._other(failure.value.judgement, request, request.cb_kwargs["target"])
        elif look_of(request) is Look.FIRST and self.failures.browser_may_help(failure):
            yield self.requests.shown(request.cb_kwargs["target"], look=Look.INSTEAD)
        else:
            self.failures.page(request, failure)
            yield from self.drafts.alone(request.cb_kwargs["target"])
        yield from self._ready()

    def _other(self, judgement: Judgement, response: Response | Request, target: CrawlTarget) -> Iterator[Any]:
        """What came, or would come again, is not the page: the browser is asked once where it may help, else it is
        named and counted.
        """
        asked = response.request if isinstance(response, Response) else response
        if look_of(asked) is Look.FIRST and judgement.fate in HELPED:
            yield self.requests.shown(target)
            return
        if judgement.fate is Fate.NOT_ARTICLE:
            self.failures.not_article(response.url, target, judgement.why)
        elif judgement.fate is Fate.MISSING:
            self.failures.missing(response.url, target, judgement.why)
        elif judgement.fate is Fate.ELSEWHERE and isinstance(response, Response):
            self.failures.on_another_host(response, target)
        else:
            self.failures.unusable(judgement, response, target)
        yield from self.drafts.alone(target)

    async def closed(self, reason: str) -> None:
        """End the process that read the feeds."""
        await self.discovery.close()
