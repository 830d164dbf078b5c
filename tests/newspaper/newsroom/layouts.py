"""Layouts: the ways a story's sentences are cut into blocks, so that every block type occurs again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.newspaper import blocks as b
from tests.newspaper.newsroom.embeds import EMBEDS
from tests.newspaper.story import Photo

if TYPE_CHECKING:
    from tests.newspaper.newsroom.writing import Topic, Writer


def photo(writer: Writer, topic: Topic, *, bare: bool = False) -> Photo:
    """A picture on the subject; a bare one has neither caption nor credit."""
    file = f"{writer.rng.randrange(256):02x}/{topic.name}-{writer.rng.randrange(10_000):04}.jpg"
    if bare:
        return Photo(file)
    return Photo(file, writer.fill(writer.rng.choice(topic.captions)), writer.rng.choice(writer.words["credit"]))


@dataclass(frozen=True)
class Copy:
    """A story's text before it is laid out: opening, at least three sentences for the middle, and the last two."""

    writer: Writer
    topic: Topic
    index: int
    opening: b.Html
    middle: tuple[str, ...]
    last: tuple[str, ...]

    @property
    def speaker(self) -> str:
        """Somebody to quote."""
        return self.writer.rng.choice(self.writer.words["who"])

    @property
    def embed(self) -> b.Foreign:
        """One of the things other sites show; all of them come around."""
        return EMBEDS[self.index % len(EMBEDS)]

    @property
    def ending(self) -> b.Html:
        """The last block."""
        return b.html(*self.last)


Layout = Callable[[Copy], tuple[b.Block, ...]]


def _slides(copy: Copy) -> tuple[b.Block, ...]:
    shots = tuple(photo(copy.writer, copy.topic, bare=number == 2) for number in range(3))
    return (b.html(*copy.middle), b.Slides(shots), copy.ending)


def _list(copy: Copy) -> tuple[b.Block, ...]:
    first, second, third, *_ = copy.middle
    bullets = b.Bullets((second, b.Bullets((third,)), copy.last[0]), ordered=copy.index % 28 == 8)
    return (b.Html((b.Subhead(3, copy.topic.tags[0]), b.Para(first), bullets)), copy.ending)


def _table(copy: Copy) -> tuple[b.Block, ...]:
    fill = copy.writer.fill
    rows = tuple((str(year), fill("{k}"), fill("{pct}%")) for year in range(2022, 2026))
    return (b.Html((b.Cells(rows, ("", "A", "B")), *b.html(*copy.middle).pieces)), copy.ending)


def _cited(copy: Copy) -> tuple[b.Block, ...]:
    first, second, *_ = copy.middle
    return (b.Html((b.Cited(first, copy.speaker if copy.index % 3 else ""), b.Loose(second))), copy.ending)


def _linked_photo(copy: Copy) -> tuple[b.Block, ...]:
    shot = replace(photo(copy.writer, copy.topic), credit="")
    return (b.html(*copy.middle), b.Picture(shot, "www.example.org/more"), copy.embed, copy.ending)


LAYOUTS: tuple[Layout, ...] = (
    lambda copy: (b.html(*copy.middle, *copy.last),),
    lambda copy: (b.Related(), b.html(*copy.middle), copy.ending),
    lambda copy: (b.Picture(photo(copy.writer, copy.topic)), b.html(*copy.middle), copy.ending),
    lambda copy: (
        b.Header(copy.topic.tags[0]),
        b.html(*copy.middle),
        b.PullQuote(copy.middle[0], copy.speaker),
        copy.ending,
    ),
    lambda copy: (b.Box(copy.middle[:2]), b.html(*copy.middle[2:]), copy.ending),
    _slides,
    lambda copy: (copy.embed, b.html(*copy.middle), copy.ending),
    lambda copy: (
        b.Pointer("https://www.themoscowtimes.com/page/about", copy.topic.tags[-1], copy.middle[0]),
        b.html(*copy.middle),
        copy.ending,
    ),
    _list,
    _table,
    _cited,
    lambda copy: (
        b.PullQuote(copy.middle[0]),
        b.Related(),
        b.html(*copy.middle[1:]),
        b.Header(copy.topic.tags[-1]),
        copy.ending,
    ),
    lambda copy: (
        b.Signup(),
        b.Html((b.Boxed(copy.middle[0]), *b.html(*copy.middle[1:]).pieces)),
        copy.ending,
    ),
    _linked_photo,
)


def laid_out(copy: Copy) -> tuple[b.Block, ...]:
    """The story's blocks; the very first layout keeps everything in one block."""
    layout = copy.index % len(LAYOUTS)
    rest = LAYOUTS[layout](copy)
    if layout == 0 and isinstance(rest[0], b.Html):
        return (b.Html((*copy.opening.pieces, *rest[0].pieces)),)
    return (copy.opening, *rest)
