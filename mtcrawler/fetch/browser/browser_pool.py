"""The browser at work: started when a page needs it, lent tab by tab, replaced before it grows old and when it dies.

Why not scrapy-playwright's handler: it opens a route for every subresource, which costs each a round trip through
Python and switches the browser's cache off, and it waits without end for a page's content.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import psutil
from playwright.async_api import Browser, BrowserContext, Error, Page, Playwright

from mtcrawler.fetch.browser.driver import async_playwright, process_of
from mtcrawler.model.errors import RenderError

logger = logging.getLogger(__name__)

STARTING = 30.0  # seconds a browser may take to start
CLOSING = 5.0  # seconds a tab, a context or a browser may take to close before it is abandoned
IDLE = 2.0  # seconds after which a tab that nobody needs is emptied: its page may go on computing for ever
WEIGHED = 10  # pages between two looks at how much memory the browser takes

Prepare = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True)
class BrowserLimits:
    """When what is used again is replaced: a tab after `tab` pages, all else after `pages`, `seconds` or `bytes`.

    No single process of a browser gets more than `process` bytes.
    """

    tabs: int
    tab: int
    pages: int
    seconds: float
    bytes: int
    process: int


@dataclass(eq=False)
class BrowserInstance:
    """One driver with one browser, one context and its tabs; they come and go together."""

    driver: Playwright
    browser: Browser
    context: BrowserContext
    processes: list[psutil.Process]
    born: float = field(default_factory=time.monotonic)
    idle: dict[Page, asyncio.TimerHandle | None] = field(default_factory=dict)
    emptying: set[asyncio.Task[None]] = field(default_factory=set)
    uses: dict[Page, int] = field(default_factory=dict)
    lent: int = 0
    pages: int = 0
    heavy: bool = False
    condemned: bool = False

    @property
    def alive(self) -> bool:
        """Whether its browser still answers for it."""
        return self.browser.is_connected() and not self.condemned

    def weigh(self, most: int) -> None:
        """Now and then, whether its processes take more memory than they may."""
        if self.pages % WEIGHED == 1:
            self.heavy = sum(_memory(process) for process in self.processes for process in _tree(process)) > most

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
            self.condemned = True  # what cannot be emptied goes with its browser

    async def close(self) -> None:
        """Close everything in time, or end its processes; both are certain."""
        try:
            async with asyncio.timeout(2 * CLOSING):
                await self.context.close()
                await self.browser.close()
                await self.driver.stop()
        except (Error, TimeoutError, ConnectionError):
            logger.warning("The browser would not close; its processes were ended.")
        finally:
            _end(self.processes)
            await asyncio.to_thread(psutil.wait_procs, self.processes, CLOSING)


class BrowserPool:
    """Lends tabs: at most `limits.tabs` at a time; every `lend` has to be followed by one `take_back`.

    `options` are Playwright's launch options, `context` what a context is made with, `prepare` what is done to every
    new tab. Cookies and local storage outlive a replaced browser: a consent refused once stays refused.
    """

    def __init__(
        self, options: dict[str, Any], context: Callable[[], dict[str, Any]], prepare: Prepare, limits: BrowserLimits
    ) -> None:
        self._options, self._context, self._prepare, self._limits = options, context, prepare, limits
        self._free = asyncio.Semaphore(limits.tabs)
        self._starting = asyncio.Lock()
        self._company: BrowserInstance | None = None
        self._retiring: set[asyncio.Task[None]] = set()
        self._companies: dict[Page, BrowserInstance] = {}
        self._state: Any = None
        self.started = 0
        """How many browsers were started so far."""

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
            instance.pages += 1
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

    async def _fresh(self) -> BrowserInstance:
        """The browser in use, or its successor where it is gone, or old."""
        instance = self._company
        if instance is not None and instance.alive:
            instance.weigh(self._limits.bytes)
            young = time.monotonic() - instance.born < self._limits.seconds
            if instance.pages < self._limits.pages and young and not instance.heavy:
                return instance
            with suppress(Error, TimeoutError):
                async with asyncio.timeout(CLOSING):
                    self._state = await instance.context.storage_state()
        self._company = None
        if instance is not None and not instance.lent:
            self._retire(instance)
        self._company = await self._start()
        return self._company

    async def _start(self) -> BrowserInstance:
        manager = async_playwright()
        driver = await manager.start()
        # Not whatever children are new by now: another crawl of this process may have begun one meanwhile.
        mine = [psutil.Process(process_of(manager))]
        try:
            async with asyncio.timeout(STARTING):
                browser = await driver.chromium.launch(**self._options)
                given = self._context()
                context = await browser.new_context(
                    **{**given, **({"storage_state": self._state} if self._state else {})}
                )
        except BaseException:
            _end(mine)
            raise
        self._bound(mine)
        self.started += 1
        return BrowserInstance(driver, browser, context, mine)

    def _bound(self, processes: list[psutil.Process]) -> None:
        """Give these, and what they start, no more memory than a process may have; a page that wants more crashes."""
        for process in processes:
            for each in _tree(process):
                with suppress(
                    psutil.Error, OSError, AttributeError
                ):  # only Linux has such limits; renderers inherit them
                    each.rlimit(psutil.RLIMIT_DATA, (self._limits.process, self._limits.process))

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
        instance.condemned = True
        if instance is self._company:
            self._company = None
        if not instance.lent:
            self._retire(instance)

    def _retire(self, instance: BrowserInstance) -> None:
        task = asyncio.ensure_future(instance.close())
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        for each in reversed(_tree(process)):
            with suppress(psutil.Error):
                each.kill()


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _said(err: BaseException) -> str:
    return next(iter(str(err).splitlines()), "") or "it took too long"
