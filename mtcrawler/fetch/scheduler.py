"""Scrapy's scheduler, which keeps account of how much memory the requests take that it holds."""

from __future__ import annotations

from typing import Self

from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.http import Request

from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.frontier.backlog import Backlog, weight_of


class WeighedScheduler(Scheduler):
    """Scrapy's own; `backlog` is the crawl's."""

    backlog: Backlog

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The scheduler of this crawl."""
        scheduler = super().from_crawler(crawler)
        scheduler.backlog = CrawlContext.of(crawler).backlog
        return scheduler

    def enqueue_request(self, request: Request) -> bool:
        """One more, unless it was seen before."""
        taken = super().enqueue_request(request)
        if taken:
            self.backlog.bytes += weight_of(request)
        return taken

    def next_request(self) -> Request | None:
        """The next one, which waits no more."""
        request = super().next_request()
        if request is not None:
            self.backlog.bytes -= weight_of(request)
        return request
