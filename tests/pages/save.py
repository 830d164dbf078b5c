"""Saves a page as a test: python -m tests.pages.save HOST URL [ORIGIN] renders it and writes page and article.

Read the article it writes with your own eyes before you commit it: from then on it is the truth.
"""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.mirror import MirrorRoutes
from mtcrawler.fetch.browser.renderer import READ
from mtcrawler.markup.document import BYTES
from mtcrawler.overlays import Overlays
from mtcrawler.sites.definition import SiteDefinition
from tests.fixtures.fetching import fetch
from tests.pages.reading import FOLDER, described, record


async def rendered(url: str, definition: SiteDefinition, origin: str | None) -> str:
    """The page as the crawl reads it, with its overlays dismissed."""
    site = replace(definition.site, mirror=origin)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        page = await browser.new_page()
        overlays = Overlays(definition.overlays)
        await MirrorRoutes(site, fetch).install(page)
        await overlays.prepare(page)
        await page.goto(site.fetchable(url), wait_until="domcontentloaded")
        dismissed = await overlays.dismiss(page)
        html: str = await page.evaluate(READ, {"most": BYTES, "withheld": dismissed.withheld})
        await browser.close()
    return html


def main(host: str, url: str, origin: str | None = None) -> None:
    """Writes the page and its article into the site's folder."""
    definition = described(host)
    html = asyncio.run(rendered(url, definition, origin))
    place = FOLDER / host / (Path(urlsplit(url).path).name or "index")
    place.parent.mkdir(exist_ok=True)
    place.with_suffix(".html").write_text(html, "utf-8")
    article = {"url": url, **record(definition, html, url)}
    place.with_suffix(".json").write_text(json.dumps(article, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"{place}.html and .json: read the article before you commit it")


if __name__ == "__main__":
    main(*sys.argv[1:])
