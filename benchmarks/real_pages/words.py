"""How much of a text stands in another, in words: by runs of six; where words have no gaps a character is one."""

from __future__ import annotations

import re
import unicodedata

RUN = 6
_WORD = re.compile(r"\w+")
_GAPLESS = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f])")


def words(text: str) -> list[str]:
    """The words, lower-case; Chinese, Japanese and Thai characters are words of their own."""
    return _WORD.findall(_GAPLESS.sub(r" \1 ", unicodedata.normalize("NFKC", text).casefold()))


def runs(text: str) -> frozenset[tuple[str, ...]]:
    """Every run of words of a text; a shorter text is one run."""
    found = words(text)
    return (
        frozenset(tuple(found[at : at + RUN]) for at in range(max(len(found) - RUN + 1, 1))) if found else frozenset()
    )


def shared(truth: str, text: str) -> frozenset[tuple[str, ...]]:
    """The runs of the truth that stand in the text."""
    return runs(truth) & runs(text)
