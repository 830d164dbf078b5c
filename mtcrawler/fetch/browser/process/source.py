"""Where browsers come from: one at a time, replaced before it grows old and when it dies."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from mtcrawler.fetch.browser.process.running import RunningBrowser


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


class BrowserSource:
    """Hands out the browser in use, started with these launch options; every `take` has to be followed by one
    `give_back`. A browser that is replaced ends with its last user. `kept` is for how many seconds it waits for the
    next user.
    """

    def __init__(self, options: dict[str, Any], kept: float = 0.0) -> None:
        self._options, self._kept = options, kept
        self._starting = asyncio.Lock()
        self._current: RunningBrowser | None = None
        self._ending: set[asyncio.Task[None]] = set()
        self._idle: asyncio.TimerHandle | None = None
        self.started = 0
        """How many browsers were started so far."""

    def serves(self, running: RunningBrowser, limits: BrowserLimits) -> bool:
        """Whether this is the one in use, and good for another page."""
        if running is not self._current or not running.alive:
            return False
        running.weigh(limits.bytes)
        young = time.monotonic() - running.born < limits.seconds
        return running.pages < limits.pages and young and not running.heavy

    async def take(self, limits: BrowserLimits) -> RunningBrowser:
        """The browser in use, or its successor where it is gone, or old; raises playwright's Error, or TimeoutError."""
        async with self._starting:
            running = self._current
            if running is None or not self.serves(running, limits):
                self._current = None
                if running is not None and not running.users:
                    self._end(running)
                running = self._current = await RunningBrowser.start(self._options, limits.process)
                self.started += 1
            running.users += 1
            return running

    def give_back(self, running: RunningBrowser) -> None:
        """It is used by one less."""
        running.users -= 1
        if running.users:
            return
        if running is not self._current or not running.alive:
            self._current = None if running is self._current else self._current
            self._end(running)
        elif self._kept:
            if self._idle is not None:
                self._idle.cancel()
            self._idle = asyncio.get_running_loop().call_later(self._kept, self._end_idle)

    async def close(self) -> None:
        """End the browser in use, and wait for those that are ending."""
        if self._idle is not None:
            self._idle.cancel()
        if self._current is not None:
            self._end(self._current)
            self._current = None
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _end_idle(self) -> None:
        if self._current is not None and not self._current.users and not self._starting.locked():
            self._end(self._current)
            self._current = None

    def _end(self, running: RunningBrowser) -> None:
        task = asyncio.ensure_future(running.close())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
