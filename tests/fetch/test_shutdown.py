"""Laws of a run that is asked to stop: what waits ends at once, what is under way has its time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from scrapy.crawler import Crawler
from scrapy.http import Request
from scrapy.utils.test import get_crawler

from mtcrawler.fetch.browser.browser_pool import BrowserLimits, BrowserPool
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
