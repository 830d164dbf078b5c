"""Gates that are mere lines where a text ends: "The rest of this story is for subscribers."

A line that is a paragraph of the story and tells of more than the text is one only where something else speaks for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from mtcrawler.access.evidence import Gate, Place
from mtcrawler.access.verdict import BOX
from mtcrawler.overlays.observation.facts import Line
from mtcrawler.overlays.observation.lexicon import Lexicon
from mtcrawler.overlays.observation.phrases import words_of
from mtcrawler.overlays.observation.texts import names_the_rest, says_more, speaks_of_the_text

READERS = ("members", "pay", "register")
SENTENCE = re.compile(r"[.!?:;…。！？；]")
BEGS = ("newsletter", "app", "push", "survey")
"""What a last line may ask for that keeps nothing from anybody."""


def closing_gates(
    lines: Iterable[Line], visible: int, lexicon: Lexicon, boxes: Collection[Gate] = ()
) -> Iterator[Gate]:
    """The gates among the last lines of a story of which so many words are to be seen; a line in a box is the box's."""
    said = [" ".join(box.text.split()) for box in boxes if box.place and box.place.inside <= BOX]
    for line in lines:
        if any(line.text in text for text in said):
            continue
        weights = lexicon.weigh(line.text)
        words, topics = weights.of("gate"), weights.of("topic", strong=True)
        begs = any(topics.get(name, 0.0) >= 1 for name in BEGS)
        if not weights.of("gate", strong=True).get("rest") and not speaks_of_the_text(line.text):
            continue  # what is reserved for members may be a lounge
        before = max(visible - len(line.text.split()), 0)
        asks = frozenset[str]().union(*map(lexicon.asks, line.pressed))
        gate = Gate(
            key=line.id,
            text=line.text,
            closing=True,
            told=not line.apart and not _is_of_the_text(line.text, lexicon),
            words=words,
            asks=asks,
            place=Place(before=before),
        )
        if gate.keeps_the_rest and not begs and any(words.get(name, 0.0) > 0 for name in READERS):
            yield gate


def _is_of_the_text(line: str, lexicon: Lexicon) -> bool:
    """Whether a line, or one of its sentences, says whom the text is for and tells of nothing else."""
    return names_the_rest(line) or any(_says_only_that(one, lexicon) for one in SENTENCE.split(line))


def _says_only_that(sentence: str, lexicon: Lexicon) -> bool:
    words = words_of(sentence)
    covered = [False] * len(words)
    gates = set[str]()
    for match in lexicon.matches(words):
        covered[match.start : match.end] = [True] * (match.end - match.start)
        gates.add(match.phrase.sense)
    keeps = "gate:rest" in gates and not gates.isdisjoint(f"gate:{name}" for name in READERS)
    return keeps and not says_more([word for word, known in zip(words, covered, strict=True) if not known])
