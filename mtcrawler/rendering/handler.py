"""The download handler: scrapy-playwright's, begun with the first page that is shown, each with one deadline."""

from __future__ import annotations

import asyncio

from scrapy.http import Request, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler


class Handler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it publishes no types
    """Ends a navigation that outlives PAGE_DEADLINE: scrapy-playwright waits for a page's content without end.

    A page whose script never pauses would hold its tab for ever. Playwright's driver starts with the first page that
    is shown: a crawl over plain HTTP has none.
    """

    _started: asyncio.Task[None] | None = None

    async def _launch(self) -> None:
        """Nothing yet: called when the crawl begins."""

    async def download_request(self, request: Request) -> Response:
        """The response; raises TimeoutError after the deadline."""
        if not request.meta.get("playwright"):
            return await super().download_request(request)  # type: ignore[no-any-return]
        if self._started is None:
            self._started = asyncio.create_task(super()._launch())
        await self._started
        async with asyncio.timeout(self._crawler.settings.getfloat("PAGE_DEADLINE")):
            return await super().download_request(request)  # type: ignore[no-any-return]
