"""Laws of a run that is asked to stop: what waits ends at once, what is under way has its time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.utils.test import get_crawler
from twisted.internet.defer import Deferred

from mtcrawler.fetch.browser.browser_pool import BrowserPool
from mtcrawler.fetch.browser.process.source import BrowserLimits
from mtcrawler.fetch.shutdown import Shutdown
from mtcrawler.model.errors import RunStopped

REQUEST = Request("https://paper.example/2026/11/20/a")


@pytest.fixture
def crawler() -> Iterator[Crawler]:
    made = get_crawler()
    made.crawling = True
    yield made
    made.crawling = False


@pytest.fixture
def shutdown(crawler: Crawler) -> Shutdown:
    return Shutdown(crawler)


async def test_what_waits_ends_at_once(shutdown: Shutdown) -> None:
    """A request that waits, for a host or a tab, ends with the stop, however long it would have waited."""
    begun = asyncio.Event()

    async def wait() -> None:
        async with shutdown.waiting(REQUEST):
            begun.set()
            await asyncio.Event().wait()

    waits = asyncio.ensure_future(wait())
    await begun.wait()
    shutdown.ask()
    with pytest.raises(RunStopped, match="asked to stop before its turn"):
        await waits


async def test_nothing_begins_after_the_stop(shutdown: Shutdown, crawler: Crawler) -> None:
    """A request whose turn comes with or after the signal is not made, though nothing had to be waited for."""
    with pytest.raises(RunStopped):
        async with shutdown.waiting(REQUEST):
            crawler.crawling = False
    with pytest.raises(RunStopped):
        shutdown.check(REQUEST)


async def test_another_wait_that_is_over_is_no_stop(shutdown: Shutdown) -> None:
    """What ends for a reason of its own keeps it."""
    with pytest.raises(TimeoutError):
        async with shutdown.waiting(REQUEST):
            raise TimeoutError


async def test_only_what_a_site_is_at_work_on_is_in_progress(
    shutdown: Shutdown, caplog: pytest.LogCaptureFixture
) -> None:
    """The line of the stop counts requests that were made, not those that wait, nor what a shown page loads."""
    caplog.set_level("INFO")
    with shutdown.under_way(), shutdown.under_way():
        async with shutdown.within(None), shutdown.within(None), shutdown.within(None):
            shutdown.ask()
    assert "the requests in progress (2) have" in caplog.text


async def test_a_tab_is_free_again_where_the_stop_comes_with_it(shutdown: Shutdown, crawler: Crawler) -> None:
    """A request that gets a free tab in the moment of the stop takes none with it."""
    limits = BrowserLimits(tabs=1, tab=1, pages=1, seconds=1.0, bytes=1, process=1)

    async def prepare(_: object) -> None: ...

    pool = BrowserPool({}, dict, prepare, limits)

    @asynccontextmanager
    async def stopped_at_the_end() -> AsyncIterator[None]:
        async with shutdown.waiting(REQUEST):
            yield
            crawler.crawling = False

    with pytest.raises(RunStopped):
        await pool.lend(stopped_at_the_end)
    async with asyncio.timeout(1):
        await pool._free.acquire()


async def test_what_comes_to_wait_after_the_stop_ends_too(shutdown: Shutdown) -> None:
    """A request that Scrapy would keep for the site's next turn ends also where it came after the signal."""
    slot, answer = SimpleNamespace(queue=deque[Any]()), Deferred[Any]()
    shutdown._engine = cast(Any, SimpleNamespace(downloader=SimpleNamespace(slots={"paper.example": slot})))
    shutdown.ask()
    slot.queue.append((REQUEST, answer))
    shutdown._look()
    assert not slot.queue
    with pytest.raises(RunStopped):
        await answer


async def test_a_page_that_waits_for_a_tab_gets_none_after_the_stop(shutdown: Shutdown) -> None:
    """The wait for a free tab is one that a stop breaks off."""
    limits = BrowserLimits(tabs=0, tab=1, pages=1, seconds=1.0, bytes=1, process=1)

    async def prepare(_: object) -> None: ...

    pool = BrowserPool({}, dict, prepare, limits)
    waits = asyncio.ensure_future(pool.lend(lambda: shutdown.waiting(REQUEST)))
    await asyncio.sleep(0)
    shutdown.ask()
    with pytest.raises(RunStopped):
        await waits
