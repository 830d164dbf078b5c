"""Laws of the language of a text: how much of it is read."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any

import pytest

from mtcrawler.extraction.language import detection
from mtcrawler.extraction.language.model import read_model

ENGLISH = "The river froze earlier than usual, and the ferries no longer run between its banks this winter. "
GERMAN = "Der Fluss ist früher als sonst zugefroren, und die Fähren fahren diesen Winter nicht mehr. "


@pytest.mark.parametrize(
    ("text", "claim", "language", "samples"),
    [
        (ENGLISH * 20, "en-GB", "en-GB", [detection.FIRST]),
        (ENGLISH * 20, "de", "en", [detection.FIRST, detection.SAMPLE]),
        (GERMAN * 20, None, "de", [detection.FIRST, detection.SAMPLE]),
        (ENGLISH * 3 + GERMAN * 20, "de", "de", [detection.FIRST, detection.SAMPLE]),
    ],
)
def test_only_a_claim_that_the_beginning_does_not_bear_out_is_held_against_more(
    text: str, claim: str | None, language: str, samples: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first sentences are in the language that the page claims, no more of the text is looked at."""
    model, asked = read_model().result(), list[int]()

    class Counting:
        def classify(self, sample: str) -> Any:
            asked.append(len(sample))
            return model.classify(sample)

    counting: Future[Any] = Future()
    counting.set_result(Counting())
    monkeypatch.setattr(detection, "read_model", lambda: counting)
    assert (detection.language_of(text, claim), asked) == (language, samples)
