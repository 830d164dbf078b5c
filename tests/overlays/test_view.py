"""Laws of how much of a page is drawn: next to nothing, and neither the page nor what is done to it can tell."""

from __future__ import annotations

import asyncio
import struct
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright

from mtcrawler.fetch.browser.blocking import furnish
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.overlays.engine import Overlays
from mtcrawler.overlays.view import CORNER, whole
from mtcrawler.project.defaults import RENDER_CONTEXT

# Its box and its marker are far from the corner that is drawn; the child frame is of another origin.
PAGE = """<!doctype html><title>Paper</title>
<style>body { margin: 0; height: 5000px } .at { position: fixed; width: 200px; height: 100px; left: 900px }</style>
<button class=at id=box style="top: 600px; background: red"></button>
<iframe class=at style="top: 300px" src="data:text/html,<body style='margin:0'><button style='width:200px;height:100px'
 onclick='parent.postMessage(event.isTrusted,`*`)'>"></iframe>
<i id=marker style="position: absolute; top: 700px; left: 1000px">here</i><i id=below>below</i>
<style>#below { position: absolute; top: 1400px }</style>
<script>
  const told = window.told = { pressed: [], framed: [], seen: {}, frame: 0, resized: 0 };
  box.onclick = (event) => told.pressed.push([event.isTrusted, event.clientX, event.clientY]);
  onmessage = (event) => told.framed.push(event.data);
  onresize = () => (told.resized += 1);
  requestAnimationFrame(() => (told.frame += 1));
  for (const each of [marker, below]) {
    new IntersectionObserver(([entry]) => (told.seen[each.id] = entry.isIntersecting)).observe(each);
  }
</script>"""
MEASURES = """() => [
  innerWidth, innerHeight, outerWidth, outerHeight, screen.width, screen.height, devicePixelRatio,
  visualViewport.width, visualViewport.height, document.visibilityState, matchMedia("(min-width: 1200px)").matches,
  document.elementFromPoint(1000, 650).id,
]"""
# Only the text's own box scrolls, as in a reader's dialog; the message stands in front of it and locks nothing.
READER = """<!doctype html><style>body { margin: 0; overflow: hidden }
  main { position: fixed; inset: 0; overflow-y: auto } p { margin: 40px; height: 90px }
  .message { position: fixed; inset: 0; z-index: 9; background: #000c; color: #fff } .message div { margin: 200px auto }
</style>
<main><article><h1>Ferries return to the river</h1>PARAGRAPHS</article></main>
<div class=message role=dialog><div><h2>Support our journalism</h2><p>Donate once or monthly.</p>
<button onclick="this.closest('.message').remove()">Remind me later</button></div></div>""".replace(
    "PARAGRAPHS",
    "<p>The ferries return to the river after months on dry land, and people come to the quay.</p>" * 30,
)
FRAMES = "() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(() => shown())))"
READY = "() => told.frame && Object.keys(told.seen).length === 2"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A browser of its own for each test."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(**find_browser().launch_options)
        yield running
        await running.close()


async def opened(browser: Browser, *, furnished: bool, page_of: str = PAGE) -> Page:
    """A page in a tab of its own, as crawls have it or as Playwright does."""
    given: dict[str, Any] = dict(RENDER_CONTEXT)
    page = await (await browser.new_context(**given)).new_page()
    if furnished:
        await furnish(page)
    await page.evaluate(FRAMES)  # a new tab may come to its size only with its first frames
    await page.set_content(page_of)
    return page


async def used(page: Page) -> list[Any]:
    """All that the page can tell of its view, and what comes of a press, a press in a frame, the wheel and a key."""
    await page.wait_for_function(READY)
    told = [await page.evaluate(MEASURES)]
    await page.locator("#box").click()
    await page.frame_locator("iframe").locator("button").click()
    await page.wait_for_function("told.framed.length")
    await page.mouse.move(500, 500)
    await page.mouse.wheel(0, 120)
    await page.wait_for_function("scrollY === 120")
    await page.keyboard.press("End")
    await page.wait_for_function("scrollY === 4200")
    return [*told, await page.evaluate("told")]


async def is_drawn(page: Page, width: int, height: int) -> bool:
    """Whether a page comes to be drawn in this size, in pixels; the first frames may still show what was before."""
    session = await page.context.new_cdp_session(page)
    frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    session.on("Page.screencastFrame", frames.put_nowait)
    await session.send("Page.startScreencast", {"format": "png"})
    try:
        async with asyncio.timeout(20):
            while True:
                frame = await frames.get()
                if struct.unpack(">II", b64decode(frame["data"])[16:24]) == (width, height):
                    return True
                await session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})
                # A page that stands still is not drawn again.
                await page.evaluate("document.documentElement.style.outline = `${Math.random()}px solid red`")
    except TimeoutError:
        return False
    finally:
        await session.detach()


async def test_only_a_corner_of_a_page_is_drawn(browser: Browser) -> None:
    """What a tab of a crawl draws is a corner of its page; on the next page it still is."""
    page = await opened(browser, furnished=True)
    assert await is_drawn(page, CORNER, CORNER)
    await page.goto("data:text/html,<p>The next page</p>")
    assert await is_drawn(page, CORNER, CORNER)


async def test_a_page_cannot_tell_how_little_is_drawn(browser: Browser) -> None:
    """View, hits, what is in view, frames, presses, wheel, keys and pictures are as in a tab that draws everything."""
    spared = await opened(browser, furnished=True)
    whole = await opened(browser, furnished=False)
    assert (await spared.screenshot()) == (await whole.screenshot())
    assert (await used(spared)) == (await used(whole))


async def test_a_wheel_is_turned_over_all_of_the_view(browser: Browser) -> None:
    """A text in a box of its own scrolls where all is drawn, and then no more than a corner is drawn again."""
    page = await opened(browser, furnished=True, page_of=READER)
    await page.evaluate("document.querySelector('.message').remove()")
    async with whole(page):
        await page.mouse.move(600, 500)
        await page.mouse.wheel(0, 120)
        await page.wait_for_function("document.querySelector('main').scrollTop === 120")
    assert await is_drawn(page, CORNER, CORNER)


async def test_a_text_in_a_box_of_its_own_is_proved_free(browser: Browser) -> None:
    """A message over it is dismissed, and the wheel proves that the text can be read, though none of it was drawn."""
    page = await opened(browser, furnished=True, page_of=READER)
    (overlay,) = (await Overlays(policy="free").dismiss(page)).overlays
    assert (overlay.kind, overlay.action, overlay.outcome) == ("donation", "closed", "gone")
