"""Pages that gave no article: each named with its reason, counted, and remembered as what it is."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Final

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Request, Response, TextResponse
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler.answers.judgement import Judgement, of_another_host, of_refusal
from mtcrawler.discovery.failures import describe_failure
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.fetch.fetched import headers_of
from mtcrawler.fetch.look import look_of
from mtcrawler.fetch.middleware.redirects import RedirectLoop
from mtcrawler.fetch.middleware.robots import Disallowed, RulesUnknown
from mtcrawler.fetch.reader_state import PaywallMeterReached
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import ExtractorFailed, Forged, PageTooLarge, RobotsUnreadable, RunStopped
from mtcrawler.model.reasons import MISSING_STATUSES, CloseReason, Fate
from mtcrawler.runs.outcome.causes import Cause, cause_of, name_of

logger = logging.getLogger(__name__)

LATER: Final = "It is not stored; the next run tries again."
PERMANENT: Final = frozenset({301, 308})
"""Redirects that hold for ever."""
PATIENCE: Final = 20
"""Pages in a row that fail before the site is taken to refuse us, or to be away."""


class Failures:
    """What one crawl could not have. `recrawl_policy` is what earlier runs left, once the bucket is open."""

    def __init__(self, crawler: Crawler, spider: Spider, context: SiteContext) -> None:
        self._crawler, self._spider, self._context = crawler, spider, context
        self._account, self._addresses, self._site = context.account, context.addresses, context.site
        self.recrawl_policy: RecrawlPolicy | None = None
        self._in_vain = 0
        self._mistakes: set[str] = set()

    def answered(self) -> None:
        """A page came: the site is there."""
        self._in_vain = 0

    def page(self, request: Request, failure: Failure) -> None:
        """A page did not come. A site that only refuses, or is not there, is not asked for all the rest."""
        error, target = failure.value, request.cb_kwargs["target"]
        if isinstance(error, HttpError):
            self._refused(error.response, request, target)
        elif isinstance(error, PaywallMeterReached):
            logger.info("Not fetched: %s", error)
            self._account.settle(target.named, Fate.METER)
        elif isinstance(error, Disallowed):
            logger.info("Not fetched: %s: %s", request.url, error)
            unknown = isinstance(error, RulesUnknown)
            self._account.settle(target.named, RobotsUnreadable.__name__ if unknown else Fate.DISALLOWED)
        elif isinstance(error, RunStopped):
            self.stopped(error, target)
        elif isinstance(error, RedirectLoop):
            self.unusable(Judgement(Fate.REDIRECT_LOOP, str(error)), request, target)
        elif error is not None:
            self._count("page/failed")
            if (recorder := self._context.recorder) is not None:
                recorder.note_failure(request, error)
            logger.error("Fetching %s: %s. %s", request.url, describe_failure(failure), LATER)
            self._account.settle(target.named, name_of(error))
            if not isinstance(error, PageTooLarge | Forged):  # the site did answer
                refused = cause_of(error) is Cause.REFUSED
                self._give_up_after(CloseReason.BLOCKED if refused else CloseReason.UNREACHABLE)

    def stopped(self, error: RunStopped, target: CrawlTarget) -> None:
        """The run was stopped before all of a page was asked for: what is stored of it stays, and it is due."""
        logger.info("Not fetched: %s", error)
        self._account.settle(target.named, Fate.NOT_REACHED)

    def source(self, request: Request, failure: Failure) -> None:
        """A source did not come; the others are still read."""
        if failure.value is not None and (recorder := self._context.recorder) is not None:
            recorder.note_failure(request, failure.value)

    def other_source(self, judgement: Judgement, response: Response) -> None:
        """Something else came in a source's place; the others are still read."""
        if (recorder := self._context.recorder) is not None:
            recorder.note(judgement.fate, judgement.why, response.url, of_source=True)

    def browser_may_help(self, failure: Failure) -> bool:
        """Whether what plain HTTP did not get may be there for the browser, which has cookies and runs scripts."""
        error = failure.value
        if isinstance(error, HttpError):
            return self._judged(error.response) is not None
        return isinstance(error, RedirectLoop) or (error is not None and cause_of(error) is Cause.NEEDS_BROWSER)

    def live_posts(self, request: Request, failure: Failure) -> None:
        """The posts of a live page, which is there, did not come."""
        if isinstance(failure.value, RunStopped):
            self.page(request, failure)
            return
        self.lost("LivePosts", describe_failure(failure), request, request.cb_kwargs["target"])
        logger.error("Fetching the posts at %s: %s. %s", request.url, describe_failure(failure), LATER)

    def unreadable(self, error: PageTooLarge | ExtractorFailed, response: Response, target: CrawlTarget) -> None:
        """A page that cannot be read is named, with its reason, and lost to this run.

        A mistake in the code that reads it is told once, with the first page; all of them are counted.
        """
        self.answered()
        self.lost(type(error).__name__, str(error), response, target)
        if isinstance(error, PageTooLarge):
            logger.error("%s It is not stored.", error)
        elif str(error) not in self._mistakes:
            self._mistakes.add(str(error))
            logger.error("%s The first of them: %s", error, response.url)

    def removed(self, target: CrawlTarget) -> None:
        """An article that was asked for, and taken out of the bucket before, is not fetched."""
        logger.warning("%s was taken out of the bucket on request, so it is not fetched.", target.address)
        self._account.settle(target.named, Fate.REMOVED)

    def not_article(self, where: str, target: CrawlTarget, why: str) -> None:
        """A page that came whole and is no article is remembered as that."""
        self.answered()
        self._addresses.learn(target.address, article=False)
        if self.recrawl_policy:
            self.recrawl_policy.other(target.address)
        self._count("page/not_article")
        self._account.settle(target.named, Fate.NOT_ARTICLE)
        logger.info("Not an article: %s (%s)", where, why)

    def is_lost(self, address: str) -> bool:
        """Whether what is stored of an article has to be fetched again, whatever is asked for."""
        return self.recrawl_policy is not None and self.recrawl_policy.is_lost(address)

    def out_of_scope(
        self, target: CrawlTarget, day: date | None, section: str | None, published: datetime | None
    ) -> None:
        """An article that was not asked for is remembered as that, until it is."""
        if self.recrawl_policy:
            self.recrawl_policy.out_of_scope(target.address, day, section, published)
        self._count("page/out_of_scope")
        self._account.settle(target.named, Fate.OUT_OF_SCOPE)

    def on_another_host(self, response: Response, target: CrawlTarget) -> None:
        """An address that leads to another site has no article of this one; for ever where the site says so."""
        judgement = of_another_host(response.url)
        if judgement.fate is not Fate.ELSEWHERE:
            self.unusable(judgement, response, target)
            return
        self.answered()
        reasons = response.meta.get("redirect_reasons", ()) if response.request else ()
        if self.recrawl_policy and reasons and PERMANENT.issuperset(reasons):
            self.recrawl_policy.other(target.address, why=Fate.ELSEWHERE)
        self._account.settle(target.named, Fate.ELSEWHERE)
        logger.info("Not stored: %s (%s)", response.url, judgement.why)

    def missing(self, where: str, target: CrawlTarget, why: str) -> None:
        """A page that is not there; missed again a day later its article is told as gone, and kept."""
        self.answered()
        self._account.settle(target.named, Fate.MISSING)
        known = self._context.session.known.get(article_id(target.address)) if self.recrawl_policy else None
        gone = self.recrawl_policy.missing(target.address) if self.recrawl_policy else False
        if known is None:
            self._count("page/missing/unknown")
            logger.info("Missing: %s (%s)", where, why)
            return
        self._count("page/missing")
        logger.info("Missing, though stored: %s (%s)", where, why)
        if gone:
            self._context.session.tell_gone(known.id)

    def unusable(self, judgement: Judgement, where: Response | Request, target: CrawlTarget) -> None:
        """What came is something else than the page: named, and remembered as nothing."""
        self.lost(judgement.fate, judgement.why, where, target)
        logger.error("Fetching %s: %s (%s). %s", where.url, judgement.fate, judgement.why, LATER)
        refused = judgement.fate in {Fate.BLOCKED, Fate.LOGIN, Fate.CONSENT}
        self._give_up_after(CloseReason.BLOCKED if refused else CloseReason.UNREACHABLE)

    def part_missing(self, where: str, why: str, again: str | None) -> None:
        """A part of an article did not come: the article is stored as not complete, and the run is partial.

        `again` is the canonical address of an article that the next run is to ask for again, for that part's sake.
        """
        self._count("page/failed")
        if (recorder := self._context.recorder) is not None:
            recorder.note("PartMissing", why, where)
        if self.recrawl_policy and again:
            self.recrawl_policy.incomplete(again)

    def part_withheld(self) -> None:
        """The site does not have, or does not give, a part of an article: the article is stored as not complete."""
        self._count("page/part_withheld")

    def lost(self, name: str, why: str, where: Response | Request, target: CrawlTarget) -> None:
        """A page that came and could not be used."""
        self._count("page/failed")
        self._account.settle(target.named, name)
        if (recorder := self._context.recorder) is not None:
            recorder.note(name, why, where.url)

    def _refused(self, response: Response, request: Request, target: CrawlTarget) -> None:
        """The site answered that it will not, or cannot."""
        recorder = self._context.recorder
        if recorder is not None and not look_of(request).counts(response.status):
            recorder.count_status(response.status)
        if not self._site.owns(response.url):
            self.on_another_host(response, target)
        elif response.status in MISSING_STATUSES:
            self.missing(response.url, target, str(response.status))
        elif judgement := self._judged(response):
            self.unusable(judgement, response, target)
        else:
            name = f"HTTP {response.status}"
            self.lost(name, f"the site answered {response.status}", response, target)
            logger.error("Fetching %s: the site answered %d. %s", response.url, response.status, LATER)
            self._give_up_after(CloseReason.BLOCKED)

    def _judged(self, response: Response) -> Judgement | None:
        """What an answer that is no success is beside that."""
        if response.status < 400:
            return Judgement(Fate.ODD_ANSWER, f"{response.status}, which nobody asked for")
        text = response.text if isinstance(response, TextResponse) else ""
        return (
            of_refusal(response.status, headers_of(response), text) if response.status not in MISSING_STATUSES else None
        )

    def _give_up_after(self, reason: CloseReason) -> None:
        self._in_vain += 1
        if self._in_vain == PATIENCE and self._crawler.engine:
            logger.error("%d pages in a row could not be fetched. The crawl ends here.", PATIENCE)
            self._crawler.engine.close_spider(self._spider, reason)

    def _count(self, name: str) -> None:
        self._crawler.stats.inc_value(name)
