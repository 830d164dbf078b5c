"""JSON that a page carries for machines, read within bounds: what is beyond them costs its own script and no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

Node = Mapping[str, Any]

DEEPEST: Final = 64
"""Levels of one script; schema.org needs six."""
_WRAPPING: Final = 60  # characters at either end of a script in which something stands that is no JSON
_BEGINNING: Final = re.compile(r"\A(?:\s|//|/\*|\*/|<!--|<!\[CDATA\[)+")
_END: Final = re.compile(r"(?:\s|;|//|/\*|\*/|-->|\]\]>){1,60}\Z")
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")
"""What may be half of a letter."""
DIGITS: Final = 19
"""As many as the largest number of 64 bits has; identifiers are often so long."""


def read(text: str) -> Any:
    """What the script says; raises ValueError where it is no JSON, or nested too deep."""
    try:
        value = _decoder.decode(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if text.count("[") + text.count("{") > DEEPEST:
        _check_depth(value)
    return _whole(value) if _HALF.search(text) else value


def read_first(text: str, start: int) -> Any:
    """The JSON value that begins there, whatever follows; raises ValueError as `read` does."""
    try:
        value, end = _decoder.raw_decode(text, start)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    if text.count("[", start, end) + text.count("{", start, end) > DEEPEST:
        _check_depth(value)
    return _whole(value) if _HALF.search(text, start, end) else value


def objects(value: Any) -> Iterator[Node]:
    """Every object of a script, lists and `@graph` opened up, in page order; one with a `@graph` comes before it."""
    ways = [iter((value,))]
    while ways:
        one = next(ways[-1], None)
        if one is None:
            ways.pop()
        elif isinstance(one, list):
            ways.append(_filled(one))
        elif isinstance(one, dict):
            yield one
            if isinstance(graph := one.get("@graph"), list):
                ways.append(_filled(graph))


def nodes_of(scripts: Iterable[str]) -> tuple[Node, ...]:
    """Every JSON-LD object of a page's scripts, `@graph` and lists opened up, in page order.

    A script that is not valid JSON is passed over: where the WebSite one is none, the NewsArticle two scripts further
    on may be fine.
    """
    nodes: list[Node] = []
    for script in scripts:
        with suppress(ValueError):
            nodes.extend(one for one in objects(unwrapped(script)) if not isinstance(one.get("@graph"), list))
    return tuple(nodes)


def unwrapped(text: str) -> Any:
    """What a script says that XHTML once needed a CDATA section around, or that ends like a statement; as `read`."""
    if "<" in text[:_WRAPPING] or ";" in text[-_WRAPPING:]:
        text = _END.sub("", _BEGINNING.sub("", text, 1))
    return read(text)


def _whole(value: Any) -> Any:
    """The same with a question mark for each half of a letter, such as a cut-off emoji: no UTF-8 can hold one."""
    return _decoder.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode())


def _filled(values: list[Any]) -> Iterator[Any]:
    return (one for one in values if one is not None)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for one in level for inner in _inside(one)]
        if not level:
            return
    raise ValueError("it is nested too deep")


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return []
    return [one for one in value if isinstance(one, dict | list)]


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= DIGITS else None


_decoder = json.JSONDecoder(strict=False, parse_int=_integer, parse_constant=lambda name: None)
