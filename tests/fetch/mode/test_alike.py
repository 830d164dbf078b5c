"""What HTTP and the browser read differently by nature is read alike, so that no mode makes revisions of nothing."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Route, async_playwright

from mtcrawler.extraction.extractor import SelectorExtractor
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.renderer import READ
from mtcrawler.fetch.mode.mode_history import differing
from mtcrawler.identity.revision_hash import is_edited
from mtcrawler.markup.document import BYTES
from mtcrawler.overlays.engine import Overlays
from tests.extraction.test_extractor import drafted
from tests.fixtures.sites import described
from tests.pages.reading import article_in

URL = "https://paper.example/2026/11/20/ice"
WORDS = "The ferry stays in port for as long as there is ice on the river, and the school boat with it, said the mayor."
PARTS = {
    "details": f"<details><summary>More</summary><p>{WORDS}</p><div><p>Nested.</p></div></details>",
    "details in details": f"<details><p>One.</p><details><summary>B</summary><p>{WORDS}</p></details></details>",
    "hidden in details": "<details><summary>A</summary><p style='display:none'>Secret.</p><p>Told.</p></details>",
    "noscript": "<figure><img><noscript><img src=/i.jpg></noscript><figcaption>Ice</figcaption></figure>",
    "noscript alone": "<p>a</p><img><noscript><img src=/i.jpg></noscript><p>b</p>",
    "shadow": f"<my-story><template shadowrootmode=open><p>{WORDS}</p><slot></slot></template><p>In.</p></my-story>",
    "shadow of a button": "<my-button><template shadowrootmode=open><button>Play</button></template></my-button>",
    "picture": "<picture><source srcset='/i.jpg 900w'><img></picture>",
    "list": "<ul><li>a<ul><li>b</li></ul>c<img src=/i.jpg></li></ul>",
}
LAST = "<p>It left at noon.</p></article></body></html>"
PAGE = f"<!doctype html><html lang=en><body><article><h1>Ice</h1><p>{WORDS}</p>{{}}{LAST}"


async def _shown() -> dict[str, str]:
    found = {}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        page = await browser.new_page()
        await Overlays().prepare(page)
        pages = {f"{URL}-{number}": name for number, name in enumerate(PARTS)}

        async def answer(route: Route) -> None:
            html = PAGE.format(PARTS[pages[route.request.url]]) if route.request.url in pages else ""
            await route.fulfill(body=html, content_type="text/html")

        await page.route("**/*", answer)
        for url, name in pages.items():
            await page.goto(url, wait_until="domcontentloaded")
            found[name] = await page.evaluate(READ, {"most": BYTES, "withheld": []})
        await browser.close()
    return found


@pytest.fixture(scope="module")
def shown() -> dict[str, str]:
    """Each page as the browser reads it."""
    return asyncio.run(_shown())


@pytest.mark.parametrize("part", PARTS)
def test_http_and_the_browser_read_the_same(part: str, shown: dict[str, str]) -> None:
    """A closed <details>, <noscript>, a declared shadow root and late pictures are the same article either way."""
    extractor = SelectorExtractor(described())
    plain, rendered = (drafted(extractor, html, URL) for html in (PAGE.format(PARTS[part]), shown[part]))
    assert differing(plain, rendered) == ()
    assert plain.body == rendered.body
    assert "Secret." not in str(plain.body)
    definition = described()
    assert not is_edited(
        article_in(definition, PAGE.format(PARTS[part]), URL), article_in(definition, shown[part], URL)
    )


def test_text_that_a_script_puts_into_a_shadow_root_is_read(shown: dict[str, str]) -> None:
    """What HTTP alone cannot give is there in the browser, and what was folded is in both."""
    assert WORDS in shown["shadow"]
    extractor = SelectorExtractor(described())
    told = [drafted(extractor, shown[name], URL) for name in ("details", "shadow")]
    assert all(str(draft.body).count(WORDS) == 2 for draft in told)
