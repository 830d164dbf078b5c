"""Laws of a crawl that meets pages too large to read, or whose scripts forge what is seen: each is told by name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.async_api import async_playwright
from scrapy.http import HtmlResponse, Request
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.markup.document import BYTES, ELEMENTS
from mtcrawler.model.errors import Forged
from mtcrawler.overlays import engine
from mtcrawler.overlays.engine import Overlays
from mtcrawler.overlays.script import LONGEST
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import articles, crawl
from tests.fixtures.sites import spider_named
from tests.fuzz.targets import drafted
from tests.hostile.canary import HostileSite
from tests.hostile.parts import WORDS, page_with

ARTICLE = "/2026/11/22/a-page-nobody-meant-a90001"
MANY = page_with("<p>x" * (ELEMENTS + 1))
LONG = page_with(f"<p>{WORDS}<!--{'x' * BYTES}-->")
GROWING = page_with(
    f"<p>{WORDS}<script>const body = document.createDocumentFragment();"
    f"for (let i = 0; i < {ELEMENTS}; i++) body.append(document.createElement('i'));"
    "document.body.append(body)</script>"
)
FORGING = {
    "a text": "'x'",
    "nothing": "undefined",
    "a number": "5",
    "a list without end": "'['.repeat(1e6)",
    "nulls": """'{"scan": null, "facts": null}'""",
    "a number without end": "'9'.repeat(5000)",
    "other types": """'{"scan": {"url": 5, "view": [1e999], "points": {"all": "x"}, "layers": 5}, "facts": {}}'""",
    "a length past the limit": f"'x'.repeat({LONGEST + 1})",
}


def forging(value: str) -> str:
    """A page whose scripts answer this to whatever is asked."""
    return page_with(f"<p>{WORDS}<script>JSON.stringify = () => {value}</script>")


def errors(bucket: Location) -> dict[str, int]:
    """What the manifest of the only run in a bucket counts as lost, by name."""
    client = Client(bucket)
    try:
        (key,) = [key for key in client.keys("runs/") if key.endswith("manifest.json")]
        stored = client.get(key)
    finally:
        client.close()
    assert stored is not None
    counted: dict[str, int] = json.loads(stored.body)["counts"]["errors"]
    return counted


@pytest.mark.parametrize(
    ("mode", "html"),
    [("http", MANY), ("http", LONG), ("auto", MANY), ("browser", MANY), ("browser", LONG), ("browser", GROWING)],
    ids=["http-many", "http-long", "auto-many", "browser-many", "browser-long", "browser-growing"],
)
def test_a_page_too_large_is_lost_by_that_name(mode: str, html: str, bucket: Location, tmp_path: Path) -> None:
    """However it is fetched, a page beyond the limits is counted and told as too large, and no part of it is stored."""
    with HostileSite() as site:
        site.pages[ARTICLE] = html
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, url=site.origin + ARTICLE, E_RENDER_MODE=mode)
    assert run.code == 10, run.said
    assert "page too large to read" in run.said
    assert "no article was found (1 address named by the sources, 1 page too large to read)" in run.last_line
    assert f"{ARTICLE}: PageTooLarge. Open one of them in a browser" in run.last_line
    assert errors(bucket) == {"PageTooLarge": 1}
    assert articles(bucket) == {}
    assert "Traceback" not in run.said


def test_a_comparison_that_is_too_large_costs_no_article() -> None:
    """A page that was shown and stored is not counted as lost because its copy over plain HTTP is too large to read."""
    crawler = get_crawler(spider_named("moscowtimes"), {"RENDER_MODE": "auto"})
    spider = spider_named("moscowtimes").from_crawler(crawler)
    spider.crawler.stats = MemoryStatsCollector(spider.crawler)
    address = spider.context.site.origin + ARTICLE
    target = spider.frontier.ask(address)
    assert target is not None
    page = spider.extractor.extract(page_with(f"<p>{WORDS}"), address, {})
    copy = HtmlResponse(address, body=MANY.encode(), encoding="utf-8", request=Request(address))
    spider.parse_check(copy, target, drafted(page))
    assert "page/failed" not in spider.crawler.stats.get_stats()


def test_a_forged_look_costs_its_page_alone(bucket: Location, tmp_path: Path) -> None:
    """A page whose scripts change what ours answer is counted and told by name, in one line, and not stored."""
    with HostileSite() as site:
        site.pages[ARTICLE] = forging(FORGING["other types"])
        run = crawl(
            "moscowtimes", bucket, tmp_path, site=site.origin, url=site.origin + ARTICLE, E_RENDER_MODE="browser"
        )
    assert run.code == 10, run.said
    assert "1 page whose scripts changed what was seen of them" in run.last_line
    assert f"{ARTICLE}: Forged. Open one of them in a browser" in run.last_line
    assert "its scripts changed what was seen of it" in run.said
    assert errors(bucket) == {"Forged": 1}
    assert articles(bucket) == {}
    assert "Traceback" not in run.said


async def test_no_forged_look_is_believed() -> None:
    """Whatever the page's scripts put in the place of an answer, the engine says that it was forged."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        for value in FORGING.values():
            page, overlays = await browser.new_page(), Overlays()
            await overlays.prepare(page)
            await page.set_content(forging(value))
            with pytest.raises(Forged, match="its scripts changed"):
                await overlays.dismiss(page, 200)
            await page.close()
        await browser.close()


async def test_an_honest_look_is_believed() -> None:
    """A layer as high as a page can put it, and boxes far beyond the view, are no forgeries."""
    style = "position: fixed; inset: 0; z-index: 2147483647; background: white"
    far = (
        "<div style='position: absolute; left: -9999999px; z-index: -2147483648' class=cookie><button>x</button></div>"
    )
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        page, overlays = await browser.new_page(), Overlays()
        await overlays.prepare(page)
        layer = f"<div style='{style}'>Our site uses cookies <button>Reject all</button></div>"
        await page.set_content(page_with(f"<p>{WORDS}").replace("</body>", f"{far}{layer}</body>"))
        assert [one.outcome for one in (await overlays.dismiss(page, 200)).overlays] != []
        await browser.close()


async def test_a_mistake_of_ours_is_no_forgery(monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in what reads an honest look stays the error it is: the page is not accused of it."""

    def mistaken(*given: object) -> None:
        raise KeyError("a mistake")

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        page, overlays = await browser.new_page(), Overlays()
        await overlays.prepare(page)
        await page.set_content(page_with(f"<p>{WORDS}"))
        monkeypatch.setattr(engine, "judge", mistaken)
        with pytest.raises(KeyError, match="a mistake"):
            await overlays.dismiss(page, 200)
        await browser.close()
