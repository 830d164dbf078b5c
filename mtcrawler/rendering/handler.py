"""The download handler: plain HTTP as Scrapy does it, and pages that are to be shown in the browser."""

from __future__ import annotations

import sys
from typing import Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request, Response

from mtcrawler.errors import AddressRefused
from mtcrawler.rendering.guard import Guard, GuardedResolver
from mtcrawler.rendering.screen import Screen
from mtcrawler.runs.grace import time_left


class Handler(HTTP11DownloadHandler):
    """Has requests with `meta["render"]` shown in a tab; all others go their usual way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._screen = Screen(crawler)
        self._guarded = False

    async def download_request(self, request: Request) -> Response:
        """The response; raises as `Screen.show` or Scrapy's handler does, TimeoutError in a run that has to stop."""
        if request.meta.get("render"):
            return await self._screen.show(request)
        guard = self._guard()
        async with time_left(self._crawler, None):
            try:
                return await super().download_request(request)
            except CannotResolveHostError as err:
                host = urlsplit(request.url).hostname or ""
                if host in guard.refused:
                    raise AddressRefused.of(host, host) from err
                raise

    def _guard(self) -> Guard:
        """The guard, which resolves every name that this process asks Twisted for from now on."""
        guard = Guard.of(self._crawler)
        if not self._guarded:
            self._guarded = True
            reactor: Any = sys.modules["twisted.internet.reactor"]
            reactor.installNameResolver(GuardedResolver(guard))
        return guard

    async def close(self) -> None:
        """Close the connections and the browser."""
        await super().close()
        await self._screen.close()
