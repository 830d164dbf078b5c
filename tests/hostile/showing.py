"""Hostile pages shown as a crawl shows them: through the stage, the proxy and the guard."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout

from mtcrawler.config.field import networks
from mtcrawler.fetch.browser.blocking import context_proxy, furnish, launch_options, shared_options
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.browser_pool import BrowserPool
from mtcrawler.fetch.browser.process.source import BrowserLimits
from mtcrawler.fetch.network.guard import Guard
from mtcrawler.fetch.network.socks_proxy import SocksProxy
from mtcrawler.markup.addresses import Site
from mtcrawler.overlays.engine import Overlays
from mtcrawler.project.defaults import RENDER_CONTEXT
from tests.hostile.canary import Canary, HostileSite
from tests.hostile.cases import CLINGING, LEADS, Case
from tests.torture.reliability import Result

LIMITS = BrowserLimits(tabs=1, tab=1000, pages=1000, seconds=3600, bytes=4 << 30, process=4 << 30)
PATIENCE = 1.0  # seconds for a page to have tried
DEADLINE = 10.0
NAMES = {
    "inside.example": ["127.0.0.2"],
    "both.example": ["93.184.215.14", "127.0.0.2"],
    "www.paper.example": ["127.0.0.2"],
    "www.other.example": ["127.0.0.2"],
}


async def looked_up(host: str) -> list[str]:
    """Names as a hostile name server has them; numbers as the system reads them."""
    if host in NAMES:
        return NAMES[host]
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


@asynccontextmanager
async def staged(
    site: HostileSite,
    allowed: str = "",
    downloads: Path | None = None,
    state: dict[str, Any] | None = None,
    *,
    shared: bool = False,
) -> AsyncIterator[tuple[BrowserPool, SocksProxy]]:
    """A browser as a crawl of this site has it; with networks allowed, for a control, WebRTC is free as well.

    `state` is a reader's session; with `shared` the browser is one that many sites share.
    """
    socks_proxy = SocksProxy(Guard(networks(allowed), site.origin, looked_up))
    own = Site("https://paper.example", frozenset({"paper.example"}))
    browser = find_browser()
    options = shared_options(browser) if shared else launch_options(browser, own, socks_proxy.port)
    proxy = {"proxy": context_proxy(own, socks_proxy.port)} if shared else {}
    if downloads is not None:
        options["downloads_path"] = downloads
    if allowed:
        options["args"] = [each for each in options["args"] if "webrtc" not in each]
    overlays = Overlays()

    async def prepare(page: Page) -> None:
        await furnish(page)
        await overlays.prepare(page)

    pool = BrowserPool(
        options, lambda: {**RENDER_CONTEXT, **proxy, **({"storage_state": state} if state else {})}, prepare, LIMITS
    )
    try:
        yield pool, socks_proxy
    finally:
        await pool.close()
        await socks_proxy.close()


async def leads(
    case: Case,
    site: HostileSite,
    canary: Canary,
    pool: BrowserPool,
    proxy: SocksProxy,
    patience: float = PATIENCE,
) -> int:
    """How often the canary was reached by this page, once it has tried or `patience` seconds are over."""
    address = f"http://{case.host}:{canary.port}"
    site.pages.update({"/page": case.page.replace("{canary}", address), "/away": f"{address}/"})
    tab = await pool.lend()
    await _go(tab, "about:blank")  # what the page before still asks for is not this one's
    before, refused = canary.hits, proxy.refusals
    await _go(tab, f"{site.origin}/page")
    for _ in range(int(patience / 0.02)):  # until something came of it; some of it never leaves the browser
        if canary.hits > before or proxy.refusals > refused:
            break
        await asyncio.sleep(0.02)
    await pool.take_back(tab, healthy=True)
    return canary.hits - before


async def _go(tab: Page, url: str) -> None:
    """Lead a tab there, whether it may arrive or not: again where the page before was on its way elsewhere."""
    while True:
        try:
            await tab.goto(url, wait_until="commit")
            return
        except Error as err:
            if "interrupted by another navigation" not in str(err):
                return


async def clings(case: Case, site: HostileSite, pool: BrowserPool) -> Result:
    """Whether the page after this one is shown, in time and alone, and what is shown is never another's."""
    site.pages.update({"/page": case.page, "/next": "<p>The next page</p>", "/file.bin": "x" * 1000})
    here, _ = await _shown(f"{site.origin}/page", pool)
    _, text = await _shown(f"{site.origin}/next", pool)
    own = here.startswith((site.origin, "about:blank", "chrome-error:"))
    ok = own and text == "The next page"
    return Result(case.name, case.page, "the next page was shown as ever" if ok else f"{here} {text!r}", ok)


async def _shown(url: str, pool: BrowserPool) -> tuple[str, str]:
    """Where a tab is, and what it shows, after a crawl's way of showing a page."""
    tab = await pool.lend()
    healthy, text = False, ""
    try:
        async with asyncio.timeout(DEADLINE):
            await tab.goto(url, wait_until="commit")
            with suppress(PlaywrightTimeout):
                await tab.wait_for_load_state("domcontentloaded", timeout=1000 * PATIENCE)
            text = await tab.inner_text("p")
            healthy = len(tab.context.pages) == 1
    except (Error, TimeoutError):
        pass
    here = tab.url
    await pool.take_back(tab, healthy=healthy)
    return here, text


async def run_all() -> list[Result]:
    """All hostile pages, one after the other."""
    results = []
    canary = Canary("127.0.0.2", "127.0.0.1", "::1")
    try:
        with HostileSite() as site:
            async with staged(site) as (pool, proxy):
                for case in LEADS:
                    hits = await leads(case, site, canary, pool, proxy)
                    results.append(Result(case.name, case.page, f"{hits} arrived at the canary", not hits))
                results += [await clings(case, site, pool) for case in CLINGING]
    finally:
        canary.close()
    return results
