"""robots.txt, obeyed by every request, also by those that are waiting when it arrives."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached


class ObeyRobots(RobotsTxtMiddleware):
    """Scrapy's own, made to answer one request of a host at a time while that host's robots.txt is fetched.

    In Scrapy 2.19 all who wait for the same robots.txt share one Deferred, whose result only the first of them
    gets; the others are let through as if the file did not exist.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules of the request's host; None where it has none that can be read."""
        async with self._asking[urlparse_cached(request).netloc]:
            return await super().robot_parser(request)
