"""Laws of hostile pages: nothing of them leads to where it must not, and none holds the crawl up."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from mtcrawler.fetch.browser.browser_pool import BrowserPool
from mtcrawler.fetch.network.socks_proxy import SocksProxy
from tests.hostile.canary import Canary, HostileSite
from tests.hostile.cases import CLINGING, LEADS, Case
from tests.hostile.showing import DEADLINE, clings, leads, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

DOWNLOAD = next(case.page for case in CLINGING if case.name == "a download")
ALL = "127.0.0.0/8,::1,93.184.215.14"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def allowed(site: HostileSite) -> AsyncIterator[tuple[BrowserPool, SocksProxy]]:
    """A browser that may go to the canaries."""
    async with staged(site, ALL) as made:
        yield made


@pytest.mark.parametrize("case", LEADS, ids=lambda case: case.name)
async def test_nothing_arrives_where_no_page_may_lead(
    case: Case, site: HostileSite, canary: Canary, guarded: tuple[BrowserPool, SocksProxy]
) -> None:
    """Whatever a page asks for at an address that is not public, no byte of it arrives there."""
    assert await leads(case, site, canary, *guarded) == 0


@pytest.mark.parametrize("case", [case for case in LEADS if case.needs], ids=lambda case: case.name)
async def test_it_would_have_arrived(
    case: Case, site: HostileSite, canary: Canary, allowed: tuple[BrowserPool, SocksProxy]
) -> None:
    """The same page reaches the same canary where the setting allows it, so the canary counts."""
    assert await leads(case, site, canary, *allowed, patience=DEADLINE) > 0


@pytest.mark.slow
async def test_a_browser_that_sites_share_is_no_way_out_either(site: HostileSite, canary: Canary) -> None:
    """As above, where the way out is its context's and not its browser's; each page that arrives where it may counts as
    proof that it would have.
    """
    async with staged(site, shared=True) as made, staged(site, ALL, shared=True) as free:
        arrived = [case.name for case in LEADS if await leads(case, site, canary, *made)]
        needed = [case for case in LEADS if case.needs]
        stayed = [case.name for case in needed if not await leads(case, site, canary, *free, patience=DEADLINE)]
    assert (arrived, stayed) == ([], [])


@pytest.mark.parametrize("case", CLINGING, ids=lambda case: case.name)
async def test_no_page_holds_the_next_one_up(
    case: Case, site: HostileSite, guarded: tuple[BrowserPool, SocksProxy]
) -> None:
    """After a page that clings to the reader the next one is shown in time and alone, and neither is another's."""
    result = await clings(case, site, guarded[0])
    assert result.ok, result.happened


async def test_nothing_is_downloaded(site: HostileSite, tmp_path: Path) -> None:
    """A file that a page offers is never written to disk, wherever the browser keeps its downloads."""
    site.pages.update({"/page": DOWNLOAD, "/file.bin": "x" * 1000})
    asked = len(site.asked)
    async with staged(site, downloads=tmp_path) as (pool, _):
        tab = await pool.lend()
        await tab.goto(f"{site.origin}/page", wait_until="commit")
        async with asyncio.timeout(6 * DEADLINE):
            while "/file.bin" not in site.asked[asked:]:
                await tab.evaluate("1")
        await tab.reload(wait_until="commit")
        assert not [name for _, _, names in os.walk(tmp_path) for name in names]
        await pool.take_back(tab, healthy=True)
