"""A host that says it is asked too often is left alone as long as it says, and asked more slowly from then on."""

from __future__ import annotations

import logging
from typing import Final, Self

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.politeness.host import Host
from mtcrawler.fetch.politeness.retry_after import retry_after
from mtcrawler.model.reasons import CloseReason

logger = logging.getLogger(__name__)

TOO_MANY_REQUESTS: Final = frozenset({420, 429})
"""The former is what some servers say instead."""
UNAVAILABLE: Final = 503


class BackOff:
    """A downloader middleware, nearer than Scrapy's retries: a request that is refused is made again after the wait.

    All requests to the host wait meanwhile (`Host.turn`). A host that goes on refusing is given up; where it is the
    site's own the run ends as blocked.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._context = crawler, CrawlContext.of(crawler)
        self._tries = settings_of(crawler.settings).RETRY_TIMES

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises HostRefuses where the host was given up."""
        self._context.hosts.of(request.url).check()

    def process_response(self, request: Request, response: Response) -> Response | Request:
        """The response, or the request again where it was refused for now."""
        host = self._context.hosts.of(request.url)
        if response.status not in {*TOO_MANY_REQUESTS, UNAVAILABLE}:
            host.answer()
            return response
        told = retry_after(response)
        if told is None and response.status in request.meta.get("handle_httpstatus_list", ()):
            return response  # a page that lets only scripts in: the browser is tried first
        tries = request.meta.get("refused", 0)
        # A page that is broken by itself answers 503, too: however often it is asked, it says so of the host once.
        of_the_host = told is not None or response.status in TOO_MANY_REQUESTS or not tries
        wait = host.refuse(request.meta.get("turn", 0.0), told, counts=of_the_host)
        self._crawler.stats.inc_value(f"host/refused/{response.status}")
        if host.gives_up():
            self._give_up(host)
        if tries >= self._most(request, host, response.status, told):
            return response
        asks = "" if told is None else f" and asks for {told:.0f} s"
        logger.info("%s answered %d%s: it is asked again in %.1f s.", host.name, response.status, asks, wait)
        again = request.replace(dont_filter=True)
        again.meta["refused"] = tries + 1
        return again

    def _most(self, request: Request, host: Host, status: int, told: float | None) -> int:
        """How often one request is made again; a failure that asks for no wait may be the page's own."""
        asked = host.patience.most if told is not None or status in TOO_MANY_REQUESTS else self._tries
        return min(asked, int(request.meta.get("max_retry_times", asked)))

    def _give_up(self, host: Host) -> None:
        site = self._context.site
        logger.error("%s refused %d times in a row: it is not asked any more.", host.name, host.refusals)
        if site is None or self._context.hosts.of(site.fetchable("/")) is not host:
            return
        engine, spider = self._crawler.engine, self._crawler.spider
        if engine and spider:
            engine.close_spider(spider, CloseReason.BLOCKED)
