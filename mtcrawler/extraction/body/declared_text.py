"""The text that a page declares of its article: which of the shown segments say the same."""

from __future__ import annotations

from typing import Final, NamedTuple

from mtcrawler.extraction.body.words import words_of

LEAST: Final = 20
"""Words of a declared text; a shorter one is a summary."""
MOST: Final = 30_000
"""Words of it that are looked at."""
_MIDDLING: Final = 0.5  # of a few words that stand somewhere in the text


class Declared(NamedTuple):
    """How many words the declared text has, 0 without one, and of each segment the share that stands in it."""

    words: int
    shares: list[float]


def declared_in(text: str, words: list[list[str]], plain: list[str]) -> Declared:
    """What of the segments, given by their words and as plain texts, stands in a declared text."""
    stated = words_of(text)[:MOST]
    if len(stated) < LEAST:
        return Declared(0, [])
    runs, running = set(_runs(stated)), f" {' '.join(stated)} "
    shares = []
    for own, line in zip(words, plain, strict=True):
        if len(own) >= 4:
            found = list(_runs(own))
            shares.append(sum(run in runs for run in found) / len(found))
        else:
            shares.append(_MIDDLING if own and f" {line} " in running else 0.0)
    return Declared(len(stated), shares)


def _runs(words: list[str]) -> zip[tuple[str, ...]]:
    return zip(words, words[1:], words[2:], words[3:], strict=False)
