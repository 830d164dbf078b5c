"""The browsers that the crawls of one process share; whoever shows no page loads no Playwright."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from mtcrawler.fetch.browser.process.source import BrowserSource

KEPT: Final = 60.0
"""Seconds that a shared browser is kept for the next site when nobody uses it."""


class SharedBrowsers:
    """One browser for each way to start it. Not for threads."""

    def __init__(self) -> None:
        self.opened = False
        self._sources: dict[str, BrowserSource] = {}

    @asynccontextmanager
    async def lasting(self) -> AsyncIterator[None]:
        """Crawls that begin in the block share; at its end all browsers end."""
        self.opened = True
        try:
            yield
        finally:
            self.opened = False
            sources, self._sources = self._sources, {}
            await asyncio.gather(*(source.close() for source in sources.values()))

    def source(self, options: dict[str, Any]) -> BrowserSource:
        """The source of browsers that are started with these options."""
        from mtcrawler.fetch.browser.process.source import BrowserSource  # noqa: PLC0415 - it needs Playwright

        return self._sources.setdefault(repr(sorted(options.items())), BrowserSource(options, KEPT))


SHARED: Final = SharedBrowsers()
"""Those of this process."""
