"""A page of a set as the model learns from it: its segments without their page, and which of them are the article's."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np
from lxml.html import HtmlElement
from numpy.typing import NDArray

from mtcrawler.extraction.any_site.page_kind import stated_features
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.body.words import name_buckets, text_buckets, words_of
from mtcrawler.extraction.metadata.statements import Statements
from mtcrawler.markup.document import parsed
from tools.training.shingles import Shared, shared, shingles

FOLDS: Final = 4
OURS: Final = 0.5
"""The share of a segment's words in the article's text from which it is the article's."""
MIDDLING: Final = 0.6  # of two or three words that stand somewhere in the text
LONG: Final = 80  # words: a longer segment counts no more than one so long
LEAST: Final = 30.0
OUR_CONVENTION: Final = {"ff-dev": 3.0}
"""The set whose idea of what a body is comes nearest to ours, and by how much more it counts."""
_SECOND_LEVEL: Final = frozenset("co com org net gov ac or ne edu".split())


class Node:
    """What of an element the features look at, without the page that it stands in."""

    __slots__ = ("_above", "_names", "_size", "tag")

    def __init__(self, tag: str, names: str | None, size: int, above: Node | None) -> None:
        self.tag, self._names, self._size, self._above = tag, names, size, above

    def getparent(self) -> Node | None:
        """The element around it."""
        return self._above

    def iterancestors(self) -> Iterator[Node]:
        """The elements around it, from within."""
        above = self._above
        while above is not None:
            yield above
            above = above._above

    def get(self, name: str) -> str | None:
        """Its class; no other attribute is known of it."""
        return self._names if name == "class" else None

    def __len__(self) -> int:
        return self._size


@dataclass(eq=False)
class Sample:
    """One page: `ours` is per segment the share of its words in the article, `buckets` the places of its words."""

    set_name: str
    ident: str
    host: str
    text: str | None
    page: Observation
    stated: list[float]
    buckets: list[list[int]]
    ours: NDArray[np.float64]
    best: float
    likely: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    kind: str | None = None
    """What sort of page it is, of one that is no article."""
    plausible: bool = True
    """Whether the set's text is about what the words of the page alone make its text; some sets have a part of it."""

    @property
    def fold(self) -> int:
        """In which part of the hosts it is."""
        return fold_of(self.host)

    @property
    def teaches(self) -> bool:
        """Whether the segments can make up the text at all: where not, the set has another text than the page."""
        return self.text is not None and self.best >= 0.75 and self.plausible

    @property
    def weights(self) -> NDArray[np.float64]:
        """How much each segment counts: by its length, and every page as much as another."""
        sizes = np.minimum([len(words) for words in self.page.words], LONG) ** 0.7
        return OUR_CONVENTION.get(self.set_name, 1.0) * np.asarray(
            sizes / max(LEAST, float(sizes[self.ours >= OURS].sum()))
        )


def host_of(url: str) -> str:
    """The domain that an address belongs to, without names below it."""
    parts = (urlsplit(url).hostname or url).split(".")
    return ".".join(parts[-3:] if len(parts) > 2 and parts[-2] in _SECOND_LEVEL else parts[-2:])


def fold_of(host: str) -> int:
    """In which part of the hosts a host is."""
    return int(sha256(host.encode()).hexdigest(), 16) % FOLDS


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """The pages of a set as they stand in its file."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def samples_of(path: Path) -> Iterator[Sample]:
    """The pages of a set."""
    for row in rows_of(path):
        statements = Statements(parsed(row["html"]), row["url"])
        page = Observation(statements.root, statements.titles, statements.descriptions, declared=statements.text)
        buckets = [
            text_buckets(segment, words) + name_buckets(around)
            for segment, words, around in zip(page.segments, page.words, page.around, strict=True)
        ]
        text = row.get("text")
        ours = _ours(page, text or "")
        best = shared(text or "", joined(page, np.flatnonzero(ours >= OURS).tolist())).f1
        _detach(page)
        yield Sample(
            path.name.partition(".")[0],
            row["id"],
            host_of(row["url"] or row["id"]),
            text,
            page,
            stated_features(statements),
            buckets,
            ours,
            best,
            kind=row.get("kind"),
        )


def joined(page: Observation, chosen: list[int]) -> str:
    """The text of these segments, those that say the same said once."""
    said: dict[object, str] = {}
    for index in chosen:
        said.setdefault(page.plain[index] if len(page.words[index]) >= 6 else index, page.segments[index].text)
    return "\n".join(said.values())


def measured(sample: Sample, chosen: list[int]) -> Shared:
    """What the text of these segments shares with the article's."""
    return shared(sample.text or "", joined(sample.page, chosen))


def _ours(page: Observation, text: str) -> NDArray[np.float64]:
    """Of each segment the share of its words that stand in the article's text."""
    lines = [words_of(line) for line in text.split("\n")]
    whole = {" ".join(words) for words in lines if words}
    flat = [word for words in lines for word in words]
    runs, running = set(shingles(flat)), f" {' '.join(flat)} "
    found = np.zeros(len(page.segments))
    for index, (words, plain) in enumerate(zip(page.words, page.plain, strict=True)):
        if plain in whole and plain:
            found[index] = 1.0
        elif len(words) >= 4:
            own = shingles(words)
            found[index] = sum(run in runs for run in own) / len(own)
        elif len(words) > 1 and f" {plain} " in running:
            found[index] = MIDDLING
    return found


def _detach(page: Observation) -> None:
    """Put nodes in the place of elements, so that a thousand pages have room."""
    known: dict[HtmlElement, Node] = {}

    def node(element: HtmlElement) -> Node:
        way = [element]
        for above in element.iterancestors():
            if above in known:
                break
            way.append(above)
        if element not in known:
            outer = way[-1].getparent()
            last = known[outer] if outer is not None else None
            for one in reversed(way):
                last = known[one] = Node(one.tag, one.get("class"), len(one), last)
        return known[element]

    page.holders = [node(holder) for holder in page.holders]
    for segment in page.segments:
        segment.element = node(segment.element)
    page.media = []
