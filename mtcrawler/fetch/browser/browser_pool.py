"""The browser at work: started when a page needs it, lent tab by tab, replaced before it grows old and when it dies.

Why not scrapy-playwright's handler: it opens a route for every subresource, which costs each a round trip through
Python and switches the browser's cache off, and it waits without end for a page's content.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import BrowserContext, Error, Page

from mtcrawler.fetch.browser.process.running import CLOSING, STARTING, RunningBrowser
from mtcrawler.fetch.browser.process.source import BrowserLimits, BrowserSource
from mtcrawler.model.errors import RenderError

logger = logging.getLogger(__name__)

IDLE = 2.0  # seconds after which a tab that nobody needs is emptied: its page may go on computing for ever

Prepare = Callable[[Page], Awaitable[None]]


@dataclass(eq=False)
class BrowserInstance:
    """One context of a running browser, with its tabs; they come and go together. Others may have one in it, too."""

    running: RunningBrowser
    context: BrowserContext
    idle: dict[Page, asyncio.TimerHandle | None] = field(default_factory=dict)
    emptying: set[asyncio.Task[None]] = field(default_factory=set)
    uses: dict[Page, int] = field(default_factory=dict)
    lent: int = 0
    retired: bool = False

    @property
    def alive(self) -> bool:
        """Whether its browser still answers for it."""
        return self.running.alive

    def rest(self, page: Page) -> None:
        """Keep a tab for the next page; where none comes soon, it is emptied."""
        self.idle[page] = asyncio.get_running_loop().call_later(IDLE, self._empty, page)

    def waiting(self) -> Page | None:
        """A tab that was kept, if there is one; the last one first."""
        while self.idle:
            page, emptied = self.idle.popitem()
            if emptied is not None:
                emptied.cancel()
            if not page.is_closed():
                return page
            self.uses.pop(page, None)
        return None

    def _empty(self, page: Page) -> None:
        del self.idle[page]
        self.emptying.add(task := asyncio.ensure_future(self._emptied(page)))
        task.add_done_callback(self.emptying.discard)

    async def _emptied(self, page: Page) -> None:
        try:
            async with asyncio.timeout(CLOSING):
                await page.goto("about:blank")
            self.idle[page] = None
        except (Error, TimeoutError):
            self.running.condemned = True  # what cannot be emptied goes with its browser

    async def close(self, source: BrowserSource) -> None:
        """Close the context in time, and give the browser back; one that does not close it is used no more."""
        for emptied in self.idle.values():
            if emptied is not None:
                emptied.cancel()
        try:
            async with asyncio.timeout(CLOSING):
                await self.context.close()
        except (Error, TimeoutError, ConnectionError):
            self.running.condemned = True
        finally:
            source.give_back(self.running)


class BrowserPool:
    """Lends tabs: at most `limits.tabs` at a time; every `lend` has to be followed by one `take_back`.

    `options` are Playwright's launch options, or the source of browsers that others share, `context` what a context is
    made with, `prepare` what is done to every new tab. Cookies and local storage outlive a replaced browser: a consent
    refused once stays refused.
    """

    def __init__(
        self,
        options: dict[str, Any] | BrowserSource,
        context: Callable[[], dict[str, Any]],
        prepare: Prepare,
        limits: BrowserLimits,
    ) -> None:
        self._own = not isinstance(options, BrowserSource)
        self._source = options if isinstance(options, BrowserSource) else BrowserSource(options)
        self._context, self._prepare, self._limits = context, prepare, limits
        self._free = asyncio.Semaphore(limits.tabs)
        self._starting = asyncio.Lock()
        self._company: BrowserInstance | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self._companies: dict[Page, BrowserInstance] = {}
        self._state: Any = None

    @property
    def started(self) -> int:
        """How many browsers were started so far."""
        return self._source.started

    async def lend(self, waiting: Callable[[], AbstractAsyncContextManager[None]] = nullcontext) -> Page:
        """An idle tab, or a new one, once one is free; raises RenderError when no browser can be started.

        It is waited for within `waiting`, which may break that off.
        """
        acquired = False
        try:
            async with waiting():
                acquired = await self._free.acquire()
        except BaseException:
            if acquired:  # it is too late to begin
                self._free.release()
            raise
        instance = None
        try:
            async with asyncio.timeout(2 * STARTING):
                async with self._starting:
                    instance = await self._fresh()
                    instance.lent += 1
                page = instance.waiting() or await self._open(instance)
        except (Error, TimeoutError) as err:
            self._condemn(instance or self._company)
            self._returned(instance)
            raise RenderError("Opening a tab", _said(err), "The page is tried again in a new browser.") from err
        except BaseException:
            self._returned(instance)
            raise
        self._companies[page] = instance
        return page

    async def take_back(self, page: Page, *, healthy: bool) -> None:
        """Keep the tab for the next page, or close it; what will not close goes with its whole browser."""
        instance = self._companies.pop(page)
        try:
            instance.running.pages += 1
            instance.uses[page] = instance.uses.get(page, 0) + 1
            if healthy and instance.alive and not page.is_closed() and instance.uses[page] < self._limits.tab:
                instance.rest(page)
                return
            del instance.uses[page]
            async with asyncio.timeout(CLOSING):
                await page.close()
        except Error:
            return  # its browser is gone already
        except TimeoutError:
            self._condemn(instance)
        finally:
            self._returned(instance)

    async def close(self) -> None:
        """Close the browser, and wait for those that are being replaced."""
        if self._company is not None:
            self._retire(self._company)
            self._company = None
        await asyncio.gather(*self._retiring, return_exceptions=True)
        if self._own:
            await self._source.close()

    async def _fresh(self) -> BrowserInstance:
        """The context in use, or its successor where its browser is gone, or old."""
        instance = self._company
        if instance is not None and instance.alive:
            if self._source.serves(instance.running, self._limits):
                return instance
            with suppress(Error, TimeoutError):
                async with asyncio.timeout(CLOSING):
                    self._state = await instance.context.storage_state()
        self._company = None
        if instance is not None and not instance.lent:
            self._retire(instance)
        running = await self._source.take(self._limits)
        try:
            state = {"storage_state": self._state} if self._state else {}
            async with asyncio.timeout(STARTING):
                context = await running.browser.new_context(**{**self._context(), **state})
        except BaseException as err:
            running.condemned |= isinstance(err, Error | TimeoutError)
            self._source.give_back(running)
            raise
        running.bound(self._limits.process)
        self._company = BrowserInstance(running, context)
        return self._company

    async def _open(self, instance: BrowserInstance) -> Page:
        page = await instance.context.new_page()
        await self._prepare(page)
        return page

    def _returned(self, instance: BrowserInstance | None) -> None:
        """Another may be lent; a browser that was replaced goes with the last tab that was lent of it."""
        self._free.release()
        if instance is not None:
            instance.lent -= 1
            if instance is not self._company and not instance.lent:
                self._retire(instance)

    def _condemn(self, instance: BrowserInstance | None) -> None:
        """Give a browser up that no longer does what it is told; the next page gets another."""
        if instance is None:
            return
        instance.running.condemned = True
        if instance is self._company:
            self._company = None
        if not instance.lent:
            self._retire(instance)

    def _retire(self, instance: BrowserInstance) -> None:
        if instance.retired:
            return
        instance.retired = True
        task = asyncio.ensure_future(instance.close(self._source))
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


def _said(err: BaseException) -> str:
    return next(iter(str(err).splitlines()), "") or "it took too long"
