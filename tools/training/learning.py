"""Fitting: the words' weights, and the trees over the features, as arrays that are evaluated without scikit-learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import SGDClassifier

from mtcrawler.extraction.body.surroundings import BUCKETS
from tools.training.samples import OURS, Sample

Arrays = dict[str, NDArray[Any]]
CERTAIN: Final = -5.0
"""Words' sums below which almost nothing is the article's: of such segments a few are enough to learn from."""
KEPT: Final = 0.12
_SEED: Final = 20


class Words(NamedTuple):
    """The weights of all places, and what every sum starts from."""

    weights: NDArray[np.float32]
    start: float

    def scores(self, sample: Sample) -> NDArray[np.float64]:
        """The sums of the segments of a page."""
        return np.array([self.start + float(self.weights[places].sum()) for places in sample.buckets])


def fit_words(samples: Sequence[Sample]) -> Words:
    """A linear model over the words and names of every segment."""
    taught = [sample for sample in samples if sample.teaches]
    rows = [places for sample in taught for places in sample.buckets]
    flat = np.fromiter((place for places in rows for place in places), np.int32)
    starts = np.concatenate([[0], np.cumsum([len(places) for places in rows])])
    matrix = csr_matrix((np.ones(len(flat), np.float32), flat, starts), shape=(len(rows), BUCKETS))
    matrix.sum_duplicates()
    right, weights = _targets(taught)
    fitted = SGDClassifier(loss="log_loss", alpha=2e-5, average=True, max_iter=6, tol=None, random_state=_SEED)
    fitted.fit(matrix, right, sample_weight=weights)
    return Words(fitted.coef_[0].astype(np.float16).astype(np.float32), float(fitted.intercept_[0]))


def fit_first(
    samples: Sequence[Sample], features: Sequence[NDArray[np.float32]], scores: Sequence[NDArray[np.float64]]
) -> Arrays:
    """Trees that tell an article's segments; `features` and `scores` are those of the samples, in their order."""
    taught = _taught(samples)
    right, weights = _targets([samples[index] for index in taught])
    rows = np.vstack([features[index] for index in taught])
    lost = np.concatenate([scores[index] for index in taught]) < CERTAIN
    lost &= ~right
    keep = ~lost | (np.random.default_rng(_SEED).random(len(right)) < KEPT)
    weights = np.where(lost, weights / KEPT, weights)
    return fit_trees("first", rows[keep], right[keep], weights[keep], trees=60, leaves=20, least=40, rate=0.15)


def fit_second(
    samples: Sequence[Sample], features: Sequence[NDArray[np.float32]], still: Sequence[NDArray[np.bool_]]
) -> Arrays:
    """Trees that tell an article's segments by what the first ones say around them, too; `still` are those in doubt."""
    taught = _taught(samples)
    keep = np.concatenate([still[index] for index in taught])
    right, weights = (values[keep] for values in _targets([samples[index] for index in taught]))
    rows = np.vstack([features[index][still[index]] for index in taught])
    return fit_trees("body", rows, right, weights, trees=120, leaves=20, least=40, rate=0.08, share=0.3)


def _taught(samples: Sequence[Sample]) -> list[int]:
    return [index for index, sample in enumerate(samples) if sample.teaches and len(sample.page.segments)]


def fit_trees(
    name: str,
    rows: NDArray[np.float32],
    right: NDArray[np.bool_],
    weights: NDArray[np.float64] | None = None,
    *,
    trees: int,
    leaves: int,
    least: int,
    rate: float,
    l2: float = 1.0,
    share: float = 0.4,
    fits: int = 1,
) -> Arrays:
    """Trees as the arrays that `Trees` reads, under this name; each node looks at this share of the features.

    Of several fits, which differ by the features that their nodes look at, the mean is taken.
    """
    fitted = [
        HistGradientBoostingClassifier(
            max_iter=trees,
            learning_rate=rate,
            max_leaf_nodes=leaves,
            max_depth=8,
            min_samples_leaf=least,
            l2_regularization=l2,
            max_features=share,
            early_stopping=False,
            random_state=_SEED + number,
        ).fit(rows, right, sample_weight=weights)
        for number in range(fits)
    ]
    return _arrays(name, fitted)


def _arrays(name: str, fitted: Sequence[Any]) -> Arrays:
    """The nodes of the trees of all fits, in the order that puts siblings side by side."""
    feature: list[int] = []
    left: list[int] = []
    roots: list[int] = []
    threshold: list[float] = []
    value: list[float] = []
    deepest = 0
    for (tree,) in (one for fit in fitted for one in fit._predictors):
        nodes = tree.nodes
        deepest = max(deepest, int(nodes["depth"].max()))
        roots.append(len(feature))
        order, at = [0], 0
        place = {0: len(feature)}
        while at < len(order):
            node = nodes[order[at]]
            if not node["is_leaf"]:
                for child in (int(node["left"]), int(node["right"])):
                    place[child] = roots[-1] + len(order)
                    order.append(child)
            at += 1
        for number in order:
            node = nodes[number]
            leaf = bool(node["is_leaf"])
            feature.append(-1 if leaf else int(node["feature_idx"]))
            threshold.append(0.0 if leaf else float(node["num_threshold"]))
            left.append(place[number] if leaf else place[int(node["left"])])
            value.append(float(node["value"]) / len(fitted) if leaf else 0.0)
    return {
        f"{name}_feature": np.array(feature, np.int16),
        f"{name}_threshold": np.array(threshold, np.float32),
        f"{name}_left": np.array(left, np.uint32),
        f"{name}_value": np.array(value, np.float32),
        f"{name}_roots": np.array(roots, np.uint32),
        f"{name}_start": np.array(float(np.ravel(fitted[0]._baseline_prediction)[0])),
        f"{name}_depth": np.array(deepest),
    }


def _targets(samples: Sequence[Sample]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    right = np.concatenate([sample.ours >= OURS for sample in samples])
    weights = np.concatenate([sample.weights for sample in samples])
    return right, np.clip(weights / weights.mean(), 0.02, 30.0)
