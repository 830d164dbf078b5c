"""The proof that a page can be read again: scrolling by a real wheel, nothing at nine points, the text whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mtcrawler.overlays.script import call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.async_api import Page


class Case(Protocol):
    """An overlay that is said to be gone."""

    roots: set[int]


async def prove(page: Page, cases: Sequence[Case], *, whole: int, walled: bool) -> bool:
    """Open what was left locked, then prove that all of them are gone; otherwise take back what was changed.

    `whole` is how many characters the article had before; where a wall stands (`walled`), locks are the wall's.
    """
    if not cases:
        return True
    roots = sorted(set().union(*(case.roots for case in cases)))
    if not walled:
        await call(page, "unlock")
    scrolls = walled or await _scrolls(page)
    state = await call(page, "standing", {"roots": roots})
    kept = state["chars"] >= 0.98 * whole
    if not kept or state["hits"]:
        await call(page, "undo")
    return bool(scrolls and kept and not state["hits"])


async def _scrolls(page: Page) -> bool:
    """Whether a turn of the wheel moves the article; scripts that fight it are silenced, one kind after the other."""
    for what in ("", "wheel", "scroll", "jump"):
        if what:
            await call(page, "hush", {"what": what})
        place = await call(page, "arm")
        if place is None:
            return True
        await page.mouse.move(place["x"], place["y"])
        await page.mouse.wheel(0, place["by"])
        if await call(page, "turned"):
            return True
    return False
