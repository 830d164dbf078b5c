"""What one page teaches: texts that may turn out to be clutter, where its text stood, and where fields are shown."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, Literal

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.memory.paths import Chains, path_of

Field = Literal["authors", "published_at", "caption", "credit", "summary"]
FIELDS: Final[tuple[Field, ...]] = ("authors", "published_at", "caption", "credit", "summary")

WORDS: Final = 3
"""Words of a text from which its repetition says something."""
LONG: Final = 12
"""Words of a text that two articles share only where they tell the same story, or as clutter."""
DOUBTFUL: Final = 0.3
"""The probability from which a text may be taken for the article's, on this page or on one like it."""
POSSIBLE: Final = 0.03
"""The best probability at a place below which nothing there is ever near to being taken."""
TEXTS: Final = 64
"""Texts of a page that are remembered, the least certain first."""
WEIGHT: Final = 40
"""Words of a segment that count for the place where it stands; a longer one says no more."""
PLACES: Final = 40
"""Places of a page that are remembered."""
DIGITS: Final = 8
"""Hex digits by which a text, an article or a place is known."""
CELLS: Final = frozenset({"td", "th"})
"""Tables say the same in many articles, as their heads do."""


@dataclass(frozen=True)
class Lesson:
    """What a page teaches of its site. Texts, places and the article are known by eight hex digits.

    `places` has the words that were the article's, and all words, by place; `fields` says for each field and path
    whether what stands there is what the page declares.
    """

    article: str
    long: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    container: str = ""
    places: dict[str, tuple[int, int]] = field(default_factory=dict)
    fields: dict[tuple[Field, str], bool] = field(default_factory=dict)


def digest(text: str) -> str:
    """Eight hex digits by which a text is known again."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGITS // 2).hexdigest()


def lesson_of(
    address: str, page: Observation, likely: NDArray[np.float64], chosen: Collection[int], chains: Chains
) -> Lesson:
    """What the article at this canonical address teaches of texts and places.

    `likely` and `chosen` are what the model alone makes of the page, so that nothing confirms itself.
    """
    texts = [
        index
        for index in np.flatnonzero(likely >= DOUBTFUL).tolist()
        if len(page.words[index]) >= WORDS and page.segments[index].element.tag not in CELLS
    ]
    texts.sort(key=lambda index: likely[index])
    kept = sorted(texts[:TEXTS])
    return Lesson(
        digest(address),
        tuple(dict.fromkeys(digest(page.plain[index]) for index in kept if len(page.words[index]) >= LONG)),
        tuple(dict.fromkeys(digest(page.plain[index]) for index in kept if len(page.words[index]) < LONG)),
        _container(page, chosen),
        _places(page, likely, chosen, chains),
    )


def _places(
    page: Observation, likely: NDArray[np.float64], chosen: Collection[int], chains: Chains
) -> dict[str, tuple[int, int]]:
    """The words at each place that holds something possible; hopeless ones count where they stand at such a place."""
    possible = set(np.flatnonzero(likely >= POSSIBLE).tolist())
    names = {_named(page.segments[index].element) for index in possible}
    at: defaultdict[str, list[int]] = defaultdict(list)
    for index, segment in enumerate(page.segments):
        if index in possible or _named(segment.element) in names:
            at[chains.of(segment.element)].append(index)
    found = {}
    for place, there in at.items():
        words = {index: min(WEIGHT, len(page.words[index])) for index in there}
        if (total := sum(words.values())) and not possible.isdisjoint(there):
            found[place] = (sum(words[index] for index in there if index in chosen), total)
    most = sorted(found, key=lambda place: -found[place][1])
    return {place: found[place] for place in most[:PLACES]}


def _named(element: HtmlElement) -> tuple[str, str | None]:
    return element.tag, element.get("class")


def _container(page: Observation, chosen: Iterable[int]) -> str:
    """The path of the element that holds most of the text; "" where there is none."""
    held: Counter[HtmlElement] = Counter()
    for index in chosen:
        held[page.holders[index]] += len(page.words[index])
    return path_of(held.most_common(1)[0][0]) if held else ""
