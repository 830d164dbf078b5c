"""A browser that runs: its driver, its processes, how heavy it is, and its end."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import psutil
from playwright.async_api import Browser, Error, Playwright

from mtcrawler.fetch.browser.driver import async_playwright, process_of

logger = logging.getLogger(__name__)

STARTING: Final = 30.0
"""Seconds a browser may take to start."""
CLOSING: Final = 5.0
"""Seconds a tab, a context or a browser may take to close before it is abandoned."""
WEIGHED: Final = 10
"""Pages between two looks at how much memory the browser takes."""
UNWANTED: Final[set[asyncio.Task[None]]] = set()
"""Drivers that were still starting when nobody wanted them any more, until they are stopped."""


@dataclass(eq=False)
class RunningBrowser:
    """One driver with one browser; `users` are those who have a context in it. They come and go together."""

    driver: Playwright
    browser: Browser
    processes: list[psutil.Process]
    born: float = field(default_factory=time.monotonic)
    users: int = 0
    pages: int = 0
    heavy: bool = False
    condemned: bool = False

    @classmethod
    async def start(cls, options: dict[str, Any], most: int) -> RunningBrowser:
        """A new one, started with these launch options; none of its processes gets more than `most` bytes.

        Raises playwright's Error, or TimeoutError.
        """
        manager = async_playwright()
        starting = asyncio.ensure_future(manager.start())
        try:
            driver = await asyncio.shield(starting)
        except BaseException as err:  # it can be stopped only once it has started
            UNWANTED.add(task := asyncio.ensure_future(_stopped(starting)))
            task.add_done_callback(UNWANTED.discard)
            if starting.done() and isinstance(err, Exception) and not isinstance(err, Error):
                # Playwright raises a mere Exception where its driver ends while it starts, or an OSError before.
                raise Error(f"Playwright's driver did not start ({err})") from err
            raise
        # Not whatever children are new by now: another crawl of this process may have begun one meanwhile.
        mine = [psutil.Process(process_of(manager))]
        try:
            async with asyncio.timeout(STARTING):
                browser = await driver.chromium.launch(**options)
        except BaseException:
            end(mine)
            raise
        made = cls(driver, browser, mine)
        made.bound(most)
        return made

    @property
    def alive(self) -> bool:
        """Whether it still answers for what is in it."""
        return self.browser.is_connected() and not self.condemned

    def weigh(self, most: int) -> None:
        """Now and then, whether its processes take more memory than they may, for as many as use it."""
        if self.pages % WEIGHED == 1:
            used = sum(_memory(process) for process in self.processes for process in _tree(process))
            self.heavy = used > most * max(1, self.users)

    def bound(self, most: int) -> None:
        """Give these, and what they start, no more memory than a process may have; a page that wants more crashes."""
        for process in self.processes:
            for each in _tree(process):
                # Only Linux has such limits; renderers inherit them.
                with suppress(psutil.Error, OSError, AttributeError):
                    each.rlimit(psutil.RLIMIT_DATA, (most, most))

    async def close(self) -> None:
        """Close it in time, or end its processes; both are certain."""
        try:
            async with asyncio.timeout(2 * CLOSING):
                await self.browser.close()
                await self.driver.stop()
        except (Error, TimeoutError, ConnectionError):
            logger.warning("The browser would not close; its processes were ended.")
        finally:
            end(self.processes)
            await asyncio.to_thread(psutil.wait_procs, self.processes, CLOSING)


def end(processes: list[psutil.Process]) -> None:
    """End these and all below them."""
    for process in processes:
        for each in reversed(_tree(process)):
            with suppress(psutil.Error):
                each.kill()


async def _stopped(starting: asyncio.Future[Playwright]) -> None:
    """Stop a driver that nobody waits for; one that does not start has ended."""
    with suppress(Exception):
        await (await starting).stop()


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
