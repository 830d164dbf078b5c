"""The engine on odd shapes, in a real browser: each that `make fuzz` mixes, and mixtures that have broken it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from tests.fuzz.shapes.meeting import met
from tests.fuzz.shapes.shapes import MARKUP, PROSE, SCRIPTS, TITLE, page_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
SPOILT = ["things on top", "odd names", "a form as a layer's child"]
"""Layers to act on, so that each script meets all that the engine does."""
OVER_ALL = {"a form as a layer's child", "a root that is closed", "a frame that covers"}
"""Markup that stands over the text, and has words that tell what it is."""
BARE = {"no body", "no document", "another body"}
"""Scripts that leave neither a text nor anything over it."""
WORDS = len(TITLE.split()) + 4 * len(PROSE.split())
"""How many words the story of each page has."""
FOUND = [
    (
        "wrong addresses|fields|a deep page|a layer in such a form|no JSON|names of the document|a wide page",
        "presses that throw|no clock",
    ),
    (
        "a layer in such a form|tables|no JSON|wrong addresses|a root that is closed|a form before its story"
        "|a wide page|a box at the edge of numbers",
        "presses that throw|lists of another kind",
    ),
    (
        "fields|wrong addresses|things on top|a form as a layer's child|a folded note|a root that is closed|frames",
        "a property too many|elements of another kind",
    ),
    (
        "a deep page|things on top|no JSON|names of the document|a root that is closed",
        "a property too many|collections of another kind|elements of another kind",
    ),
    ("a folded note|a frame that covers|frames", "no clock|elements of another kind"),
    ("a form as a layer's child|wrong addresses", "no styles|no observer|lists of another kind"),
    ("a root of its own|a form as a layer's child", "elements of another kind|frames that vanish"),
    ("a form as a layer's child|a link in a drawing|tables|things on top", "no observer|a property too many"),
]
"""Mixtures that the fuzzer found to break the engine, by the names of their markup and of their scripts."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(**find_browser().launch_options)
        yield opened
        await opened.close()


@pytest.mark.parametrize("name", MARKUP)
async def test_no_markup_makes_the_engine_throw(browser: Browser, name: str) -> None:
    """Whatever stands in a page, its story is seen, and what covers it is taken away."""
    report = await met(browser, page_of([name], []))
    assert report.page.visible_words == WORDS
    assert [overlay.outcome for overlay in report.overlays] == ["gone"] * (name in OVER_ALL)


@pytest.mark.parametrize("name", SCRIPTS)
async def test_no_script_of_a_page_makes_the_engine_throw(browser: Browser, name: str) -> None:
    """Whatever a page's scripts have made of the browser's functions, its story is seen and its overlay taken away."""
    report = await met(browser, page_of(SPOILT, [name]))
    assert report.page.visible_words == (0 if name in BARE else WORDS)
    if name != "layers that vanish":  # They may be gone before the first look.
        assert [overlay.outcome for overlay in report.overlays] == ["gone"] * (name not in BARE)


async def test_a_story_is_found_behind_changed_functions(browser: Browser) -> None:
    """Lists, texts and elements that the page has changed are as the browser made them while the engine looks."""
    plain = await met(browser, page_of([], []))
    for name in ("lists of another kind", "words of another kind", "elements of another kind", "a property too many"):
        spoilt = await met(browser, page_of([], [name]))
        assert spoilt.page.visible_words == plain.page.visible_words > 0, name


@pytest.mark.parametrize(("markup", "scripts"), FOUND)
async def test_pages_that_broke_the_engine_no_longer_do(browser: Browser, markup: str, scripts: str) -> None:
    """The fuzzer's finds stay mended: the story is seen, and what covers it is told of, whatever it is mixed with."""
    names = markup.split("|")
    report = await met(browser, page_of(names, scripts.split("|")))
    assert report.page.visible_words == WORDS
    assert bool(report.overlays) >= bool(OVER_ALL.intersection(names))
