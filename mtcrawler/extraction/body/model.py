"""The learned model of what is an article's text: its weights, and what it makes of a page."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.body.clues import NO_LETTERS, SENTENCE
from mtcrawler.extraction.body.context import context_of
from mtcrawler.extraction.body.features import VERSION, features_of, lift_of
from mtcrawler.extraction.body.neighbours import Matrix
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.body.trees import Trees, likelihood
from mtcrawler.extraction.body.words import name_score, text_buckets

WEIGHTS: Final = Path(__file__).parent / "weights.npz"
LIKELY: Final = 0.55
"""The probability from which a segment is taken for the article's."""
OPEN: Final = -4.0
"""The log odds of the first trees up to which a segment is none of the article's, whatever stands around it."""
OFFERS: Final = 2
"""Different texts that one flow says more than twice and that are clutter."""
REPEATED: Final = 6
"""Words of a segment that is said once, however often it stands on a page."""
DOUBTFUL: Final = 0.2
"""The probability up to which the model is sure that a segment is none of the article's."""
BETWEEN: Final = 3
SPOKEN: Final = 12
"""Paragraphs between two of the article's that are asked for, and words that each has at least."""
LABEL: Final = 3
"""Words of what may stand at a block of code and is no text beside it: its language, "Copy"."""


class Model:
    """What was learned: the weights of words and names, and two sets of trees over the features, one after the other.

    The second trees know, too, what the first ones make of the segments around each.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        if int(arrays["version"]) != VERSION:
            raise ValueError(f"weights of features {int(arrays['version'])} do not fit features {VERSION}: make train")
        self.words: list[float] = arrays["words"].astype(np.float64).tolist()
        self._start = float(arrays["words_start"])
        self._first, self._body = (Trees(arrays, name) for name in ("first", "body"))
        self._kind, self._doubt = (Trees(arrays, name) for name in ("kind", "doubt"))

    def observe(
        self,
        root: HtmlElement,
        titles: Iterable[str],
        descriptions: Iterable[str],
        withheld: Container[HtmlElement] = frozenset(),
        declared: str = "",
    ) -> Observation:
        """The page as this model looks at it."""
        return Observation(root, titles, descriptions, self.words, withheld, declared)

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
        scores = self.scores(page)
        page.lift = lift_of(page, scores)
        rows = features_of(page, scores + page.lift)
        return second_likelihood(self._body, page, rows, self._first.log_odds(rows))

    def article_likelihood(self, features: Sequence[float]) -> float:
        """The probability that a page with these features is an article."""
        return _one(self._kind, features)

    def reliability(self, features: Sequence[float]) -> float:
        """The probability that a text with these reasons for doubt is right."""
        return _one(self._doubt, features)


def second_likelihood(
    trees: Trees, page: Observation, rows: Matrix, log_odds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The probabilities of the segments by the second trees; `rows` and `log_odds` are of the first ones."""
    found = likelihood(log_odds)
    still = log_odds > OPEN
    if still.any():
        found[still] = likelihood(trees.log_odds(second_rows(page, rows, log_odds)[still]))
    return found


def second_rows(page: Observation, rows: Matrix, log_odds: NDArray[np.float64]) -> Matrix:
    """The features for the second trees, of all segments."""
    return np.hstack([rows, context_of(page, log_odds)])


def _one(trees: Trees, features: Sequence[float]) -> float:
    return float(likelihood(trees.log_odds(np.array([features], np.float32)))[0])


@cache
def shipped() -> Model:
    """The model that comes with this version."""
    with np.load(WEIGHTS, allow_pickle=False) as arrays:
        return Model(dict(arrays))


def chosen(page: Observation, likely: NDArray[np.float64], threshold: float = LIKELY) -> list[int]:
    """The numbers of the segments that are the article's text, the headline and repetitions left out.

    What one flow says twice it says twice: twins for another screen stand elsewhere. What it says more often is
    clutter, and stays once, unless it asks something, is an item of a list, or many texts return, as in plans and
    forms. A quotation that repeats a paragraph is a pull quote. Of a heading and a text that say the same the text
    stays. Code between two of the article's texts is the article's, and so is a paragraph between two that are marked
    as it is, unless the model is sure that it is none.
    """
    said: dict[tuple[str, bool], int] = {}
    again: dict[int, list[int]] = {}
    texts = _with_alike(np.flatnonzero(likely >= threshold).tolist(), page, likely)
    found = dict.fromkeys(_with_code(texts, page))
    if page.headline in found and page.plain[page.headline] in page.titles:
        del found[page.headline]
    for index in list(found):
        if len(page.words[index]) < REPEATED:
            continue
        key = page.plain[index], page.is_quoted(index)
        first = said.setdefault(key, index)
        if first == index:
            continue
        if page.are_in_one_flow(first, index):
            again.setdefault(first, []).append(index)
        elif page.is_heading(first) and not page.is_heading(index):
            found.pop(first, None)
            said[key] = index
        else:
            del found[index]
    returning = [others for others in again.values() if len(others) > 1 and not page.may_return(others[0])]
    for others in returning if len(returning) <= OFFERS else ():
        for index in others:
            if not page.may_return(index):
                del found[index]
    return list(found)


def _with_alike(found: list[int], page: Observation, likely: NDArray[np.float64]) -> list[int]:
    """`found`, numbers of segments, and the sentences between paragraphs beside them that have the same class."""
    alike = list[int]()
    for before, after in pairwise(found):
        if 1 < after - before <= BETWEEN + 1 and _marks(page, before) == _marks(page, after):
            between = range(before + 1, after)
            alike += [one for one in between if likely[one] >= DOUBTFUL and _marks(page, one) == _marks(page, before)]
    told = (one for one in alike if len(page.words[one]) >= SPOKEN and SENTENCE.search(page.segments[one].text))
    return sorted([*found, *(one for one in told if page.segments[one].element.tag == "p")])


def _marks(page: Observation, index: int) -> tuple[HtmlElement | None, str, str | None]:
    """The element that a segment stands in, its own tag and its class."""
    element = page.segments[index].element
    return element.getparent(), str(element.tag), element.get("class")


def _with_code(found: list[int], page: Observation) -> list[int]:
    """`found`, numbers of segments, and the code between them: to the model, which sees little of it, it is no text."""
    if not found:
        return found
    taken, last, waiting = set(found), False, list[int]()
    for index in range(found[0], found[-1] + 1):
        if page.is_code(index):
            waiting.append(index)
        elif index in taken or len(page.words[index]) > LABEL:
            if last and index in taken:
                taken.update(one for one in waiting if NO_LETTERS.fullmatch(page.segments[one].text) is None)
            last, waiting = index in taken, []
    return sorted(taken)
