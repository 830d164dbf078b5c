"""The introduction of an article: as shown apart from its text, else the description that the page declares."""

from __future__ import annotations

from typing import Final, NamedTuple

from mtcrawler.extraction.body.words import words_of
from mtcrawler.extraction.metadata.statements import Statements
from mtcrawler.model.provenance import FieldSource

LABEL: Final = 20
"""Characters of a label before a description."""
SENTENCE: Final = 40
"""Characters of what follows it."""
OPENING: Final = 8
"""Segments of a text in which a description that is its beginning may stand."""
_BAR: Final = " | "
_CUT: Final = ("…", "...")


class Summary(NamedTuple):
    """The introduction, and where it came from."""

    text: str
    source: FieldSource


def summary_of(page: Statements, shown: str | None, opening: str | None) -> Summary | None:
    """What is `shown` where the site is known to show introductions, else the declared description.

    `opening` is the beginning of the text, in small letters and without punctuation, of a page that shows no
    introduction though its site has a place for them: then a description that only repeats it is none, unless there is
    no other text. None where the site has no such place.
    """
    if shown:
        return Summary(shown, "learned")
    said = unlabelled(next(iter(page.descriptions), ""))
    words = words_of(said)
    if said.rstrip(" ])").endswith(_CUT):
        words = words[:-1]  # the cut may go through a word
    repeats = opening and opening.startswith(" ".join(words) + " ")
    return Summary(said, "declared") if said and not repeats else None


def unlabelled(description: str) -> str:
    """A description without a label before a bar, as in "Opinion | The ferry belongs to all"."""
    label, bar, rest = description.partition(_BAR)
    is_labelled = bar and len(label) <= LABEL and len(rest) >= SENTENCE and _BAR not in rest
    return rest if is_labelled else description
