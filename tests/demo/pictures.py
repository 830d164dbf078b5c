"""The donation modal over an article: a picture with it, one after it was closed, and both side by side."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import async_playwright

from mtcrawler.fetch.browser.browser import Browser
from mtcrawler.overlays.engine import Overlays
from tests.fixtures.sites import definition_of

MODAL = ".contribute-modal"
APPEARS_WITHIN = 30_000
SIZE = (1280, 800)


@dataclass(frozen=True)
class Pictures:
    """Where the pictures are, and everything a reader of the page saw while the modal stood over it."""

    before: Path
    after: Path
    together: Path
    visible_text: str


async def photograph(url: str, browser: Browser, folder: Path) -> Pictures:
    """Open the article as a first-time reader, wait for the modal, close it as the crawler does; pictures in folder."""
    before, after, together = (folder / name for name in ("before.png", "after.png", "modal.png"))
    overlays = Overlays(definition_of("moscowtimes").overlays)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(**browser.launch_options)
        page = await chromium.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        await overlays.prepare(page)
        await page.goto(url)
        await page.wait_for_selector(MODAL, state="visible", timeout=APPEARS_WITHIN)
        visible_text = await page.inner_text("body")
        await page.screenshot(path=before, animations="disabled")
        await overlays.dismiss(page)
        await page.screenshot(path=after, animations="disabled")
        await page.set_viewport_size({"width": 2 * SIZE[0] + 60, "height": SIZE[1] + 80})
        await page.goto("about:blank")
        await page.set_content(_sheet(before, after))
        await page.screenshot(path=together)
        await chromium.close()
    return Pictures(before, after, together, visible_text)


def _sheet(before: Path, after: Path) -> str:
    figures = "".join(
        f'<figure><figcaption>{name}</figcaption><img src="data:image/png;base64,{_encoded(path)}"></figure>'
        for name, path in (("before", before), ("after", after))
    )
    style = "body{margin:20px;display:flex;gap:20px;font:24px sans-serif}figure{margin:0}img{border:1px solid #999}"
    return f"<!doctype html><style>{style}</style>{figures}"


def _encoded(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
