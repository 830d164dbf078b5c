"""The download handler: plain HTTP as Scrapy does it, and pages that are to be shown in the browser."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, ResponseDataLossError
from scrapy.http import Request, Response

from mtcrawler.fetch.browser.renderer import Renderer
from mtcrawler.fetch.certificates import OncePerHost, wrong_over_http
from mtcrawler.fetch.crawl_context import guard_of
from mtcrawler.fetch.decompression import ASKED_FOR, unpacked
from mtcrawler.fetch.network.guard import GuardedResolver
from mtcrawler.fetch.shutdown import time_left
from mtcrawler.model.errors import AddressRefused, CertificateRefused, IncompleteBody


class Handler(HTTP11DownloadHandler):
    """Has requests with `meta["render"]` shown in a tab; all others go their usual way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._contextFactory: Any = OncePerHost(self._contextFactory)
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._guard = guard_of(crawler)
        self._renderer = Renderer(crawler, self._fetched_for_page)

    async def download_request(self, request: Request) -> Response:
        """The response; raises as `Renderer.show` or Scrapy's handler does, TimeoutError in a run that has to stop."""
        if request.meta.get("render"):
            return await self._renderer.show(request)
        return await self._fetched(request)

    async def _fetched(self, request: Request) -> Response:
        """The response over plain HTTP, from where the guard permits, unpacked and whole.

        It is unpacked here, not in a middleware: only what is raised here is tried again.
        """
        request.headers.setdefault("Accept-Encoding", ASKED_FOR)
        async with time_left(self._crawler, None):
            try:
                with GuardedResolver.asking(self._guard):
                    response = await super().download_request(request)
            except ResponseDataLossError as err:
                raise IncompleteBody.of(request.url, "the connection ended before it did") from err
            except DownloadFailedError as err:
                if wrong := wrong_over_http(err):
                    raise CertificateRefused.of(urlsplit(request.url).hostname or "", wrong) from err
                raise
            except CannotResolveHostError as err:
                host = urlsplit(request.url).hostname or ""
                if host in self._guard.refused:
                    raise AddressRefused.of(host, host) from err
                raise
        return unpacked(response, request.meta.get("download_maxsize", self._most))

    async def _fetched_for_page(self, request: Request) -> Response:
        """The response to what a shown page asks for, which passes no middleware: named as the crawler."""
        request.headers.setdefault("User-Agent", self._crawler.settings["USER_AGENT"])
        return await self._fetched(request)

    async def close(self) -> None:
        """Close the connections and the browser."""
        await super().close()
        await self._renderer.close()
