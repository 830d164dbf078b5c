"""The download handler: plain HTTP as Scrapy does it, and pages that are to be shown in the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, ResponseDataLossError
from scrapy.http import Request, Response

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.certificates import OncePerHost, caused_by, wrong_over_http
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.decompression import ASKED_FOR, unpacked
from mtcrawler.fetch.network.content_types import as_page
from mtcrawler.fetch.network.guard import GuardedResolver
from mtcrawler.fetch.network.headers import LongHeaders, check_headers
from mtcrawler.model.errors import AddressRefused, CertificateRefused, HeaderTooLarge, IncompleteBody

if TYPE_CHECKING:
    from mtcrawler.fetch.browser.renderer import Renderer


class Handler(HTTP11DownloadHandler):
    """Has requests with `meta["render"]` shown in a tab; all others go their usual way."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._crawler = crawler
        self._contextFactory: Any = OncePerHost(self._contextFactory, settings_of(crawler.settings).CA_FILE)
        self._pool._factory = LongHeaders
        self._most = settings_of(crawler.settings).DOWNLOAD_MAXSIZE
        self._context = CrawlContext.of(crawler)
        GuardedResolver.judges(self._pool, self._context.guard)
        self._renderer: Renderer | None = None

    async def download_request(self, request: Request) -> Response:
        """The response, once its host may be asked.

        Raises as `Renderer.show` or Scrapy's handler does, HostRefuses, and RunStopped in a run that has to stop.
        """
        host = self._context.hosts.of(request.url)
        async with self._context.shutdown.waiting(request):
            request.meta["turn"] = await host.turn(self._waiting)
        if request.meta.get("render"):
            return await self._shown_by().show(request)
        with self._context.shutdown.under_way():
            return await self._fetched(request)

    def _shown_by(self) -> Renderer:
        if self._renderer is None:
            from mtcrawler.fetch.browser.renderer import Renderer  # noqa: PLC0415 - plain HTTP does without Playwright

            self._renderer = Renderer(self._crawler, self._fetched_for_page)
        return self._renderer

    def _waiting(self) -> None:
        """A wait that a host asks for is no standstill."""
        self._crawler.stats.inc_value("host/waiting")

    async def _fetched(self, request: Request) -> Response:
        """The response over plain HTTP, from where the guard permits, unpacked and whole.

        It is unpacked here, not in a middleware: only what is raised here is tried again.
        """
        request.headers.setdefault("Accept-Encoding", ASKED_FOR)
        async with self._context.shutdown.within(None):
            try:
                response = await super().download_request(request)
            except ResponseDataLossError as err:
                raise IncompleteBody.of(request.url, "the connection ended before it did") from err
            except DownloadFailedError as err:
                if caused_by(err, HeaderTooLarge):
                    raise HeaderTooLarge.of(request.url) from err
                host = urlsplit(request.url).hostname or ""
                if wrong := wrong_over_http(err, self._contextFactory.refused.get(host)):
                    raise CertificateRefused.of(host, wrong) from err
                raise
            except CannotResolveHostError as err:
                host = urlsplit(request.url).hostname or ""
                if host in self._context.guard.refused:
                    raise AddressRefused.of(host, host) from err
                raise
        if "target" in request.cb_kwargs:
            check_headers(response)
        response = unpacked(response, request.meta.get("download_maxsize", self._most))
        return as_page(response) if "target" in request.cb_kwargs else response

    async def _fetched_for_page(self, request: Request) -> Response:
        """The response to what a shown page asks for, which passes no middleware: named as the crawler."""
        request.headers.setdefault("User-Agent", self._crawler.settings["USER_AGENT"])
        return await self._fetched(request)

    async def close(self) -> None:
        """Close the connections and the browser."""
        await super().close()
        if self._renderer is not None:
            await self._renderer.close()
