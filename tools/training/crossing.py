"""Cross-validation by host, and the models that come of it: one per fold for measuring, and one of all pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtcrawler.extraction.any_site.confidence import doubt_features
from mtcrawler.extraction.any_site.page_shape import text_features
from mtcrawler.extraction.body.features import VERSION, features_of, lift_of
from mtcrawler.extraction.body.model import LIKELY, OPEN, chosen, second_likelihood, second_rows
from mtcrawler.extraction.body.trees import Trees, likelihood
from tools.training.learning import Arrays, Words, fit_first, fit_second, fit_trees, fit_words
from tools.training.samples import FOLDS, Sample, measured
from tools.training.shingles import Shared

RIGHT: Final = 0.9
"""F1 of a page that is read rightly."""
PLAUSIBLE: Final = 0.45
"""F1 between the set's text and what the words alone make the text, below which the set's is taken for a part."""
KINDS: Final[dict[str | None, float]] = {"listing": 6.0, "collection": 6.0, "product": 0.6}
"""How much pages count that a news site has many of, and that must not pass for articles; those of other kinds 0.4."""
NEWS: Final[dict[str, float]] = {"wcxb-dev": 0.7}
"""How much articles count of a set that has shops' guides and catalogues among them; those of news sets 2."""
Out = tuple[int, ...]
Tell = Callable[[str], None]


class Crossing:
    """Learns from samples; every page is judged by a model that saw no page of its host."""

    def __init__(self, samples: Sequence[Sample], tell: Tell) -> None:
        self.samples, self._tell = samples, tell
        self.pages = [sample for sample in samples if sample.text is not None]
        self.shares: dict[int, Shared] = {}
        self._words: dict[Out, Words] = {}
        self._first: dict[Out, Arrays] = {}

    def learn(self) -> tuple[Arrays, list[Arrays]]:
        """The model of all pages, and the models of the folds."""
        for out in [(), *((fold,) for fold in range(FOLDS)), *combinations(range(FOLDS), 2)]:
            self._words[out] = fit_words([sample for sample in self.pages if sample.fold not in out])
        for sample in self.pages:
            likely = np.flatnonzero(self._words[sample.fold,].scores(sample) > 0).tolist()
            sample.plausible = measured(sample, likely).f1 >= PLAUSIBLE
        self._tell(f"words; {sum(not sample.teaches for sample in self.pages)} pages teach nothing")
        folds = [self._fold(fold) for fold in range(FOLDS)]
        whole = self._model((), self.pages)
        self._tell("all pages")
        for index, sample in enumerate(self.pages):
            self.shares[index] = measured(sample, chosen(sample.page, sample.likely))
        return whole | self._judges(None), [arrays | self._judges(fold) for fold, arrays in enumerate(folds)]

    def _fold(self, fold: int) -> Arrays:
        others = [sample for sample in self.pages if sample.fold != fold]
        arrays = self._model((fold,), others)
        trees = Trees(arrays, "body")
        for sample in self.samples:
            if sample.fold == fold and sample.page.segments:
                scores = self._words[fold,].scores(sample)
                sample.page.lift = lift_of(sample.page, scores)
                rows = features_of(sample.page, scores + sample.page.lift)
                log_odds = Trees(self._first[fold,], "first").log_odds(rows)
                sample.likely = second_likelihood(trees, sample.page, rows, log_odds)
        self._tell(f"fold {fold}")
        return arrays

    def _model(self, out: Out, samples: Sequence[Sample]) -> Arrays:
        """Words, first and second trees; each learns from what was learned before it without the page's own host."""
        unseen = [tuple(sorted({*out, sample.fold})) for sample in samples]
        scores = [self._words[key].scores(sample) for key, sample in zip(unseen, samples, strict=True)]
        rows = [features_of(sample.page, some) for sample, some in zip(samples, scores, strict=True)]
        for key in sorted({out, *unseen} - self._first.keys()):
            inside = [index for index, sample in enumerate(samples) if sample.fold not in key]
            taught = [samples[index] for index in inside]
            self._first[key] = fit_first(taught, [rows[index] for index in inside], [scores[index] for index in inside])
        first = {key: Trees(self._first[key], "first") for key in unseen}
        log_odds = [first[key].log_odds(some) for key, some in zip(unseen, rows, strict=True)]
        pages = [sample.page for sample in samples]
        second = [second_rows(page, some, odds) for page, some, odds in zip(pages, rows, log_odds, strict=True)]
        words = self._words[out]
        return {
            "version": np.array(VERSION),
            "words": words.weights.astype(np.float16),
            "words_start": np.array(words.start),
            **self._first[out],
            **fit_second(samples, second, [odds > OPEN for odds in log_odds]),
        }

    def _judges(self, fold: int | None) -> Arrays:
        """Trees that tell articles from other pages, and right texts from doubtful ones."""
        taught = [sample for sample in self.samples if sample.fold != fold]
        rows = np.array([kind_row(sample) for sample in taught], np.float32)
        right = np.array([sample.text is not None for sample in taught])
        weights = np.array(
            [
                NEWS.get(sample.set_name, 2.0) if sample.text is not None else KINDS.get(sample.kind, 0.4)
                for sample in taught
            ]
        )
        kind = fit_trees(
            "kind", rows, right, weights, trees=150, leaves=8, least=12, rate=0.08, l2=3.0, share=0.25, fits=4
        )
        known = [
            (doubt_features(sample.page, sample.likely), self.shares[index].f1 >= RIGHT)
            for index, sample in enumerate(self.pages)
            if sample.fold != fold and sample.teaches and (sample.likely >= LIKELY).any()
        ]
        doubt_rows = np.array([row for row, _ in known], np.float32)
        doubt_right = np.array([is_right for _, is_right in known])
        return kind | fit_trees("doubt", doubt_rows, doubt_right, trees=80, leaves=3, least=30, rate=0.06)


def kind_row(sample: Sample) -> list[float]:
    """What tells the kind of a page."""
    return sample.stated + text_features(sample.page, sample.likely)


def by_set(samples: Sequence[Sample]) -> Mapping[str, list[int]]:
    """The numbers of the samples of each set."""
    found: dict[str, list[int]] = {}
    for index, sample in enumerate(samples):
        found.setdefault(sample.set_name, []).append(index)
    return found


def probabilities(arrays: Arrays, name: str, rows: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """What these trees make of rows."""
    return likelihood(Trees(arrays, name).log_odds(np.array(rows, np.float32)))
