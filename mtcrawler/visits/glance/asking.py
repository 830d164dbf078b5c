"""Asks a site without a crawl: with the crawl's own client, under the names, limits and delays of a crawl."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, Final

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.signalmanager import SignalManager
from scrapy.statscollectors import DummyStatsCollector

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.handler import Handler
from mtcrawler.fetch.middleware.back_off import TOO_MANY_REQUESTS, UNAVAILABLE
from mtcrawler.fetch.politeness.host import Host
from mtcrawler.fetch.politeness.retry_after import retry_after

REFUSALS: Final = frozenset({*TOO_MANY_REQUESTS, UNAVAILABLE})


class Asking:
    """Asks for one document after the other. Network guard, certificates, limits and user agent are those of the crawl
    that would be made with these settings; no cookie and no reader's session is sent, and no redirect is followed.
    """

    def __init__(self, settings: BaseSettings, mirror: str | None, delay: float) -> None:
        # What the handler takes from a crawler, which is made only if the site is to be crawled.
        made: Any = SimpleNamespace(settings=settings, spider=None, engine=None, crawling=True)
        made.signals, made.stats = SignalManager(made), DummyStatsCollector(made)
        self._context, self._handler, self._delay = CrawlContext(made, mirror), Handler(made), delay
        self._headers = {**settings.getdict("DEFAULT_REQUEST_HEADERS"), "User-Agent": settings["USER_AGENT"]}
        typed = settings_of(settings)
        self._seconds, self._longest = typed.DOWNLOAD_TIMEOUT, typed.CRAWL_DELAY_MAX
        self._hosts: dict[str, Host] = {}

    def host(self, url: str, delay: float = 0.0) -> None:
        """Leave at least so many seconds between two requests to the host of this address; a `delay` that its rules ask
        for is kept to as far as CRAWL_DELAY_MAX says.
        """
        host = self._context.hosts.of(url)
        host.interval = max(self._delay, min(delay, self._longest))
        self._hosts[host.name] = host

    async def answer(self, url: str, headers: Mapping[str, str], form: bytes | None = None) -> Response:
        """The answer to a request, in its host's turn, with a form that is posted or without; raises as the crawl's
        handler does.
        """
        meta = {"download_timeout": self._seconds, "verbatim_url": True}
        host, method = self._context.hosts.of(url), "GET" if form is None else "POST"
        response = await self._handler.download_request(
            Request(url, method=method, headers={**self._headers, **headers}, body=form, meta=meta, dont_filter=True)
        )
        if response.status in REFUSALS:
            host.refuse(time.monotonic(), retry_after(response))
        return response

    async def leave_alone(self) -> None:
        """Wait until each host that was asked may be asked again, as it says or as we keep to."""
        for host in self._hosts.values():
            await host.turn(lambda: None)

    async def close(self) -> None:
        """Give up the connections."""
        await self._handler.close()
