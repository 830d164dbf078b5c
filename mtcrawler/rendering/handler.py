"""The download handler: scrapy-playwright's, with one deadline around the whole of a navigation."""

from __future__ import annotations

import asyncio
import logging

from scrapy.http import Request, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from mtcrawler.runs.grace import time_left

logger = logging.getLogger(__name__)

CLOSING = 10  # seconds


class Handler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]  # it publishes no types
    """Ends a navigation that outlives PAGE_DEADLINE: scrapy-playwright waits for a page's content without end.

    A page whose script never pauses would hold its tab for ever.
    """

    async def download_request(self, request: Request) -> Response:
        """The response; raises TimeoutError after the deadline, or when a run that is to stop has no time left."""
        seconds = self._crawler.settings.getfloat("PAGE_DEADLINE") if request.meta.get("playwright") else None
        async with time_left(self._crawler, seconds):
            return await super().download_request(request)  # type: ignore[no-any-return]

    async def _close(self) -> None:
        """Closes the browser; one that does not answer must not keep the run from ending."""
        try:
            async with asyncio.timeout(CLOSING):
                await super()._close()
        except TimeoutError:
            logger.warning("The browser did not close within %d s; it is left to itself.", CLOSING)
