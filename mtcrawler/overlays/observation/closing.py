"""Gates that are mere lines where a text ends: "The rest of this story is for subscribers.", and nothing to press."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from mtcrawler.access.evidence import Gate, Place
from mtcrawler.access.verdict import BOX
from mtcrawler.overlays.observation.facts import Line
from mtcrawler.overlays.observation.lexicon import Lexicon
from mtcrawler.overlays.observation.texts import speaks_of_the_text

READERS = ("members", "pay", "register")
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
        gate = Gate(key=line.id, text=line.text, closing=True, words=words, place=Place(before=before))
        if gate.keeps_the_rest and not begs and any(words.get(name, 0.0) > 0 for name in READERS):
            yield gate
