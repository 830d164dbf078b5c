"""The pages in a real browser: for everyone, on anything, with or without a script, and nothing of a page is run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from mtcrawler.model.article import (
    Aside,
    Author,
    Block,
    Embed,
    Evidence,
    Heading,
    Image,
    ImageBlock,
    ListBlock,
    Paragraph,
    Quote,
    Table,
)
from mtcrawler.runs.telemetry.manifest import ErrorGroup
from mtcrawler.storage.connection import connect
from mtcrawler.storage.location import Location
from tests.browse.conftest import Served, serving
from tests.browse.shelf import GAZETTE, Shelf, article, layers, metered, screenshot
from tests.hostile.canary import Canary

DESK: Any = {"width": 1280, "height": 900}
PHONE: Any = {"width": 390, "height": 844}
TODAY = datetime.now(UTC).strftime("%Y-%m-%d")
SCREENS = {
    "start": "/",
    "results": "/search?q=ice&access=free&sort=fit",
    "nothing found": "/search?q=qwertz",
    "article": "/article/{rich}",
    "live article": "/article/{live}",
    "chinese": "/article/{chinese}",
    "arabic": "/article/{arabic}",
    "revisions": "/article/{edited}/revisions",
    "overlays": "/overlays",
    "walls": "/walls",
    "runs": "/runs",
    "run": f"/runs/{TODAY}/run-0",
    "sites": "/sites",
    "site": f"/sites/{GAZETTE}",
    "unreadable": "/unreadable",
    "failure": "/nothing",
}
HOSTILE = (
    "/",
    "/search?q=needle",
    "/search?q=%22%3E%3Cscript%3Edocument.title%3D%27taken%27%3C/script%3E&site=%3Cb%3E&section=%3Cb%3E&page=%3Cb%3E",
    "/article/{bad}",
    "/article/{bad}/revisions",
    "/overlays",
    "/overlays?rule=%3Cscript%3Edocument.title%3D%27taken%27%3C/script%3E",
    "/walls",
    "/walls?site=%3Cscript%3E&tier=%3Cscript%3E",
    "/runs",
    f"/runs/{TODAY}/run-1",
    f"/runs/{TODAY}/run-1/report",
    "/sites",
    f"/sites/{GAZETTE}",
    "/article/%3Cscript%3Edocument.title='taken'%3C/script%3E",
)
SIGNS = "\u202e\u2066\u200e\x1b[2J\x07"


def opened(chromium: Browser, served: Served, path: str, scheme: Any = "light", size: Any = DESK, **more: Any) -> Page:
    """A page in a window of its own."""
    page = chromium.new_page(viewport=size, color_scheme=scheme, **more)
    page.goto(served.origin + path.format(**{name: one.id for name, one in served.named.items()}))
    return page


@pytest.mark.parametrize("screen", SCREENS)
def test_everybody_can_use_it(chromium: Browser, shelf: Served, screen: str) -> None:
    """On every screen, light and dark, axe finds nothing, and on a phone nothing runs out of the page."""
    for scheme, size in (("light", DESK), ("dark", PHONE)):
        page = opened(chromium, shelf, SCREENS[screen], scheme, size)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        page.close()


def test_it_asks_nobody_else(chromium: Browser, shelf: Served) -> None:
    """No screen asks any other server for anything, or says a word on the console."""
    asked: list[str] = []
    said: list[str] = []
    page = chromium.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name, path in SCREENS.items():
        if name != "failure":
            page.goto(shelf.origin + path.format(**{name: one.id for name, one in shelf.named.items()}))
    page.close()
    assert len(asked) > len(SCREENS)
    assert [url for url in asked if not url.startswith(f"{shelf.origin}/")] == []
    assert said == []


def test_keys_lead_through_it(chromium: Browser, shelf: Served) -> None:
    """The slash leads to the search, j and k through results, Enter opens, n and p turn pages; typing is left alone."""
    page = opened(chromium, shelf, "/search")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jnk")
    expect(page.locator("#q")).to_have_value("jnk")
    page.keyboard.press("Escape")
    for key in "jjk":
        page.keyboard.press(key)
    first = page.locator("[data-row]").first.locator("h2 a")
    expect(first).to_be_focused()
    headline = first.inner_text()
    page.keyboard.press("n")
    page.wait_for_url("**page=2")
    page.keyboard.press("p")
    page.wait_for_url("**/search")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/*")
    assert page.locator("h1").inner_text() == headline
    page.close()


def test_it_works_without_a_script(chromium: Browser, shelf: Served) -> None:
    """Without JavaScript everything can be searched, narrowed, opened and compared."""
    page = opened(chromium, shelf, "/", java_script_enabled=False)
    page.fill("#q", "bridge again")
    page.click("button")
    page.click("h2 a")
    page.click("text=2 revisions")
    assert page.locator("ins").count() >= 2
    page.goto(f"{shelf.origin}/search")
    page.select_option("[name=kind]", "live")
    page.click("button")
    assert page.locator(".entry").count() == 1
    page.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    made = Canary("127.0.0.1")
    yield made
    made.close()


def poison(canary: Canary) -> str:
    """Markup that runs, and asks for the canary, wherever it is taken for markup, an attribute, a style or a script."""
    url = f"http://127.0.0.1:{canary.port}/"
    return (
        f"\"'></style></title></script></textarea><script>document.title='taken';fetch('{url}')</script>"
        f"<img src='{url}a' onerror=\"document.title='taken'\"><link rel=stylesheet href='{url}b'>"
        f"<svg onload=\"document.title='taken'\"><style>@import '{url}c'</style>"
        f"<meta http-equiv=refresh content='0;{url}d'><iframe src='{url}e'></iframe>{SIGNS}{{{{ 7 * 1911111111 }}}}"
    )


def hostile_body(bad: str, address: str) -> list[Block]:
    """Every kind of block, each full of it."""
    return [
        Paragraph(text=f"needle {bad}"),
        Heading(level=1, text=bad),
        ListBlock(ordered=True, items=[bad, ListBlock(ordered=False, items=[bad])]),
        Quote(text=bad, cite=bad),
        Table(rows=[[bad, bad], [bad]]),
        ImageBlock(url=address, caption=bad, credit=bad),
        ImageBlock(url=f"javascript:{bad}", caption=bad),
        Aside(text=bad),
        Embed(provider=bad, url=f"javascript:document.title='taken'//{bad}"),
        Embed(provider="data", url="data:text/html,<script>alert(1)</script>"),
    ]


@pytest.fixture
def poisoned(bucket: Location, tmp_path: Path, canary: Canary) -> Iterator[Served]:
    """A bucket in which every text is markup."""
    store = connect(bucket)
    shelf, bad, address = Shelf(store), poison(canary), f"http://127.0.0.1:{canary.port}/picture.svg"
    texts: dict[str, Any] = {
        "headline": f"needle {bad}",
        "subtitle": bad,
        "summary": bad,
        "section": bad,
        "tags": [bad],
        "language": bad,
        "publisher": bad,
        "spider": bad,
        "authors": [Author(name=bad, url=f"javascript:{bad}")],
        "image": Image(url=address, caption=bad, credit=bad),
        "body": hostile_body(bad, address),
    }
    access = metered().model_copy(update={"evidence": [Evidence(signal=bad, value=bad)]})
    overlay = layers()[0].model_copy(update={"rule": bad, "evidence": bad})
    one = article(1, url=f"https://{GAZETTE}/bad", access=access, overlays=[overlay], run_id="run-1", **texts)
    one = shelf.put(one.model_copy(update={"canonical_url": one.canonical_url, "url": f"javascript:{bad}"}))
    two = one.model_copy(update={"revision": 2, "previous_hash": one.content_hash, "headline": f"other {bad}"})
    shelf.put(two, "revised")
    shelf.flush()
    run = shelf.run(
        "run-1",
        datetime.now(UTC).replace(hour=0, minute=0),
        GAZETTE,
        message=bad,
        outcome=bad,
        arguments={bad: bad},
        not_kept={bad: bad},
        errors=[ErrorGroup(name=bad, count=1, example=bad, url=f"javascript:{bad}")],
    )
    shelf.picture(run, one, "before", screenshot("x", layer=True))
    with serving(bucket, tmp_path, {"bad": two}) as served:
        yield served
    store.close()


def test_nothing_of_a_page_is_run(chromium: Browser, poisoned: Served, canary: Canary) -> None:
    """Scripts, pictures, styles, links and marks of direction in any text are shown as text: none runs or leads."""
    for path in HOSTILE:
        answer, source = poisoned.ask(path.format(bad=poisoned.named["bad"].id).replace(" ", "%20"))
        assert answer.status in {200, 400, 404}
        assert not set(source) & set("\u202e\u2066\u200e\x1b\x07")
        assert "13377777777" not in source
        page = opened(chromium, poisoned, path)
        assert page.evaluate("document.title") != "taken"
        assert page.locator("script:not([src='/static/browse.js'])").count() == 0
        assert page.locator("iframe, object, embed, style:not(head style), meta[http-equiv=refresh]").count() == 0
        assert page.locator("a[href^='javascript' i], a[href^='data' i], [onload], [onerror]").count() == 0
        page.close()
    assert canary.hits == 0


def test_the_canary_sings(chromium: Browser, poisoned: Served, canary: Canary) -> None:
    """Pictures that the reader asks for do reach the canary: it would hear whatever else got out."""
    page = opened(chromium, poisoned, "/article/{bad}?pictures=1")
    with page.expect_request("**/picture.svg"):
        page.locator("img[src$='picture.svg']").first.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    page.close()
    assert canary.hits > 0
