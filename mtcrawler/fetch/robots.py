"""robots.txt, obeyed by every request, also by those that are waiting when it arrives."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import DownloadCancelledError
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.httpobj import urlparse_cached

from mtcrawler.discovery.robots import rules_for
from mtcrawler.model.errors import IncompleteBody, PageTooLarge
from mtcrawler.model.limits import ROBOTS_BYTES, Cut

logger = logging.getLogger(__name__)

UNUSABLE = (IncompleteBody, PageTooLarge, DownloadCancelledError)
TOO_MANY = "it has too many with stars to search each address for all of them"


class OwnRules(ProtegoRobotParser):
    """Scrapy's own parser, given only the rules that hold for us."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        """The rules of a file, within the limits; what lies past them is counted and told."""
        if len(robotstxt_body) > ROBOTS_BYTES:
            logger.warning("Of a robots.txt of %d bytes only the first %d count.", len(robotstxt_body), ROBOTS_BYTES)
            crawler.stats.inc_value(f"robotstxt/{Cut.ROBOTS}")
            crawler.stats.inc_value(f"discovery/cut/{Cut.ROBOTS}")
        agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        rules = rules_for(agent, robotstxt_body)
        if rules.stricter:
            logger.warning(
                "%d rules of a robots.txt are taken to forbid more than they do: %s.", rules.stricter, TOO_MANY
            )
            crawler.stats.inc_value(f"discovery/cut/{Cut.WILDCARDS}", rules.stricter)
        return super().from_crawler(crawler, rules.text.encode())


class ObeyRobots(RobotsTxtMiddleware):
    """Scrapy's own, made to answer one request of a host at a time while that host's robots.txt is fetched.

    In Scrapy 2.19 all who wait for the same robots.txt share one Deferred, whose result only the first of them
    gets; the others are let through as if the file did not exist.

    A file that is there and cannot be had whole forbids everything: RFC 9309 reads it so, and Scrapy as no file.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._parserimpl = OwnRules  # type: ignore[assignment]  # Scrapy says instance and means class
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host; None where it has none that can be read."""
        async with self._asking[urlparse_cached(request).netloc]:
            return await super().robot_parser(request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        super()._robots_error(exc, netloc)
        if isinstance(exc, UNUSABLE):
            logger.error("The robots.txt of %s could not be read whole: nothing there is asked for.", netloc)
            self._parsers[netloc] = OwnRules(b"User-agent: *\nDisallow: /", None)
