"""The learned model of what is an article's text: its weights, and what it makes of a page."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.features import VERSION, features_of
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.body.trees import Trees, likelihood
from mtcrawler.extraction.body.words import name_score, text_buckets

WEIGHTS: Final = Path(__file__).parent / "weights.npz"
LIKELY: Final = 0.55
"""The probability from which a segment is taken for the article's."""
REPEATED: Final = 6
"""Words of a segment that is said once, however often it stands on a page."""


class Model:
    """What was learned: the weights of words and names, and the trees over the features."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        if int(arrays["version"]) != VERSION:
            raise ValueError(f"weights of features {int(arrays['version'])} do not fit features {VERSION}: make train")
        self.words: list[float] = arrays["words"].astype(np.float64).tolist()
        self._start = float(arrays["words_start"])
        self._body, self._kind, self._doubt = (Trees(arrays, name) for name in ("body", "kind", "doubt"))

    def observe(
        self,
        root: HtmlElement,
        titles: Iterable[str],
        descriptions: Iterable[str],
        withheld: Container[HtmlElement] = frozenset(),
    ) -> Observation:
        """The page as this model looks at it."""
        return Observation(root, titles, descriptions, self.words, withheld)

    def scores(self, page: Observation) -> NDArray[np.float64]:
        """The sums of the words' weights, one a segment."""
        weights = self.words
        return np.array(
            [
                self._start
                + sum(weights[index] for index in text_buckets(segment, words))
                + name_score(around, weights)
                for segment, words, around in zip(page.segments, page.words, page.around, strict=True)
            ]
        )

    def likely(self, page: Observation) -> NDArray[np.float64]:
        """The probability of each segment that it is the article's."""
        if not page.segments:
            return np.zeros(0)
        return likelihood(self._body.log_odds(features_of(page, self.scores(page))))

    def article_likelihood(self, features: Sequence[float]) -> float:
        """The probability that a page with these features is an article."""
        return _one(self._kind, features)

    def reliability(self, features: Sequence[float]) -> float:
        """The probability that a text with these reasons for doubt is right."""
        return _one(self._doubt, features)


def _one(trees: Trees, features: Sequence[float]) -> float:
    return float(likelihood(trees.log_odds(np.array([features], np.float32)))[0])


@cache
def shipped() -> Model:
    """The model that comes with this version."""
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        return Model(dict(arrays))


def chosen(page: Observation, likely: NDArray[np.float64], threshold: float = LIKELY) -> list[int]:
    """The numbers of the segments that are the article's text, the headline and repetitions left out."""
    said: set[str] = set()
    found = []
    for index in np.flatnonzero(likely >= threshold).tolist():
        plain = page.plain[index]
        if index == page.headline and plain in page.titles:
            continue
        if len(page.words[index]) >= REPEATED:
            if plain in said:
                continue
            said.add(plain)
        found.append(index)
    return found
