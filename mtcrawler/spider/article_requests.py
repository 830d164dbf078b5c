"""The requests for pages of articles, each with what reads its answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from scrapy.http import Request

from mtcrawler.discovery.discovery import FIRST
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.extraction.language.model import read_model
from mtcrawler.fetch.fetch_mode import FetchMode
from mtcrawler.fetch.look import GATES, Look
from mtcrawler.fetch.mode.auto import Trial
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.frontier.target import CrawlTarget
from mtcrawler.markup.addresses import Site
from mtcrawler.model.article import Draft

SAID: Final = sorted({*range(400, 600)} - {420, 429, 503})
"""Failures that answer a request for what cannot exist; the other three are waited for."""


@dataclass(frozen=True)
class Readers:
    """What reads each sort of answer, and what is told of a page that does not come."""

    recheck: Callable[..., Any]
    plain: Callable[..., Any]
    shown: Callable[..., Any]
    check: Callable[..., Any]
    live: Callable[..., Any]
    failed: Callable[..., Any]
    live_failed: Callable[..., Any]
    probe: Callable[..., Any]
    probe_failed: Callable[..., Any]
    not_compared: Callable[..., Any]


class ArticleRequests:
    """Makes requests for one crawl. `recrawl_policy` is what earlier runs left, once the bucket is open.

    `models` is the folder where the language model is kept unpacked.
    """

    def __init__(self, site: Site, mode: FetchMode, readers: Readers, models: Path) -> None:
        self.site, self.mode, self.readers, self.models = site, mode, readers, models
        self.recrawl_policy: RecrawlPolicy | None = None

    def article(self, target: CrawlTarget) -> Request:
        """For an article; where it is known the site is first asked whether its page has changed."""
        if self.recrawl_policy and not target.asked and (validators := self.recrawl_policy.validators(target.address)):
            request = self._made(target, self.readers.recheck, validators=validators)
            request.headers.update(validators.headers)
            request.meta["handle_httpstatus_list"] = [304]
            return request if self.mode.way == "http" else self._first(request)
        return self.page(target)

    def page(self, target: CrawlTarget) -> Request:
        """For an article's page: plain, or shown in the browser."""
        read_model(self.models)  # while the page is fetched
        if not self.mode.plain_first:
            return self._made(target, self.readers.shown, {"render": True})
        request = self._made(target, self.readers.plain, {"plain": True})
        return request if self.mode.auto is None else self._first(request)

    def shown(self, target: CrawlTarget, trial: Trial | None = None, look: Look = Look.SECOND) -> Request:
        """For a page in the browser that plain HTTP gave already, or did not get; before others are asked for."""
        request = self._made(target, self.readers.shown, {"render": True}, trial=trial)
        request.priority += FIRST // 2
        return look.of(request)

    def check(self, target: CrawlTarget, draft: Draft) -> Request:
        """For a page over plain HTTP that was shown: to learn from, and for nothing else."""
        meta = {"plain": True, "handle_httpstatus_all": True}
        request = self._made(target, self.readers.check, meta, shown=draft)
        request.errback = self.readers.not_compared
        request.priority += FIRST // 2
        return Look.BESIDE.of(request)

    def live(self, address: str, draft: Draft, page: ExtractedPage, target: CrawlTarget) -> Request:
        """For the posts of a live page."""
        return Request(
            self.site.fetchable(address),
            self.readers.live,
            errback=self.readers.live_failed,
            cb_kwargs={"draft": draft, "page": page, "target": target},
            meta={"verbatim_url": True},
            priority=FIRST,
            dont_filter=True,
        )

    def probe(self, address: str, *, shown: bool) -> Request:
        """For an address that cannot exist, in the way in which the page came that it is compared with."""
        meta = {"render": True} if shown else {"plain": True}
        request = Request(
            self.site.fetchable(address),
            self.readers.probe,
            errback=self.readers.probe_failed,
            meta={**meta, "handle_httpstatus_list": SAID},  # redirects are followed
            priority=FIRST,
            dont_filter=True,
        )
        return Look.BESIDE.of(request)

    def _first(self, request: Request) -> Request:
        """Over plain HTTP before the browser is asked."""
        request.meta["handle_httpstatus_list"] = [*request.meta.get("handle_httpstatus_list", ()), *GATES]
        return Look.FIRST.of(request)

    def _made(self, target: CrawlTarget, callback: Any, meta: Any = None, **kwargs: Any) -> Request:
        return Request(
            self.site.page(target.found.url),
            callback,
            errback=self.readers.failed,
            cb_kwargs={"target": target, **kwargs},
            meta={"verbatim_url": True, **(meta or {})},
            priority=target.rank,
            dont_filter=True,
        )
