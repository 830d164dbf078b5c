"""What the engine costs a page: where nothing stands over it, and from seeing an overlay to the proof that it is gone.

A page is read with and without the engine in turn, from its markup being there to its HTML being read: the browser lays
it out either way, which is no cost of the engine's.

python -m benchmarks.dismissing [PAGES]
"""

from __future__ import annotations

import asyncio
import sys
import time
from statistics import median, quantiles

from playwright.async_api import BrowserContext, async_playwright

from benchmarks.measuring.popups import OFF, ON
from mtcrawler.config.field import networks
from mtcrawler.fetch.browser.blocking import furnish, launch_options
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.renderer import READ
from mtcrawler.fetch.network.guard import Guard
from mtcrawler.fetch.network.socks_proxy import SocksProxy
from mtcrawler.markup.document import BYTES
from mtcrawler.overlays.engine import Overlays
from tests.fixtures.sites import definition_of
from tests.newspaper import Newspaper


async def looked_at(context: BrowserContext, paper: Newspaper, pages: int) -> tuple[list[float], list[float]]:
    """Milliseconds that the engine adds to each page, and those of each overlay from when it was first acted on."""
    paths = [url.split(".com", 1)[1] for url in paper.expected() if "/20" in url][:pages]
    engine = Overlays((), "never", "free")
    page = await context.new_page()
    await furnish(page)
    await engine.prepare(page)
    added, overlays = [], []
    for path in paths:
        took = []
        for looks in (False, True):
            withheld: tuple[int, ...] = ()
            await page.goto(paper.origin + path, wait_until="domcontentloaded")
            began = time.perf_counter()
            if looks:
                report = await engine.dismiss(page, 200)
                withheld = report.withheld
                overlays += [float(each.ms) for each in report.overlays if each.outcome == "gone"]
            await page.evaluate(READ, {"most": BYTES, "withheld": withheld})
            took.append(1000 * (time.perf_counter() - began))
        added.append(took[1] - took[0])
    await page.close()
    return added, overlays


def told(what: str, times: list[float]) -> str:
    """Median and 95th percentile."""
    return f"{what}: median {median(times):.0f} ms, p95 {quantiles(times, n=20)[-1]:.0f} ms, {len(times)} times"


async def measure(pages: int) -> None:
    """Both, one after the other, in one browser."""
    socks_proxy = SocksProxy(Guard(networks("127.0.0.0/8")))
    options = launch_options(find_browser(), definition_of("moscowtimes").site, socks_proxy.port)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**options)
        context = await browser.new_context(viewport={"width": 1280, "height": 800})
        with Newspaper("en", base="self", **OFF) as paper:
            added, _ = await looked_at(context, paper, pages)
            print(told("added to a page with nothing over it", added))
        with Newspaper("en", base="self", **ON) as paper:
            added, overlays = await looked_at(context, paper, pages)
            print(told("added to a page with a message over it", added))
            print(told("an overlay, from the first act to the proof", overlays))
        await browser.close()
    await socks_proxy.close()


if __name__ == "__main__":
    asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 60))
