"""How sure the extractor is that headline and text are the article's, whole and alone."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mtcrawler.extraction.body.model import LIKELY, Model
from mtcrawler.extraction.body.observation import Observation

CAUTIOUS: Final = ((0.0, 0.0), (0.8, 0.8), (0.97, 0.9), (1.0, 1.0))
"""The model's probability, and what is said for it. From 0.8 on less is said: who asks for 0.9 asks to be sure."""


def confidence_of(seen: Observation, likely: NDArray[np.float64], model: Model) -> float:
    """How likely the text shares nine tenths of its words with the article's: from 0 to 1, to two places, cautious."""
    if not len(likely) or not (likely >= LIKELY).any():
        return 0.0
    return cautious(model.reliability(doubt_features(seen, likely)))


def cautious(probability: float) -> float:
    """What is said for a probability that the model gives, to two places and never rounded up."""
    given, said = zip(*CAUTIOUS, strict=True)
    return math.floor(100 * float(np.interp(probability, given, said)) + 1e-9) / 100


def doubt_features(seen: Observation, likely: NDArray[np.float64]) -> list[float]:
    """What there is to doubt, as numbers."""
    sizes = np.array([max(1, len(words)) for words in seen.words], np.float64)
    sure, taken = likely >= 0.9, likely >= LIKELY
    total = max(1.0, float(sizes[taken].sum()))
    at = np.flatnonzero(taken)
    inside = slice(at[0], at[-1] + 1)
    gaps = ~taken[inside]
    runs = np.diff(np.concatenate([[0], taken.astype(int), [0]]))
    doubtful = np.minimum(likely, 1 - likely)
    return [
        float(np.log1p(total)),
        float(len(at)),
        float((sizes * doubtful)[taken].sum() / total),
        float((sizes * doubtful)[~taken].sum() / total),
        float(sizes[(likely > 0.1) & ~taken].sum() / total),
        float(sizes[(likely < 0.8) & taken].sum() / total),
        float(sizes[sure].sum() / total),
        float(sizes[inside][gaps].sum() / total),
        float((runs > 0).sum()),
        float(sizes.sum() / total),
        float(likely[at[0]]),
        float(likely[at[-1]]),
        float(sizes[at].max() / total),
        float(np.sort(likely[taken])[: max(1, len(at) // 10)].mean()),
        float(seen.headline >= 0 and 0 <= at[0] - seen.headline < 15),
        float(len(seen.segments)),
    ]
