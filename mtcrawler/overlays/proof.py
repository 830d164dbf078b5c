"""The proof that a page can be read again: scrolling by a real wheel, nothing at nine points, the text whole."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from mtcrawler.overlays.script import call, taking_apart
from mtcrawler.overlays.view import whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.async_api import Page

    from mtcrawler.overlays.attempt import Attempt

PROVED = 3
"""After so many turns of the wheel an overlay is known to leave scrolling alone when it is closed this way."""
SAMPLED = 20
"""Then the wheel is turned for at least one in so many."""

_turning: set[asyncio.Future[Any]] = set()
"""Turns of wheels that a browser has not told of yet: the page sees them long before that, and is not kept waiting."""


class Habits:
    """What a crawl has proved again and again, and need not prove in full on every page.

    A publisher shows the same overlay on page after page, and a real wheel costs more than the rest of the proof: the
    browser draws the page anew for it. What is computed stays computed on every page: whether anything is locked,
    the nine points, the text.
    """

    def __init__(self) -> None:
        self._proved: Counter[str] = Counter()

    def know(self, attempts: Sequence[Attempt]) -> bool:
        """Whether all of these scrolled whenever they were closed so, and no sample is due."""
        times = [self._proved[case.habit] for case in attempts]
        return all(each >= PROVED and each % SAMPLED for each in times)

    def begin(self, attempts: Sequence[Attempt]) -> None:
        """Take note that a sample is being made of these, so that other tabs do not make the same one meanwhile."""
        for case in attempts:
            if self._proved[case.habit] >= PROVED:
                self._proved[case.habit] += 1

    def learn(self, attempts: Sequence[Attempt], *, proved: bool) -> None:
        """Take note of a proof; what could not be proved once has to be proved in full again."""
        for case in attempts:
            self._proved[case.habit] = self._proved[case.habit] + 1 if proved else 0


class Proof(NamedTuple):
    """Whether all is gone, what then stood over the page, as the page's script describes it, and the hidden layers
    that the page itself has closed meanwhile.
    """

    holds: bool
    scan: dict[str, Any]
    went: frozenset[int]


def ends(attempts: Sequence[Attempt], whole: int, *, walled: bool) -> dict[str, Any]:
    """What the page's script is asked to prove: the layers that must be gone, and how much text must be left.

    `whole` is how many characters the article had before; where a wall stands (`walled`), locks are the wall's.
    """
    roots = sorted(set().union(*(case.roots for case in attempts)))
    return {"roots": roots, "unlock": not walled, "whole": 0.98 * whole}


async def verify(
    page: Page, attempts: Sequence[Attempt], habits: Habits, asked: dict[str, Any], eye: dict[str, Any]
) -> Proof:
    """Open what was left locked, then prove that all of them are gone; otherwise take back what was changed.

    `asked` are the `ends`, `eye` is the argument of the look that follows.
    """
    known = habits.know(attempts)
    scrolls: bool | None = known or not asked["unlock"]
    if not scrolls:
        habits.begin(attempts)
        scrolls = await _scrolls(page, unlock=True)
    state = await call(page, "settled", {**asked, **eye})
    with taking_apart(page.url):
        opened, stands, scan = state["opened"], state["holds"], state["scan"]
        went = frozenset(int(name) for name in state["went"])
    if known and opened:
        scrolls = await _scrolls(page)
    holds = bool(scrolls and stands)
    if scrolls is not None:
        habits.learn(attempts, proved=holds)
    return Proof(holds, scan, went)


async def _scrolls(page: Page, *, unlock: bool = False) -> bool | None:
    """Whether a turn of the wheel moves the article; scripts that fight it are silenced, one kind after the other.

    With `unlock` what styles lock is opened first.

    None where something has come up meanwhile and locked the page again: that says nothing of what was closed.
    """
    async with whole(page) as drawn:
        return await _turns(page, drawn, unlock=unlock)


async def _turns(page: Page, drawn: asyncio.Future[None], *, unlock: bool) -> bool | None:
    for what in ("", "wheel", "scroll", "jump"):
        place = await call(page, "arm", {"unlock": unlock and not what})
        if place is None:
            return True
        with taking_apart(page.url):
            locked, x, y, by = place["locked"], float(place["x"]), float(place["y"]), float(place["by"])
        if locked:
            return None
        if what:
            await call(page, "hush", {"what": what})
        await asyncio.shield(drawn)
        turning = asyncio.gather(page.mouse.move(x, y), page.mouse.wheel(0, by), return_exceptions=True)
        _turning.add(turning)
        turning.add_done_callback(_turning.discard)
        if await call(page, "turned"):
            return True
        await turning
    return False
