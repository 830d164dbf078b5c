"""The overlay engine on pages of odd shapes, in a real browser: none of them makes it throw.

`python -m tests.fuzz.shapes [--seconds S] [--from N] [--seed N]`. Each page has a number; a page that broke the engine
is told by it, and `--seed` meets that one alone. Exit code 1 where any did.
"""

from __future__ import annotations

import argparse
import asyncio
import time
import traceback
from itertools import count

from playwright.async_api import Browser, async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.overlays.engine import Overlays
from mtcrawler.overlays.report import Dismissed
from tests.fuzz.shapes.shapes import shape

LONGEST = 25.0
"""Seconds a page may be met for: what it can ask of the engine has an end."""


async def met(browser: Browser, html: str) -> Dismissed:
    """What comes of a page; raises what the engine raises, and TimeoutError where it finds no end."""
    page, engine = await browser.new_page(viewport={"width": 1280, "height": 800}), Overlays()
    try:
        await engine.prepare(page)
        await page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        await page.goto("http://shapes.example/", wait_until="domcontentloaded")
        async with asyncio.timeout(LONGEST):
            return await engine.dismiss(page, 200)
    finally:
        await page.close()


async def fuzz(numbers: list[int] | None, begin: int, seconds: float) -> int:
    """How many pages broke the engine, each told as it is met."""
    broken, tried, end = 0, 0, time.monotonic() + seconds
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        for number in numbers or count(begin):
            if not numbers and time.monotonic() > end:
                break
            tried += 1
            try:
                await met(browser, shape(number))
            except Exception:
                broken += 1
                print(f"--seed {number}: {traceback.format_exc(limit=-8)}", flush=True)
        await browser.close()
    print(f"{tried} pages met in a browser, {broken} broke the engine")
    return broken


def main() -> int:
    """Meet them; 1 where any broke the engine."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.shapes", description=__doc__)
    parser.add_argument("--seconds", type=float, default=300, help="how long new pages are met")
    parser.add_argument("--from", dest="begin", type=int, default=0, help="the number of the first page")
    parser.add_argument("--seed", type=int, action="append", help="this page alone; may be given again")
    asked = parser.parse_args()
    return int(asyncio.run(fuzz(asked.seed, asked.begin, asked.seconds)) > 0)
