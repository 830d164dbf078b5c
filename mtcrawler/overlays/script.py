"""The script that runs in pages, put together from its files, and calls to it in pages and child frames."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from mtcrawler.markup.json_values import read
from mtcrawler.model.errors import Forged

if TYPE_CHECKING:
    from playwright.async_api import ElementHandle, Frame, Page

LONGEST = 8 * 1024 * 1024  # characters of an answer; those of ordinary pages have some 50,000
_PARTS = ("guard", "deep", "story", "controls", "layers", "acts", "proof", "facts")
_SLOT = 'Symbol.for("mtcrawler.overlays")'
# As text both ways: Playwright wraps every single value, which costs it more than the page takes to answer.
_CALL = f"""async ([name, argument]) => {{
  const mt = window[{_SLOT}];
  return mt ? JSON.stringify((await mt[name](JSON.parse(argument))) ?? null) : "";
}}"""


@cache
def source() -> str:
    """The whole script; running it twice in one document changes nothing."""
    folder = files(__package__).joinpath("js")
    parts = "\n".join(folder.joinpath(f"{part}.js").read_text("utf-8") for part in _PARTS)
    return (
        f"(() => {{ if (window[{_SLOT}]) return; const mt = {{}};"
        f"Object.defineProperty(window, {_SLOT}, {{ value: mt }});\n{parts}\n}})();"
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
        asked = [name, json.dumps({} if argument is None else argument)]
        answer = await target.evaluate(_CALL, asked)
        if not answer:
            await target.evaluate(source())
            answer = await target.evaluate(_CALL, asked)
        if not isinstance(answer, str) or len(answer) > LONGEST:
            raise Forged.of(target.url)
        with taking_apart(target.url):
            return read(answer)


async def child(page: Page, path: tuple[int, ...]) -> Page | Frame | None:
    """The document at the end of a path of frame elements, each by its name in the one before; None when it is gone."""
    target: Page | Frame = page
    try:
        for name in path:
            handle = await target.evaluate_handle(f"(name) => window[{_SLOT}]?.node(name)", name)
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
    return (await target.evaluate_handle(f"(name) => window[{_SLOT}]?.node(name)", name)).as_element()
