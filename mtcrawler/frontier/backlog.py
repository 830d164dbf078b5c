"""How much memory the requests take that wait for their turn: Scrapy keeps all of them, and knows only their number."""

from __future__ import annotations

from sys import getsizeof

from scrapy.http import Request

from mtcrawler.frontier.frontier import Frontier
from mtcrawler.frontier.target import REQUEST, CrawlTarget, weight
from mtcrawler.model import limits
from mtcrawler.model.limits import Cut


class Backlog:
    """The bytes of one crawl's requests that wait, in the scheduler and for their turn to be put there."""

    def __init__(self) -> None:
        self.bytes = 0

    def full(self, frontier: Frontier) -> Cut | None:
        """Why no further address is taken now, None where there is room; those that wait no more make some."""
        if frontier.handled >= limits.ADDRESSES:
            return Cut.ADDRESSES
        return Cut.WAITING if self.bytes + frontier.waiting >= limits.WAITING_BYTES else None


def weight_of(request: Request) -> int:
    """Bytes that a request takes; the same as long as it waits."""
    target = request.cb_kwargs.get("target")
    return weight(target, request.url) if isinstance(target, CrawlTarget) else REQUEST + getsizeof(request.url)
