"""Warm tabs: a browser tab is lent for a page and used again, which spares most of its cost."""

from __future__ import annotations

import asyncio
from collections import Counter

from playwright.async_api import Error, Page

CLOSING = 5  # seconds a tab may take to close


class Tabs:
    """The tabs of one crawl: at most `limit` at a time, each closed after `uses` pages or when a page went wrong in it.

    Every `lend` has to be followed by one `take_back`.
    """

    def __init__(self, limit: int, uses: int) -> None:
        self._free = asyncio.Semaphore(limit)
        self._most = uses
        self._idle: list[Page] = []
        self._uses: Counter[Page] = Counter()

    async def lend(self) -> Page | None:
        """An idle tab once one is free, or None where a new one may be opened."""
        await self._free.acquire()
        while self._idle:
            page = self._idle.pop()
            if not page.is_closed():
                return page
            del self._uses[page]
        return None

    async def take_back(self, page: Page | None, *, healthy: bool) -> None:
        """Keeps the tab for the next page, or closes it; None where the new one could not be opened."""
        try:
            if page is None:
                return
            self._uses[page] += 1
            if healthy and not page.is_closed() and self._uses[page] < self._most:
                self._idle.append(page)
                return
            del self._uses[page]
            async with asyncio.timeout(CLOSING):
                await page.close()
        except (Error, TimeoutError):
            return  # its browser is gone, or the tab hangs: nobody is lent it again
        finally:
            self._free.release()
