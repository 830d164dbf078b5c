"""Saves a page as a test: python -m tests.pages.save HOST URL [ORIGIN] renders it and writes page and article.

Read the article it writes with your own eyes before you commit it: from then on it is the truth.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Error, async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.mirror import MirrorRoutes
from mtcrawler.fetch.browser.renderer import READ
from mtcrawler.frontier.scope import is_address
from mtcrawler.markup.document import BYTES
from mtcrawler.model.errors import ArgumentError, MtcrawlerError, PageError
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.overlays.engine import Overlays
from mtcrawler.pipelines.normalize import MissingField
from mtcrawler.sites.definition import SiteDefinition
from tests.fixtures.fetching import fetch
from tests.pages.reading import FOLDER, described, record

MEND = "Mend its definition in sites/, then save the page again."


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


def options() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.pages.save", description=__doc__)
    parser.add_argument("host", metavar="HOST", help="the name of the site's definition in sites/, without .toml")
    parser.add_argument("url", metavar="URL", help="the page, as the publisher names it")
    parser.add_argument("origin", metavar="ORIGIN", nargs="?", help="a copy of the site, such as http://127.0.0.1:8600")
    return parser.parse_args()


def main() -> int:
    """Save what was asked for; what is wrong is one line on stderr."""
    asked = options()
    try:
        save(asked.host, asked.url, asked.origin)
    except MtcrawlerError as err:
        print(f"save: {err}", file=sys.stderr)
        return err.exit_code
    except Error as err:
        print(f"save: showing {asked.url}: {str(err).partition(chr(10))[0]}. Open it in a browser.", file=sys.stderr)
        return ExitCode.UNREACHABLE
    return 0


def _missed(definition: SiteDefinition, missing: str) -> str:
    """What the page lacks ("no body"), and the selector that was to find it."""
    selector = getattr(definition.selectors, missing.removeprefix("no "), None)
    chosen = f"; its selector, {selector.text!r}, may fit nothing on the page" if selector else ""
    return f"{missing}{chosen}"


def save(host: str, url: str, origin: str | None = None) -> None:
    """Writes the page and its article into the site's folder. Raises MtcrawlerError and Playwright's Error."""
    definition = described(host)
    for name, address in (("URL", url), ("ORIGIN", origin)):
        if address and not is_address(address):
            raise ArgumentError(f"reading {name}", f"{address!r} is not an http or https address", "Write it whole.")
    html = asyncio.run(rendered(url, definition, origin))
    place = FOLDER / host / (Path(urlsplit(url).path).name or "index")
    try:
        article = {"url": url, **record(definition, html, url)}
    except MissingField as err:
        raise PageError(f"Saving {url}", _missed(definition, str(err).removeprefix(f"{url}: ")), MEND) from err
    told = json.dumps(article, indent=2, ensure_ascii=False) + "\n"
    place.parent.mkdir(exist_ok=True)
    page, truth = place.with_suffix(".html"), place.with_suffix(".json")
    try:
        page.write_text(html, "utf-8")
        truth.write_text(told, "utf-8")
    except OSError:
        page.unlink(missing_ok=True)
        truth.unlink(missing_ok=True)
        raise
    print(f"{place}.html and .json: read the article before you commit it")


if __name__ == "__main__":
    sys.exit(main())
