"""Whether data have a name that says who may read, and leaves anybody out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

MOST: Final = 50_000
"""Names and values of one object that are looked at; one that has more is taken to say so."""
_PAID: Final = re.compile(
    r"paywall|premium|paid|locked|restrict|metered|regwall|subscri|membersonly|membership|contentcode|contenttier|"
    r"audience|visibility|entitle|gated|isaccessible|free|canread|public$|access(?:level|type|tier|policy|status)?$|"
    r"plus$"
)
"""In such names, letters alone. A word more costs a look by the browser; none is what makes an article free."""
_ASSERTS: Final = re.compile(r"isaccessible|free|public|hasaccess|canread|openaccess")
"""Of these names those that have to be true."""
_RESTRICTS: Final = "restrict"
"""In the name of an object that may say that there are no restrictions."""
_OPEN: Final = frozenset("free public everyone open none no false 0 all anonymous unlocked".split())
_TRUE: Final = frozenset("true yes 1 free public open everyone all".split())
_LONGEST: Final = 80  # characters of a name that are looked at


def says_paid(value: Any, levels: int, most: int = MOST) -> bool:
    """Whether an object or a list, or what stands so many levels inside it, says that not all may read."""
    ways = [(value, levels)]
    while ways:
        one, below = ways.pop()
        inside: Iterable[tuple[str, Any]] = one.items() if isinstance(one, Mapping) else (("", each) for each in one)
        for name, inner in inside:
            most -= 1
            if most < 0 or leaves_out(name, inner):
                return True
            if below and isinstance(inner, Mapping | list):
                ways.append((inner, below - 1))
    return False


def leaves_out(name: str, value: Any) -> bool:
    """Whether a name says who may read, and its value does not say that all may."""
    letters = _letters(name[:_LONGEST]) if name else ""
    return bool(letters) and not _is_open(letters, value)


@lru_cache(4096)
def _letters(name: str) -> str:
    """The letters of a name that says who may read; of another one none."""
    letters = "".join(filter(str.isalpha, name.lower()))
    return letters if _PAID.search(letters) else ""


def _is_open(letters: str, value: Any) -> bool:
    if _ASSERTS.search(letters):
        return _word(value) in _TRUE
    if isinstance(value, Mapping) and _RESTRICTS in letters:
        return all(not isinstance(one, Mapping | list) and _is_open(letters, one) for one in value.values())
    if isinstance(value, Mapping | list) or value is None:
        return not value
    return not (word := _word(value)) or word in _OPEN


def _word(value: Any) -> str:
    """As in `https://schema.org/True`, which is true."""
    return "" if isinstance(value, Mapping | list) else str(value).strip().rpartition("/")[2].lower()
