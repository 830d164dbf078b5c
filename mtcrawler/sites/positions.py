"""In which line of a TOML file each key stands: tomllib reads values and keeps no positions."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from mtcrawler.model.faults import Key


def lines_of(text: str) -> dict[Key, int]:
    """The line of every key of a TOML document, counted from one; a document that is none gives what comes before.

    Entries of a list that is written over several lines have lines of their own.
    """
    found: dict[Key, int] = {}
    table: Key = ()
    counted: dict[Key, int] = {}
    for line, lines in _statements(text):
        data = tomllib.loads("\n".join(lines))
        if lines[0].lstrip().startswith("["):
            table = _header(data, lines[0].lstrip().startswith("[["), counted)
            for end in range(1, len(table) + 1):
                found.setdefault(table[:end], line)
        else:
            for key, at in _inside(data, line, lines):
                found.setdefault(table + key, at)
    return found


def line_of(key: Key, lines: Mapping[Key, int]) -> int | None:
    """The line of this key, or of the nearest thing around it that has one."""
    ends = range(len(key), 0, -1)
    return next((lines[key[:end]] for end in ends if key[:end] in lines), None)


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each header and each assignment with its first line: as few lines as are TOML by themselves."""
    begun: list[str] = []
    first = 0
    for number, line in enumerate(text.splitlines(), 1):
        if not begun and (not line.strip() or line.lstrip().startswith("#")):
            continue
        first = first if begun else number
        begun.append(line)
        if _whole(begun):
            yield first, begun
            begun = []


def _whole(lines: list[str]) -> bool:
    try:
        tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _header(data: dict[str, Any], is_list: bool, counted: dict[Key, int]) -> Key:
    """The way to the table that a header opens; `counted` are the entries that each list of tables has so far."""
    names: list[str] = []
    inner: Any = data
    while isinstance(inner, dict) and inner:
        (name,) = inner
        names.append(name)
        inner = inner[name]
    key: Key = ()
    for name in names[:-1]:
        key += (name,)
        if key in counted:
            key += (counted[key] - 1,)
    key += (names[-1],)
    if not is_list:
        return key
    counted[key] = counted.get(key, 0) + 1
    return (*key, counted[key] - 1)


def _inside(data: Any, line: int, lines: list[str], key: Key = ()) -> Iterator[tuple[Key, int]]:
    """The keys of an assignment, those in inline tables too, and the entries of its list."""
    if key:
        yield key, line
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _inside(value, line, lines, (*key, name))
    elif isinstance(data, list):
        ends = _ends(lines, key)
        for number, value in enumerate(data):
            at = next((offset for offset, count in enumerate(ends) if count > number), 0)
            yield from _inside(value, line + at, [], (*key, number))


def _ends(lines: list[str], key: Key) -> list[int]:
    """How many entries the list at this key has after each of its lines."""
    counts = [0] * len(lines)
    for number in range(len(lines)) if len(lines) > 1 else ():
        try:
            value: Any = tomllib.loads("\n".join([*lines[: number + 1], "]"]))
            for name in key:
                value = value[name]
        except (tomllib.TOMLDecodeError, KeyError, IndexError, TypeError):
            counts[number] = counts[number - 1] if number else 0
        else:
            counts[number] = len(value)
    if counts:
        counts[-1] = 1 << 30
    return counts
