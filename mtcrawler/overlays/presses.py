"""Presses with a real mouse, for pages that trust nothing else, and whether a page listens for any."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from playwright.async_api import Error as PlaywrightError

from mtcrawler.overlays.script import SLOT, call, child, element, taking_apart

if TYPE_CHECKING:
    from playwright.async_api import Frame, Page

    from mtcrawler.overlays.attempt import Attempt
    from mtcrawler.overlays.observation.actions import PlannedAction
    from mtcrawler.overlays.observation.snapshot import Control

    Act = Callable[[str, Mapping[str, object], Attempt | None], Awaitable[Mapping[str, bool]]]

AT_ONCE = 30
"""Milliseconds without any movement after which it is asked whether anything listens at all; most answer at once."""
MOUSE = 140
"""Milliseconds after a press that moved nothing until a real mouse presses, where something listens."""
MOUSE_OPENS = 170
"""The same for a press that is to bring something up, and for one in another frame."""
REACTION = 210
"""Milliseconds that an overlay has to answer from its press on: then nothing in it does, and it is hidden.

One that goes while it is proved that it is gone counts as closed all the same.
"""
LATE = 900
"""Milliseconds more for one that cannot be hidden, as the page shows its story only after the answer."""
AFTER_MOUSE = 50
"""Milliseconds that it has after the real mouse in any case."""
_PRESSES = frozenset({"click", "mousedown", "mouseup", "pointerdown", "pointerup", "touchstart", "touchend"})
# What listens on the window counts presses rather than answers them, and our own guard listens there, too.
_WAY = """((mt, control) => {
  const way = [];
  for (let node = mt?.node(control); node; node = mt.up(node)) way.push(node);
  if (way.length) way.push(document);
  return way;
})"""


async def press(page: Page, act: Act, move: PlannedAction, control: Control, root: int, case: Attempt) -> str | None:
    """Press it once, and say what to call that; None where it led to nothing.

    A page that listens is given time; where nothing moves even then, a real mouse presses. An overlay that has not
    moved after that is dead, and known as such by its account, `case`. `act` does something in the page and looks.
    """
    name = f"generic: {move.why}"
    case.asked = (root, name, move.action)
    opens = move.how == "open"
    argument = {"control": control.id, "root": root, "still": AT_ONCE, "opens": opens}
    if not control.path:
        answer = await act("press", argument, replace(case, rule=name))
        if any(answer.values()):
            return name
        case.dead = not await hears(page, control)
        if case.dead:
            return None
        later = {**argument, "still": 0, "by": MOUSE_OPENS if opens else MOUSE, "further": True}
    else:
        target = await child(page, control.path)
        if target is None:
            return None
        # The frame may close under the press: that is what it is for.
        with suppress(PlaywrightError, TimeoutError):
            await call(target, "press", {**argument, "root": None, "still": 0})
        later = {"root": root, "still": MOUSE_OPENS, "opens": opens}
    answer = await act("wait", later, None)
    if not any(answer.values()):
        await press_truly(page, control)
        answer = await act("wait", {**later, "still": AFTER_MOUSE, "by": REACTION, "further": True}, None)
    case.dead = not (case.moved or any(answer.values()))
    return name if any(answer.values()) else None


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
    """Press it with a real mouse; nothing where it is covered: a reader could not press that either."""
    aimed: list[Page | Frame] = []
    try:
        # Of each document around it the mouse may press only the frame that leads on to it.
        for depth, name in enumerate((*control.path, control.id)):
            if (document := await child(page, control.path[:depth])) is None:
                return
            aimed.append(document)
            place = await call(document, "aim", {"control": name})
        if place:
            await _click(page, control, aimed[-1], place)
    finally:
        for document in aimed:
            with suppress(PlaywrightError, TimeoutError):
                await call(document, "release", None)


async def _click(page: Page, control: Control, document: Page | Frame, place: Mapping[str, object]) -> None:
    with taking_apart(page.url):
        x, y = float(str(place["x"])), float(str(place["y"]))
    with suppress(PlaywrightError):
        if control.path:
            # Where the frame stands in the view is for the browser to say.
            handle = await element(document, control.id)
            box = await handle.bounding_box() if handle else None
            if box is None:
                return
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        await page.mouse.click(x, y)
