"""The requests for pages of articles, each with what reads its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from scrapy.http import Request

from mtcrawler.discovery.discovery import FIRST
from mtcrawler.extraction.language import read_model
from mtcrawler.fetch.fetch_mode import FetchMode
from mtcrawler.fetch.mode.auto import Trial
from mtcrawler.frontier.frontier import CrawlTarget
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.markup.addresses import Site
from mtcrawler.model.article import Draft

GATES: Final = (403, 503)
"""What a page that only lets scripts in may answer to plain HTTP."""
ANY: Final = range(100, 600)


@dataclass(frozen=True)
class Readers:
    """What reads each sort of answer, and what is told of a page that does not come."""

    recheck: Callable[..., Any]
    plain: Callable[..., Any]
    shown: Callable[..., Any]
    check: Callable[..., Any]
    live: Callable[..., Any]
    failed: Callable[..., Any]
    not_compared: Callable[..., Any]


class ArticleRequests:
    """Makes requests for one crawl. `memory` is what earlier runs left, once the bucket is open."""

    def __init__(self, site: Site, mode: FetchMode, readers: Readers) -> None:
        self.site, self.mode, self.readers = site, mode, readers
        self.memory: RecrawlPolicy | None = None

    def article(self, target: CrawlTarget) -> Request:
        """For an article; where it is known the site is first asked whether its page has changed."""
        if self.memory and not target.asked and (validators := self.memory.validators(target.address)):
            request = self._made(target, self.readers.recheck, validators=validators)
            request.headers.update(validators.headers)
            request.meta["handle_httpstatus_list"] = [304]
            return request
        return self.page(target)

    def page(self, target: CrawlTarget) -> Request:
        """For an article's page: plain, or shown in the browser."""
        read_model()  # while the page is fetched
        if not self.mode.plain_first:
            return self._made(target, self.readers.shown, {"render": True})
        meta: dict[str, Any] = {"plain": True}
        if self.mode.auto is not None:
            meta |= {"handle_httpstatus_list": list(GATES), "uncounted": GATES}
        return self._made(target, self.readers.plain, meta)

    def shown(self, target: CrawlTarget, trial: Trial | None = None) -> Request:
        """For a page in the browser that plain HTTP gave already; before others are asked for."""
        request = self._made(target, self.readers.shown, {"render": True, "uncounted": (200,)}, trial=trial)
        request.priority += FIRST // 2
        return request

    def check(self, target: CrawlTarget, draft: Draft) -> Request:
        """For a page over plain HTTP that was shown: to learn from, and for nothing else."""
        meta = {"plain": True, "handle_httpstatus_all": True, "uncounted": ANY}
        request = self._made(target, self.readers.check, meta, shown=draft)
        request.errback = self.readers.not_compared
        request.priority += FIRST // 2
        return request

    def live(self, address: str, draft: Draft, page: Any) -> Request:
        """For the posts of a live page."""
        return Request(
            self.site.fetchable(address),
            self.readers.live,
            errback=self.readers.failed,
            cb_kwargs={"draft": draft, "page": page},
            priority=FIRST,
            dont_filter=True,
        )

    def _made(self, target: CrawlTarget, callback: Any, meta: Any = None, **kwargs: Any) -> Request:
        return Request(
            self.site.fetchable(target.address),
            callback,
            errback=self.readers.failed,
            cb_kwargs={"target": target, **kwargs},
            meta=meta,
            priority=target.rank,
            dont_filter=True,
        )
