"""How much of a page is drawn: a corner while nobody looks, all of it while a real wheel is turned over it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import CDPSession, Page, ViewportSize

CORNER = 16
"""Pixels of a page that are drawn, each way."""
PATIENCE = 1.0
"""Seconds a busy page may take to draw all of its view."""
_DRAWN = "() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))"
_sessions: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


async def draw_a_corner(page: Page, session: CDPSession) -> None:
    """Have a tab draw no more than a corner of its pages; `session` is one of its own that stays open.

    Layout, what is in view, hits, presses and pictures are still those of the whole viewport; only the wheel, which the
    browser's compositor answers from what it draws, is not. A browser that cannot do this draws everything, as ever.
    """
    _sessions[page] = session
    await _size(session, CORNER, CORNER)


@asynccontextmanager
async def whole(page: Page) -> AsyncIterator[asyncio.Future[None]]:
    """Meanwhile all of the view is drawn, from when the future is done; it is for a tab that draws it anyway."""
    session, size = _sessions.get(page), page.viewport_size
    if session is None or size is None:
        drawn = asyncio.get_running_loop().create_future()
        drawn.set_result(None)
        yield drawn
        return
    drawing = asyncio.create_task(_draw_all(page, session, size))
    try:
        yield drawing
    finally:
        try:
            await drawing
        finally:
            await _size(session, CORNER, CORNER)


async def _draw_all(page: Page, session: CDPSession, size: ViewportSize) -> None:
    await _size(session, size["width"], size["height"])
    with suppress(TimeoutError, PlaywrightError):
        async with asyncio.timeout(PATIENCE):
            await page.evaluate(_DRAWN)


async def _size(session: CDPSession, width: int, height: int) -> None:
    with suppress(PlaywrightError):
        await session.send("Emulation.setVisibleSize", {"width": width, "height": height})
