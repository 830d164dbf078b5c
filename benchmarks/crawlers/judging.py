"""What a crawler stored, held against the truth of the newspaper, with one measure for all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from benchmarks.crawlers.tools.task import Answer
from tools.training.shingles import shared

ENOUGH: Final = 0.9
"""F1 from which a text counts as right, over runs of four words."""


@dataclass(frozen=True)
class Verdict:
    """How many stories were found, of how many of them each field is right, and how much else was stored.

    `exact` texts have the words of the truth and no other; `text` counts those with an F1 of 0.9 or more. An article
    is `right` if its text, headline and day are; `whole` if its authors and its picture are, too. `f1` is the sum over
    the texts.
    """

    found: int = 0
    exact: int = 0
    text: int = 0
    headline: int = 0
    day: int = 0
    authors: int = 0
    image: int = 0
    right: int = 0
    whole: int = 0
    junk: int = 0
    f1: float = 0.0

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(**{name: value + vars(other)[name] for name, value in vars(self).items()})


def judged(answers: Iterable[Answer], truth: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """The verdict on what was stored; `truth` has the record of each story by its address.

    What is stored under one address several times counts once, and what is not the address of a story is junk.
    """
    stored = {bare(answer.url): answer for answer in answers}
    total = Verdict()
    for url, answer in stored.items():
        total += _one(answer, truth[url]) if url in truth else Verdict(junk=1)
    return total


def bare(url: str) -> str:
    """An address without query and fragment, and without a slash at its end."""
    return url.partition("#")[0].partition("?")[0].rstrip("/")


def _one(answer: Answer, truth: Mapping[str, Any]) -> Verdict:
    said, meant = _spaced(answer.text), _spaced(truth["text"])
    f1 = shared(meant, said).f1 if meant or said else 1.0
    text = f1 >= ENOUGH
    headline = _spaced(answer.headline) == _spaced(truth["headline"])
    day = (answer.published or "")[:10] in _days(truth["published_at"])
    authors = {_spaced(name).casefold() for name in answer.authors} == {
        _spaced(author["name"]).casefold() for author in truth["authors"]
    }
    image = _file(answer.image) == _file(truth["image"] and truth["image"]["url"])
    right = text and headline and day
    return Verdict(
        1, said == meant, text, headline, day, authors, image, right=right, whole=right and authors and image, f1=f1
    )


def _spaced(text: str | None) -> str:
    return " ".join((text or "").split())


def _days(moment: str) -> set[str]:
    """The day where the newspaper is, and the one that it was in London: some crawlers tell times in UTC."""
    time = datetime.fromisoformat(moment)
    return {time.date().isoformat(), time.astimezone(UTC).date().isoformat()}


def _file(url: str | None) -> str:
    """A picture by its file: the newspaper has it in many sizes."""
    return bare(url or "").rpartition("/")[2]
