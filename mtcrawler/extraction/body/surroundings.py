"""What stands around a text: its ancestors' tags, roles and the words of their class names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple
from zlib import crc32

from lxml.html import HtmlElement

from mtcrawler.extraction.body.clues import AGAINST, BODY, FOR, TEXT

BUCKETS: Final = 1 << 15
"""Into so many places words are hashed; two of them may share one."""
PLACES: Final = ("article", "main", "aside", "header", "footer", "form", "figure", "list", "table", "quote", "section")
FIGURE: Final = 1 << PLACES.index("figure")
_TAGS: Final = {
    **{name: 1 << index for index, name in enumerate(PLACES)},
    "ul": 1 << PLACES.index("list"),
    "ol": 1 << PLACES.index("list"),
    "blockquote": 1 << PLACES.index("quote"),
    "figcaption": FIGURE,
}
_ROLES: Final = {
    "main": _TAGS["main"],
    "article": _TAGS["article"],
    "banner": _TAGS["header"],
    "contentinfo": _TAGS["footer"],
    "complementary": _TAGS["aside"],
    "dialog": _TAGS["form"],
    "search": _TAGS["form"],
}
_NAMING: Final = ("class", "id", "data-component", "data-testid", "data-type", "itemprop", "role")
_LONGEST: Final = 400  # characters of names; longer ones are lists of utilities, or the state of the whole page
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_A-Za-z]+")
_FAR: Final = 9


class Names(NamedTuple):
    """What the names of an element say: for or against, and their hashes by distance (own, parent's, further up)."""

    against: bool
    favour: bool
    buckets: tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


@dataclass(slots=True, eq=False)
class Surroundings:
    """Of an element and all above it: places as bits, how many names are against and for it and how near, and so on."""

    places: int
    against: int
    favour: int
    hidden: bool
    depth: int
    against_near: int
    favour_near: int
    marked: bool
    names: Names
    above: Surroundings | None
    score: float = field(default=0.0, init=False)
    """The learned weights of all names from here up, as names further up."""


def bucket(word: str) -> int:
    """The place of a word among the learned weights."""
    return crc32(word.encode("utf-8", "replace")) % BUCKETS


@lru_cache(maxsize=16_384)
def names_of(text: str) -> Names:
    """What these names say; the same ones stand on every page of a site."""
    parts = {part.lower() for part in _PART.findall(text)}
    whole = {re.sub(r"\d+", "0", name.lower()) for name in text.split()}
    favour = not FOR.isdisjoint(parts | whole) or any(
        len(inner := {part.lower() for part in _PART.findall(name)}) > 1 and inner & BODY and inner & TEXT
        for name in text.split()
    )
    words = sorted(parts | {f".{name}" for name in whole})
    buckets = tuple(tuple(bucket(f"{distance}{word}") for word in words) for distance in "012")
    return Names(not AGAINST.isdisjoint(parts), favour, (buckets[0], buckets[1], buckets[2]))


_NAMELESS = names_of("")


class Ancestry:
    """The surroundings of the elements of one page, each worked out once."""

    def __init__(self, weights: list[float] | None = None) -> None:
        self._known: dict[HtmlElement, Surroundings] = {}
        self._weights = weights

    def of(self, element: HtmlElement) -> Surroundings:
        """The surroundings of this element."""
        if (found := self._known.get(element)) is not None:
            return found
        way = [element]
        above: Surroundings | None = None
        for outer in element.iterancestors():
            if (above := self._known.get(outer)) is not None:
                break
            way.append(outer)
        for one in reversed(way):
            above = self._known[one] = self._below(one, above)
        assert above is not None
        return above

    def _below(self, element: HtmlElement, above: Surroundings | None) -> Surroundings:
        tag, attributes = element.tag, element.attrib
        names = _NAMELESS
        places, hidden, marked = _TAGS.get(tag, 0), False, False
        if attributes and tag not in {"body", "html"}:
            said = " ".join(value for name in _NAMING if (value := attributes.get(name)))
            names = names_of(said[:_LONGEST]) if said else _NAMELESS
            places |= _ROLES.get(attributes.get("role", ""), 0)
            marked = "articlebody" in attributes.get("itemprop", "").lower()
            style = attributes.get("style")
            hidden = (
                (style is not None and "display:none" in style.replace(" ", "").lower())
                or "hidden" in attributes
                or attributes.get("aria-hidden") == "true"
            )
        if above is None:
            return Surroundings(places, 0, 0, hidden, 0, _FAR, _FAR, marked, names, None)
        found = Surroundings(
            places | above.places,
            above.against + names.against,
            above.favour + (names.favour or marked),
            hidden or above.hidden,
            above.depth + 1,
            0 if names.against else min(_FAR, above.against_near + 1),
            0 if names.favour or marked else min(_FAR, above.favour_near + 1),
            marked or above.marked,
            names,
            above,
        )
        if self._weights is not None:
            found.score = above.score + sum(self._weights[index] for index in names.buckets[2])
        return found
