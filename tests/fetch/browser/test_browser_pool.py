"""Laws of the stage: tabs lent and used again, browsers replaced, nothing that hangs or dies holds a crawl up."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from typing import Any

import psutil
import pytest
from playwright.async_api import Error, Page, async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.browser_pool import BrowserPool
from mtcrawler.fetch.browser.process import running
from mtcrawler.fetch.browser.process.source import BrowserLimits, BrowserSource
from mtcrawler.model.errors import RenderError

LIMITS = BrowserLimits(tabs=2, tab=3, pages=100, seconds=3600, bytes=4 << 30, process=4 << 30)


@asynccontextmanager
async def pool(**limits: Any) -> AsyncIterator[BrowserPool]:
    """A stage with these limits, whose tabs are counted as they are prepared."""
    made = BrowserPool(find_browser().launch_options, dict, _named, replace(LIMITS, **limits))
    try:
        yield made
    finally:
        await made.close()


async def _named(page: Page) -> None:
    await page.add_init_script("window.prepared = true")


def started_since(before: set[psutil.Process]) -> list[psutil.Process]:
    """The living processes below this one that were not there before."""
    living = []
    for process in set(psutil.Process().children(recursive=True)) - before:
        with suppress(psutil.NoSuchProcess):
            if process.status() != psutil.STATUS_ZOMBIE:
                living.append(process)
    return living


async def used(made: BrowserPool, *, healthy: bool = True) -> Page:
    """A tab that was lent, shown a page, and given back."""
    page = await made.lend()
    await page.goto("data:text/html,<p>hello")
    assert await page.evaluate("window.prepared")
    await made.take_back(page, healthy=healthy)
    return page


async def test_a_tab_is_used_again_until_it_is_worn_or_hurt() -> None:
    """A healthy tab comes back, one that was used often enough or went wrong is closed."""
    async with pool() as made:
        first = await used(made)
        assert await used(made) is first
        assert await used(made) is first
        assert first.is_closed()
        hurt = await used(made, healthy=False)
        assert hurt.is_closed()
        assert made.started == 1


async def test_no_more_tabs_are_lent_than_there_may_be() -> None:
    """Who asks for one too many waits until one is given back."""
    async with pool(tabs=1) as made:
        page = await made.lend()
        waiting = asyncio.ensure_future(made.lend())
        done, _ = await asyncio.wait({waiting}, timeout=0.2)
        assert not done
        await made.take_back(page, healthy=True)
        assert await waiting is page
        await made.take_back(page, healthy=True)


async def test_tabs_are_opened_side_by_side() -> None:
    """Nobody who asks for a tab waits until another's is furnished."""
    furnishing = asyncio.Barrier(2)

    async def furnish(_: Page) -> None:
        await furnishing.wait()

    made = BrowserPool(find_browser().launch_options, dict, furnish, LIMITS)
    try:
        async with asyncio.timeout(20):
            pages = await asyncio.gather(made.lend(), made.lend())
        assert made.started == 1
        for page in pages:
            await made.take_back(page, healthy=True)
    finally:
        await made.close()


async def test_a_tab_that_waits_stops_what_its_page_was_doing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose workers compute for ever does so only until its tab has been idle for a while."""
    monkeypatch.setattr("mtcrawler.fetch.browser.browser_pool.IDLE", 0.1)
    burning = "new Worker(URL.createObjectURL(new Blob(['while (true) {}'])))"
    async with pool() as made:
        page = await made.lend()
        await page.goto("data:text/html,<p>hello")
        await page.evaluate(burning)
        emptied = page.wait_for_url("about:blank")
        await made.take_back(page, healthy=True)
        await emptied
        assert page.workers == []
        await used(made)


@pytest.mark.slow
@pytest.mark.parametrize("limit", [{"pages": 2}, {"seconds": 0}, {"bytes": 1}])
async def test_a_browser_is_replaced_before_it_grows_old(limit: dict[str, Any]) -> None:
    """After so many pages, so long or at such a size another browser takes over, and its cookies with it."""
    async with pool(**limit) as made:
        page = await made.lend()
        await page.context.add_cookies([{"name": "refused", "value": "1", "url": "http://paper.example"}])
        await made.take_back(page, healthy=True)
        for _ in range(2):
            page = await made.lend()
            await made.take_back(page, healthy=True)
        page = await made.lend()
        assert made.started > 1
        assert [cookie.get("name") for cookie in await page.context.cookies()] == ["refused"]
        await made.take_back(page, healthy=True)


async def test_a_browser_that_dies_is_replaced() -> None:
    """A killed browser costs the pages that were in it; the next ones get another, and no process is left behind."""
    before = set(psutil.Process().children(recursive=True))
    async with pool() as made:
        page = await made.lend()
        for process in started_since(before):
            with suppress(psutil.NoSuchProcess):  # a browser takes its helpers with it while this list is read
                if "--type=" not in " ".join(process.cmdline()) and "node" not in process.name():
                    process.kill()
        with pytest.raises(Error):
            await page.goto("data:text/html,<p>hello")
        await made.take_back(page, healthy=False)
        await used(made)
        assert made.started == 2
    assert started_since(before) == []


@pytest.mark.slow
async def test_a_tab_that_hangs_is_given_up() -> None:
    """A page whose script never ends is closed, or goes with its whole browser; the next page is shown."""
    async with pool(tabs=1) as made:
        page = await made.lend()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await page.goto("data:text/html,<script>for(;;);</script>")
        await made.take_back(page, healthy=False)
        await used(made)


async def test_a_start_that_is_broken_off_leaves_no_process() -> None:
    """A visit may be stopped while its browser starts: the driver ends as well, and does not stay with the worker."""
    before = set(psutil.Process().children(recursive=True))
    starting = asyncio.ensure_future(BrowserSource({}).take(LIMITS))
    async with asyncio.timeout(30):
        while not started_since(before):  # noqa: ASYNC110 - nothing tells of a process that begins
            await asyncio.sleep(0.01)
        starting.cancel()
        await asyncio.wait([starting])
        await asyncio.gather(*running.UNWANTED)
    assert starting.cancelled()
    assert not started_since(before)


async def test_a_driver_that_ends_while_it_starts_costs_one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Playwright raises a mere Exception then; the page is tried again, as where a browser does not start."""
    started = async_playwright

    class Killed:
        """Playwright, whose driver is killed at once."""

        async def start(self) -> Any:
            raise Exception("Connection closed while reading from the driver")

    async with pool() as made:
        monkeypatch.setattr(running, "async_playwright", Killed)
        with pytest.raises(RenderError, match="driver did not start"):
            await made.lend()
        monkeypatch.setattr(running, "async_playwright", started)
        await used(made)
