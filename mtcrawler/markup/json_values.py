"""JSON that a page carries for machines, read within bounds: what is beyond them costs its own script and no other."""

from __future__ import annotations

import html
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
MENDED: Final = 100_000
"""Characters of scripts that are no JSON and are mended, in all of a page."""
VALUES: Final = 50
"""Values that may follow each other in one script."""
_QUOTES: Final = re.compile(r"&(?:quot|#34|#x22);", re.IGNORECASE)
_STRING: Final = r'"(?:[^"\\]|\\.?)*+(?:"|\Z)'
_NOTE: Final = re.compile(rf"{_STRING}|//[^\n]*+|/\*.*?(?:\*/|\Z)|<!--|-->|[\ufeff\xa0\u2028\u2029\u200b]++", re.DOTALL)
_LAST_COMMA: Final = re.compile(rf"{_STRING}|,(?=\s*+[\]}}])", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_QUOTE: Final = re.compile(r'"(?=\s{0,100}+(.)?)', re.DOTALL)


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
            if isinstance(graph := one.get("@graph"), list | dict):
                ways.append(_filled(graph if isinstance(graph, list) else [graph]))


def nodes_of(scripts: Iterable[str]) -> tuple[Node, ...]:
    """Every JSON-LD object of a page's scripts, `@graph` and lists opened up, in page order.

    A script of which no JSON can be made is passed over: where the WebSite one is none, the NewsArticle two scripts
    further on may be fine.
    """
    nodes: list[Node] = []
    left = MENDED
    for script in scripts:
        with suppress(ValueError):
            try:
                said = unwrapped(script)
            except ValueError:
                if len(script) > left:
                    continue
                left -= len(script)
                said = mended(script)
            nodes.extend(one for one in objects(said) if not isinstance(one.get("@graph"), list | dict))
    return tuple(nodes)


def unwrapped(text: str) -> Any:
    """What a script says that XHTML once needed a CDATA section around, or that ends like a statement; as `read`."""
    return read(_bare(text))


def mended(text: str) -> Any:
    """What a script says that is nearly JSON, as templates and people write it; raises ValueError where more is wrong.

    It may have comments, commas before a bracket, escapes that JSON does not know, quotes written as entities or bare
    within a text, blanks and marks that JSON does not allow, a bracket too many at the end, and several values, which
    become a list.
    """
    text = _bare(text)
    quoted, quote = _QUOTES.search(text), text.find('"')
    if quoted and not 0 <= quote < quoted.start():
        text = html.unescape(text)
    try:
        return _nearly(text)
    except ValueError:
        return _nearly(_QUOTE.sub(_bare_quote, text))


def _bare(text: str) -> str:
    if "<" in text[:_WRAPPING] or ";" in text[-_WRAPPING:]:
        return _END.sub("", _BEGINNING.sub("", text, 1))
    return text


def _nearly(text: str) -> Any:
    """What a text says that is JSON but for what JSON does not allow; raises ValueError where more is wrong."""
    text = _LAST_COMMA.sub(lambda found: found[0] if found[0][0] == '"' else "", _NOTE.sub(_noted, text))
    text, values = text.strip(" \t\r\n;"), list[Any]()
    while text and len(values) < VALUES:
        try:
            value, end = _decoder.raw_decode(text)
        except RecursionError:
            raise ValueError("it is nested too deep") from None
        values.append(value)
        text = text[end:].lstrip(" \t\r\n;,}]")
    if text or not values:
        raise ValueError("it is no JSON to its end")
    _check_depth(values)
    return _whole(values[0] if len(values) == 1 else values)


def _noted(found: re.Match[str]) -> str:
    """A string with escapes that JSON knows; a space for what is no part of it."""
    if found[0][0] != '"':
        return " "
    return _ESCAPE.sub(_known, found[0])


def _known(found: re.Match[str]) -> str:
    """An escape that JSON knows: a sign needs none, and before a letter a backslash was meant as one."""
    said = found[1]
    if len(said) > 1 or said in '"\\/bfnrt':
        return found[0]
    return f"\\\\{said}" if said.isalnum() else said


def _bare_quote(found: re.Match[str]) -> str:
    """A quote that neither opens nor closes a text is part of one."""
    text, at = found.string, found.start()
    before = at - 1
    while before > max(0, at - 100) and text[before].isspace():
        before -= 1
    opens = at == 0 or text[before] in "{[,:" or text[at - 1] == "\\"
    return found[0] if opens or found[1] is None or found[1] in ",:]}" else '\\"'


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
