"""The download handler: plain HTTP as Scrapy does it, and pages that are to be shown in the browser."""

from __future__ import annotations

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from mtcrawler.rendering.screen import Screen
from mtcrawler.runs.grace import time_left


class Handler(HTTP11DownloadHandler):
    """Has requests with `meta["render"]` shown in a tab; all others go their usual way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._screen = Screen(crawler)

    async def download_request(self, request: Request) -> Response:
        """The response; raises as `Screen.show` or Scrapy's handler does, TimeoutError in a run that has to stop."""
        if request.meta.get("render"):
            return await self._screen.show(request)
        async with time_left(self._crawler, None):
            return await super().download_request(request)

    async def close(self) -> None:
        """Close the connections and the browser."""
        await super().close()
        await self._screen.close()
