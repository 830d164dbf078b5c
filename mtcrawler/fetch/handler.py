"""The download handler: plain HTTP as Scrapy does it, and pages that are to be shown in the browser."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, NotConfigured
from scrapy.http import Request, Response

from mtcrawler.fetch.browser.renderer import Renderer
from mtcrawler.fetch.certificates import OncePerHost, wrong_over_http
from mtcrawler.fetch.network.guard import Guard, GuardedResolver
from mtcrawler.fetch.shutdown import time_left
from mtcrawler.model.errors import AddressRefused, CertificateRefused


class Handler(HTTP11DownloadHandler):
    """Has requests with `meta["render"]` shown in a tab; all others go their usual way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._contextFactory: Any = OncePerHost(self._contextFactory)
        self._screen = Renderer(crawler, self._fetched_for_page)

    @cached_property
    def _compression(self) -> HttpCompressionMiddleware | None:
        """What unpacks answers; None where COMPRESSION_ENABLED is off, and nothing packed is asked for."""
        try:
            return HttpCompressionMiddleware.from_crawler(self._crawler)
        except NotConfigured:
            return None

    async def download_request(self, request: Request) -> Response:
        """The response; raises as `Screen.show` or Scrapy's handler does, TimeoutError in a run that has to stop."""
        if request.meta.get("render"):
            return await self._screen.show(request)
        return await self._fetched(request)

    async def _fetched(self, request: Request) -> Response:
        """The response over plain HTTP, from where the guard permits."""
        guard = Guard.of(self._crawler)
        async with time_left(self._crawler, None):
            try:
                with GuardedResolver.asking(guard):
                    return await super().download_request(request)
            except DownloadFailedError as err:
                if wrong := wrong_over_http(err):
                    raise CertificateRefused.of(urlsplit(request.url).hostname or "", wrong) from err
                raise
            except CannotResolveHostError as err:
                host = urlsplit(request.url).hostname or ""
                if host in guard.refused:
                    raise AddressRefused.of(host, host) from err
                raise

    async def _fetched_for_page(self, request: Request) -> Response:
        """The response to what a shown page asks for, which passes no middleware: named as the crawler, unpacked."""
        request.headers.setdefault("User-Agent", self._crawler.settings["USER_AGENT"])
        if self._compression is None:
            return await self._fetched(request)
        self._compression.process_request(request)
        response = self._compression.process_response(request, await self._fetched(request))
        assert isinstance(response, Response)  # it asks for nothing else
        return response

    async def close(self) -> None:
        """Close the connections and the browser."""
        await super().close()
        await self._screen.close()
