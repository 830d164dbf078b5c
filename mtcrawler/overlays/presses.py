"""Presses with a real mouse, for pages that trust nothing else, and whether a page listens for any."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from mtcrawler.overlays.script import SLOT, child, element

if TYPE_CHECKING:
    from playwright.async_api import Page

    from mtcrawler.overlays.observation.snapshot import Control

AT_ONCE = 90
"""Milliseconds without any movement after which it is asked whether anything listens at all."""
STILL = 180
"""Milliseconds without any movement after which a press that something listens for has led to nothing."""
UNOPENED = 250
"""The same for a press that is to bring something up, and for one in another frame."""
_PRESSES = frozenset({"click", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"})
# What listens on the window counts presses rather than answers them, and our own guard listens there, too.
_WAY = """((mt, control) => {
  const way = [];
  for (let node = mt?.node(control); node; node = mt.up(node)) way.push(node);
  if (way.length) way.push(document);
  return way;
})"""


async def hears(page: Page, control: Control) -> bool:
    """Whether a script listens for presses on a control, or on what it stands in; True where nobody can tell.

    Many pages listen in one place, the document or what the whole page stands in, for all of their controls: whether
    such a script means this control nobody can tell.
    """
    if control.path:
        return True
    slot = f"window[{SLOT}]"
    expression = f"{_WAY}({slot}, {control.id})"
    try:
        session = await page.context.new_cdp_session(page)
        try:
            way = await session.send("Runtime.evaluate", {"expression": expression})
            asked = {"objectId": way["result"]["objectId"], "ownProperties": True}
            nodes = (await session.send("Runtime.getProperties", asked))["result"]
            names = [one["value"]["objectId"] for one in nodes if one["value"].get("subtype") == "node"]
            ask = (session.send("DOMDebugger.getEventListeners", {"objectId": name}) for name in names)
            told = await asyncio.gather(*ask)
        finally:
            await session.detach()
    except (PlaywrightError, KeyError):
        return True
    return not names or any(each["type"] in _PRESSES for one in told for each in one["listeners"])


async def press_truly(page: Page, control: Control) -> None:
    """Press it with a real mouse; nothing where it is covered or moving: a reader could not press that either."""
    target = await child(page, control.path)
    handle = await element(target, control.id) if target else None
    if handle:
        with suppress(PlaywrightError):
            await handle.click(timeout=400, no_wait_after=True)
