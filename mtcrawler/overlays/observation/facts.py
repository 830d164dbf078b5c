"""What the script in a page says of access: what the page declares, as text, and how much of it a reader can see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from mtcrawler.access.evidence import Section


@dataclass(frozen=True)
class Words:
    """How many words of the story a reader sees, how many by scrolling, and how many are there but kept back."""

    visible: int
    awaited: int
    blurred: int
    clipped: int
    hidden: int


@dataclass(frozen=True)
class Awaited:
    """What a script shows when a reader scrolls there: its names in the page, and its length."""

    names: tuple[int, ...]
    characters: int


@dataclass(frozen=True)
class Line:
    """A line where the story ends, and its name in the page; `pressed` are the words of what can be pressed in it.

    `apart` says that it is no paragraph as the others of the story are: it stands elsewhere, or is marked otherwise.
    """

    id: int
    text: str
    pressed: tuple[str, ...] = ()
    apart: bool = False


@dataclass(frozen=True)
class Facts:
    """The page's own report; `json_ld` are whole scripts, `selected` what the selectors in them find.

    `unread` counts the scripts that were too long to be sent.

    `characters` is the length of what is to be seen, also of what is `awaited`; `closing` are the last lines of it.
    `paragraphs` counts those that are visible, `withheld` names what is not. The page's scripts run beside ours and may
    change what ours say, so that every value is checked.
    """

    status: int
    json_ld: tuple[str, ...]
    unread: int
    metas: Mapping[str, str]
    words: Words
    characters: int
    paragraphs: int
    faded: bool
    trails_off: bool
    closing: tuple[Line, ...]
    selected: tuple[Section, ...]
    vendors: tuple[str, ...]
    withheld: tuple[int, ...]
    awaited: Awaited

    @classmethod
    def from_page(cls, data: Mapping[str, Any]) -> Facts:
        """The facts as the page's script gives them; raises ValueError where they are none."""
        return _adapter().validate_python(data)


@cache
def _adapter() -> TypeAdapter[Facts]:
    return TypeAdapter(Facts)
