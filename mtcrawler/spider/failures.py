"""Pages that gave no article: each named with its reason, counted, and remembered as what it is."""

from __future__ import annotations

import logging
from typing import Final

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from mtcrawler.discovery.failures import describe_failure
from mtcrawler.fetch.reader_state import PaywallMeterReached
from mtcrawler.frontier.frontier import CrawlTarget
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import Forged, PageTooLarge
from mtcrawler.model.reasons import CloseReason
from mtcrawler.runs.outcome.counts import GONE
from mtcrawler.runs.run_recorder import RunRecorder
from mtcrawler.session.session import Session

logger = logging.getLogger(__name__)

LATER: Final = "It is not stored; the next run tries again."
PATIENCE: Final = 20
"""Pages in a row that fail before the site is taken to refuse us, or to be away."""


class Failures:
    """What one crawl could not have. `memory` is what earlier runs left, once the bucket is open."""

    def __init__(self, crawler: Crawler, spider: Spider, session: Session) -> None:
        self._crawler, self._spider, self._session = crawler, spider, session
        self.memory: RecrawlPolicy | None = None
        self._in_vain = 0

    def answered(self) -> None:
        """A page came: the site is there."""
        self._in_vain = 0

    def page(self, request: Request, failure: Failure) -> None:
        """A page did not come. A site that only refuses, or is not there, is not asked for all the rest."""
        error = failure.value
        if "draft" in request.cb_kwargs:  # of a live page, which is there
            self.lost("LivePosts", describe_failure(failure), request)
            logger.error("Fetching the posts at %s: %s. %s", request.url, describe_failure(failure), LATER)
            return
        if isinstance(error, HttpError) and error.response.status in GONE:
            if not self._missing(request):
                self._count("page/gone")
                logger.info("Gone: %s (%d)", request.url, error.response.status)
            return
        if isinstance(error, PaywallMeterReached):
            logger.info("Not fetched: %s", error)
            return
        if isinstance(error, IgnoreRequest) and "robots.txt" in str(error):
            logger.info("Not fetched: %s is disallowed by robots.txt", request.url)
            return
        self._count("page/failed")
        if error is not None and (recorder := self._crawler.get_extension(RunRecorder)) is not None:
            recorder.note_failure(request, error)
        logger.error("Fetching %s: %s. %s", request.url, describe_failure(failure), LATER)
        if not isinstance(error, PageTooLarge | Forged):  # the site did answer
            self._in_vain += 1
        if self._in_vain == PATIENCE and self._crawler.engine:
            logger.error("%d pages in a row could not be had. The crawl ends here.", PATIENCE)
            reason = CloseReason.BLOCKED if isinstance(error, HttpError) else CloseReason.UNREACHABLE
            self._crawler.engine.close_spider(self._spider, reason)

    def too_large(self, error: PageTooLarge, response: Response) -> None:
        """A page that is too large to read is named, with its reason, and lost to this run."""
        self.lost(type(error).__name__, str(error), response)
        logger.error("%s It is not stored.", error)

    def not_article(self, response: Response, target: CrawlTarget, why: str) -> None:
        """A page that is no article is remembered as that."""
        if self.memory:
            self.memory.other(target.address)
        self._count("page/not_article")
        logger.info("Not an article: %s (%s)", response.url, why)

    def lost(self, name: str, why: str, where: Response | Request) -> None:
        """A page that came and could not be used."""
        self._count("page/failed")
        if (recorder := self._crawler.get_extension(RunRecorder)) is not None:
            recorder.note(name, why, where.url)

    def _missing(self, request: Request) -> bool:
        """Whether the page of a stored article is not there; missed again a day later it is told as gone, and kept."""
        target: CrawlTarget | None = request.cb_kwargs.get("target")
        if self.memory is None or target is None:
            return False
        gone, identity = self.memory.missing(target.address), article_id(target.address)
        if not self._session.known.get(identity):
            return False
        self._count("page/missing")
        logger.info("Not there any more: %s", request.url)
        if gone:
            self._session.tell_gone(identity)
        return True

    def _count(self, name: str) -> None:
        self._crawler.stats.inc_value(name)
