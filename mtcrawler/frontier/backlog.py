"""How much memory the requests take that wait for their turn: Scrapy keeps all of them, and knows only their number."""

from __future__ import annotations

from sys import getsizeof
from typing import ClassVar
from weakref import WeakKeyDictionary

from scrapy.core.scheduler import Scheduler
from scrapy.crawler import Crawler
from scrapy.http import Request

from mtcrawler.frontier.frontier import REQUEST, CrawlTarget, Frontier, weight
from mtcrawler.model import limits
from mtcrawler.model.limits import Cut


class Backlog:
    """The bytes of one crawl's requests that wait, in the scheduler and for their turn to be put there."""

    _of: ClassVar[WeakKeyDictionary[Crawler, Backlog]] = WeakKeyDictionary()

    def __init__(self) -> None:
        self.bytes = 0

    @classmethod
    def of(cls, crawler: Crawler) -> Backlog:
        """The one of this crawl."""
        return cls._of.setdefault(crawler, cls())

    def full(self, frontier: Frontier) -> Cut | None:
        """Why no further address is taken now, None where there is room; those that wait no more make some."""
        if frontier.handled >= limits.ADDRESSES:
            return Cut.ADDRESSES
        return Cut.WAITING if self.bytes + frontier.waiting >= limits.WAITING_BYTES else None


class WeighedScheduler(Scheduler):
    """Scrapy's own, which keeps account of what it holds."""

    def enqueue_request(self, request: Request) -> bool:
        """One more, unless it was seen before."""
        taken = super().enqueue_request(request)
        if taken and self.crawler is not None:
            Backlog.of(self.crawler).bytes += weight_of(request)
        return taken

    def next_request(self) -> Request | None:
        """The next one, which waits no more."""
        request = super().next_request()
        if request is not None and self.crawler is not None:
            Backlog.of(self.crawler).bytes -= weight_of(request)
        return request


def weight_of(request: Request) -> int:
    """Bytes that a request takes; the same as long as it waits."""
    target = request.cb_kwargs.get("target")
    return weight(target, request.url) if isinstance(target, CrawlTarget) else REQUEST + getsizeof(request.url)
