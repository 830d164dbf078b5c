"""The script that runs in pages, put together from its files, and calls to it in pages and child frames."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from itertools import count
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from mtcrawler.markup.json_values import read
from mtcrawler.markup.story import LOCATING
from mtcrawler.model.errors import Forged

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame

LONGEST = 8 * 1024 * 1024  # characters of an answer; those of ordinary pages have some 50,000
_PARTS = (
    "native",
    "guard",
    "deep",
    "story",
    "controls",
    "boxes",
    "layers",
    "acts",
    "proof",
    "waiting",
    "facts",
    "look",
)
SLOT = 'Symbol.for("mtcrawler.overlays")'
# As text both ways: Playwright wraps every single value, which costs it more than the page takes to answer. Where an
# answer is lost on the way, the same call is made again by its number and gets that answer: nothing is done twice.
_CALL = f"""(asked) => {{
  const name = asked[0], argument = asked[1], number = asked[2];
  const mt = window[{SLOT}];
  if (!mt) return "";
  const answering = async () => {{
    const answer = (await mt[name](JSON.parse(argument))) ?? null;
    return mt.purely(() => JSON.stringify(answer));
  }};
  if (mt.called?.number !== number) mt.called = {{ number, answer: answering() }};
  return mt.called.answer;
}}"""
_NUMBERS = count(1)
_SPOILED = re.compile(r"\bat (?:\w+ \()?UtilityScript|at parseEvaluationResultValue|at Array\.")
_USED = re.compile(r"\.(\w+)")


@cache
def source() -> str:
    """The whole script; running it twice in one document changes nothing."""
    folder = files(__package__).joinpath("js")
    parts = "\n".join(folder.joinpath(f"{part}.js").read_text("utf-8") for part in _PARTS)
    return (
        f"(() => {{ if (window[{SLOT}]) return; const mt = {{}}, LOCATING = {json.dumps(LOCATING)},"
        f" USED = {json.dumps(sorted(set(_USED.findall(parts))))};"
        f"Object.defineProperty(window, {SLOT}, {{ __proto__: null, value: mt }});\n{parts}\n}})();"
    )


@contextmanager
def taking_apart(url: str) -> Iterator[None]:
    """Raises Forged where an answer of this page has not the parts that ours have; holds nothing but that reading."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        raise Forged.of(url) from err


async def call(target: Page | Frame, name: str, argument: Any = None, *, seconds: float = 10.0) -> Any:
    """What the script's function answers in a page or a frame; the script is brought along where it is missing.

    Raises `playwright.async_api.Error` where the page is gone or has moved on, `TimeoutError` after so many seconds,
    and Forged where the answer is none of ours: a page's own scripts run beside it and can change whatever it uses.
    """
    async with asyncio.timeout(seconds):
        asked = [name, json.dumps({} if argument is None else argument), str(next(_NUMBERS))]
        answer = await _evaluate(target, _CALL, asked)
        if not answer:
            await _evaluate(target, f"() => {{ {source()} }}", [])
            answer = await _evaluate(target, _CALL, asked)
        if not isinstance(answer, str) or len(answer) > LONGEST:
            raise Forged.of(target.url)
        with taking_apart(target.url):
            return read(answer)


async def _evaluate(target: Page | Frame, function: str, asked: list[str]) -> Any:
    try:
        return await target.evaluate(function, asked)
    except PlaywrightError as error:
        if not _SPOILED.search(str(error)):
            raise
        # Playwright's own script in the page fails where the page has changed what lists and texts can do; the
        # browser's way to ask does without it.
        page = target if isinstance(target, Page) else target.page
        session = await page.context.new_cdp_session(target)
        try:
            expression = f"({function})({json.dumps(asked)})"
            wanted = {"expression": expression, "awaitPromise": True, "returnByValue": True}
            return (await session.send("Runtime.evaluate", wanted))["result"].get("value", 0)
        finally:
            await session.detach()


async def child(page: Page, path: tuple[int, ...]) -> Page | Frame | None:
    """The document at the end of a path of frame elements, each by its name in the one before; None when it is gone."""
    target: Page | Frame = page
    try:
        for name in path:
            handle = await target.evaluate_handle(f"(name) => window[{SLOT}]?.node(name)", name)
            element = handle.as_element()
            frame = await element.content_frame() if element else None
            if frame is None:
                return None
            target = frame
    except PlaywrightError:
        return None
    return target


async def element(target: Page | Frame, name: int) -> ElementHandle | None:
    """The element of that name, as Playwright's own handle."""
    return (await target.evaluate_handle(f"(name) => window[{SLOT}]?.node(name)", name)).as_element()
