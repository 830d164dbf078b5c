"""The JSON that a page carries for its scripts: Next.js, Arc's Fusion, Nuxt, Apollo and stores of their kind."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import suppress
from typing import Any, Final

from lxml.html import HtmlElement

from mtcrawler.markup.json_values import read, read_first

LONGEST: Final = 4 * 1024 * 1024
"""Characters of all scripts of a page that are read."""
MOST: Final = 8
"""Of such scripts."""
SEARCHED: Final = 64 * 1024
"""Characters of a script in which an assignment is looked for."""
ASSIGNED: Final = (
    "Fusion.globalContent",
    "__NEXT_DATA__",
    "__NUXT__",
    "__APOLLO_STATE__",
    "__INITIAL_STATE__",
    "__PRELOADED_STATE__",
    "__INITIAL_DATA__",
)
"""Names that scripts give to the data of a page. What a script computes is no data, and is not read."""
_GAP: Final = 20  # characters between such a name and its value


def data_in(root: HtmlElement, withheld: Container[HtmlElement] = frozenset()) -> Iterator[Any]:
    """What the scripts of a page hold, in page order; one that is no JSON, or too large, is passed over."""
    left, number = LONGEST, 0
    for script in root.iter("script"):
        text = script.text or ""
        if script in withheld or not text or number >= MOST:
            continue
        if (kind := _kind(script)) == "data":
            starts = None
        elif kind == "code" and (found := _assigned(text)) is not None:
            starts = found
        else:
            continue
        number += 1
        if len(text) > left:
            continue
        left -= len(text)
        with suppress(ValueError):
            yield read(text) if starts is None else read_first(text, starts)


def _kind(script: HtmlElement) -> str | None:
    stated = (script.get("type") or "").split(";")[0].strip().lower()
    if stated == "application/json":
        return "data"
    if stated in {"", "text/javascript", "application/javascript", "module"} and not script.get("src"):
        return "code"
    return None


def _assigned(text: str) -> int | None:
    """Where the value begins that a script gives to one of the names."""
    for name in ASSIGNED:
        if (at := text.find(name, 0, SEARCHED)) < 0:
            continue
        # As in `window.NAME = {`, `Fusion.globalContent={` and `window["NAME"]={`.
        gap = text[at + len(name) : at + len(name) + _GAP]
        before, equals, after = gap.partition("=")
        if equals and not before.strip(" \t\"']") and after.lstrip()[:1] in {"{", "["}:
            return at + len(name) + len(before) + 1 + len(after) - len(after.lstrip())
    return None
