"""The picture in README.md: a page as a browser shows it, beside the article that is read off it.

    python -m tests.demo.before_and_after [FILE]

The page is the bundled newspaper's, so every word is ours. What stands on the right is what `mtcrawler.api.fetch` gave.
"""

from __future__ import annotations

import asyncio
import base64
import io
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import async_playwright

from mtcrawler.api import Reading, fetch
from mtcrawler.fetch.browser.browser import Browser, find_browser
from mtcrawler.security import whole_files
from tests.demo.pictures import photograph
from tests.fixtures.crawl import ROOT
from tests.newspaper import Newspaper
from tests.newspaper.newsroom.first import HEADLINE

PICTURE: Final = ROOT / "docs" / "before-and-after.png"
SIZE: Final = (1280, 440)
COLOURS: Final = 64
LONGEST: Final = 560
"""Characters of the text that are shown."""
STYLE: Final = """
body { margin: 0; width: 1280px; height: 440px; display: grid; grid-template-columns: 620px 1fr; gap: 20px;
  background: #fff; font: 15px/1.45 "DejaVu Sans", sans-serif; color: #1f2937 }
h2 { font-size: 15px; margin: 14px 0 8px 12px; color: #4b5563 }
img { width: 608px; margin-left: 12px; border: 1px solid #9ca3af; border-radius: 6px }
pre { margin: 0 12px 0 0; padding: 14px; height: 352px; background: #0f172a; color: #e2e8f0; border-radius: 6px;
  white-space: pre-wrap; overflow: hidden; font: 13.5px/1.5 "DejaVu Sans Mono", monospace }
b { color: #7dd3fc; font-weight: normal }
"""


def told(reading: Reading) -> list[tuple[str, str]]:
    """The fields that the picture has room for."""
    access = "unknown" if reading.access is None else f"{reading.access.tier}, complete: {reading.access.complete}"
    stood = ", ".join(f"{one.kind} ({one.outcome})" for one in reading.overlays)
    return [
        ("headline", reading.headline or ""),
        ("authors", ", ".join(one.name for one in reading.authors)),
        ("published_at", reading.published_at.isoformat() if reading.published_at else ""),
        ("section", reading.section or ""),
        ("language", reading.language),
        ("image", reading.image.url.rpartition("/")[2] if reading.image else ""),
        ("access", access),
        ("overlays", stood),
        ("word_count", str(reading.word_count)),
        ("text", f"{' '.join(reading.text.split())[:LONGEST]}…"),
    ]


def sheet(page: bytes, fields: list[tuple[str, str]]) -> str:
    """Both sides, as a page."""
    lines = "\n".join(f"<b>{name}</b>: {escape(value)}" for name, value in fields if value)
    return (
        f"<!doctype html><style>{STYLE}</style><div><h2>The page, as a reader meets it</h2>"
        f'<img src="data:image/png;base64,{base64.b64encode(page).decode()}"></div>'
        f"<div><h2>The article, as mtcrawler stores it</h2><pre>{lines}</pre></div>"
    )


def smaller(png: bytes) -> bytes:
    """The same picture in few colours, which a repository bears."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


async def taken(html: str, browser: Browser) -> bytes:
    """A screenshot of a page of our own."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(**browser.launch_options)
        page = await chromium.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
        await page.set_content(html)
        png = await page.screenshot()
        await chromium.close()
    return png


def main() -> None:
    """Make it, and say how large it is."""
    path, browser = Path(sys.argv[1]) if sys.argv[1:] else PICTURE, find_browser()
    with tempfile.TemporaryDirectory() as folder, Newspaper(language="en", base="self", modal_delay=1000) as paper:
        (url,) = (one for one, said in paper.expected().items() if said["headline"] == HEADLINE)
        url = paper.origin + "/" + url.split("/", 3)[3]
        before = asyncio.run(photograph(url, browser, Path(folder))).before.read_bytes()
        reading = fetch(url)
    whole_files.put(path, smaller(asyncio.run(taken(sheet(before, told(reading)), browser))), durable=False)
    print(f"{path}: {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
