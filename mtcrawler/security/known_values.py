"""Known texts to be found in others: in time that grows with the text, not with the number of known ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple


class Needle(NamedTuple):
    """A text to find; the first `keep` characters of it stay where it is replaced."""

    text: str
    keep: int = 0


LONG: Final = 20
"""Characters; a needle so long is found wherever it stands, a shorter one, or one that is kept in part, only where no
word goes on around it."""
SHORTEST: Final = 8
_ESCAPE = re.compile(r"(?:%[0-9A-Fa-f]{2}|\\[nrtbf]|\\u[0-9A-Fa-f]{4})\Z")
"""A sign written as letters and digits that are no part of a word."""


class Needles:
    """Replaces needles; those below SHORTEST characters are not looked for.

    Only every fifth (or tenth) place of a text is looked up in a table: a needle of n characters covers at least one
    stretch of g characters that begins at a multiple of s when n ≥ g + s - 1, and the table has every such stretch.
    """

    def __init__(self, needles: Iterable[Needle]) -> None:
        known = sorted(set(needles), key=lambda one: (-len(one.text), one))
        long = [one for one in known if len(one.text) >= LONG and not one.keep]
        short = [one for one in known if len(one.text) >= SHORTEST and (one.keep or len(one.text) < LONG)]
        self._tables = [
            _Table(some, step, whole)
            for some, step, whole in ((long, LONG // 2, False), (short, SHORTEST // 2, True))
            if some
        ]

    def replace(self, text: str, by: str) -> str:
        """The text with `by` in the place of every needle; where needles overlap they are replaced as one."""
        spans = sorted(span for table in self._tables for span in table.spans(text))
        if not spans:
            return text
        parts, done = [], 0
        for begin, end in spans:
            if begin >= done:
                parts += [text[done:begin], by]
            done = max(done, end)
        return "".join([*parts, text[done:]])


class _Table:
    """Needles of one kind by their stretches of `step` characters; `whole` ones must not go on as a word."""

    def __init__(self, needles: Iterable[Needle], step: int, whole: bool) -> None:
        self._step, self._whole = step, whole
        self._places: dict[str, list[tuple[int, Needle]]] = {}
        for needle in needles:
            for offset in range(step):
                self._places.setdefault(needle.text[offset : offset + step], []).append((offset, needle))

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Where needles stand, without what is kept of them; one cut off by the end of the text is found, too."""
        step, places = self._step, self._places
        for at in range(0, len(text) - step + 1, step):
            for offset, needle in places.get(text[at : at + step], ()):
                begin = at - offset
                if begin >= 0 and self._stands(needle.text, text, begin):
                    yield begin + needle.keep, min(begin + len(needle.text), len(text))

    def _stands(self, needle: str, text: str, begin: int) -> bool:
        end = begin + len(needle)
        if not self._whole and end > len(text) >= begin + LONG:
            return needle.startswith(text[begin:])
        if not text.startswith(needle, begin):
            return False
        if not self._whole or not (text[begin - 1 : begin].isalnum() or text[end : end + 1].isalnum()):
            return True
        return not text[end : end + 1].isalnum() and _ESCAPE.search(text[max(0, begin - 6) : begin]) is not None
