"""The text that a page declares of its article: which of the shown segments say the same."""

from __future__ import annotations

from typing import Final, NamedTuple

from mtcrawler.extraction.body.words import words_of

LEAST: Final = 20
"""Words of a declared text; a shorter one is a summary."""
MOST: Final = 30_000
"""Words of it that are looked at."""
RUN: Final = 4
"""Words of a run that two texts have in common."""
_MIDDLING: Final = 0.5  # of a few words that stand somewhere in the text


class Declared(NamedTuple):
    """How many words the declared text has, 0 without one, and of each segment the share that stands in it."""

    words: int
    shares: list[float]


def declared_in(text: str, words: list[list[str]]) -> Declared:
    """What of the segments, given by their words, stands in a declared text."""
    stated = words_of(text)[:MOST]
    if len(stated) < LEAST:
        return Declared(0, [])
    runs = {size: set(_runs(stated, size)) for size in {min(RUN, len(own)) for own in words}}
    shares = []
    for own in words:
        size = min(RUN, len(own))
        found = list(_runs(own, size))
        share = sum(run in runs[size] for run in found) / len(found) if own else 0.0
        shares.append(share if size == RUN else _MIDDLING * share)
    return Declared(len(stated), shares)


def _runs(words: list[str], size: int) -> zip[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(size)), strict=False)
