"""What became of each line of a page: which field of the article it is in, or that it was left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from mtcrawler.model.article import Block, Image, ImageBlock, Post
from mtcrawler.model.reading import Reading

ENOUGH: Final = 4
"""Words of a line from which it may be a part of a longer one; a shorter one has to be a whole line of its field."""


BYLINE: Final = 200
"""Characters of a line that may be a byline."""


class PageLine(NamedTuple):
    """A line of the page, in page order. `field` is where it went; "" where it was left out."""

    text: str
    field: str


def verdicts(html: str, reading: Reading) -> list[PageLine]:
    """Each line of the page as it was read, with what became of it."""
    from mtcrawler.extraction.body.segments import segments_of  # noqa: PLC0415 - other commands do without these
    from mtcrawler.extraction.body.words import words_of  # noqa: PLC0415
    from mtcrawler.extraction.handmade.signed_lines import of_names  # noqa: PLC0415
    from mtcrawler.extraction.metadata.names import names_in  # noqa: PLC0415
    from mtcrawler.markup.document import parsed  # noqa: PLC0415

    fields = {name: _Words(texts) for name, texts in _texts_of(reading).items()}
    signed = {name.casefold() for name in reading.byline}
    found = []
    for segment in segments_of(parsed(html)).texts:
        words = words_of(segment.text)
        held = next((name for name, field in fields.items() if words and field.holds(words)), "")
        if not held and len(segment.text) <= BYLINE:
            # A byline says more than the names: a role, a paper, a day.
            lines = segment.text.split("\n")
            named = [one.casefold() for line in lines for one in names_in([line])]
            if not signed.isdisjoint(named) or any(of_names(line, reading.byline) for line in lines):
                held = "authors"
        found.append(PageLine(segment.text, held))
    return found


class _Words:
    """The words of a field's lines."""

    def __init__(self, texts: Iterable[str]) -> None:
        from mtcrawler.extraction.body.words import words_of  # noqa: PLC0415 - as above

        lines = [" ".join(words) for text in texts for line in text.split("\n") if (words := words_of(line))]
        self._lines, self._running = set(lines), f" {' '.join(lines)} "

    def holds(self, words: list[str]) -> bool:
        """Whether these words are one of its lines, or stand in them where they are enough."""
        plain = " ".join(words)
        return plain in self._lines or (len(words) >= ENOUGH and f" {plain} " in self._running)


def _texts_of(reading: Reading) -> dict[str, list[str]]:
    pictures: list[Image | ImageBlock] = [*([reading.image] if reading.image else []), *_pictures(reading.body)]
    told = [text for picture in pictures for text in (picture.caption, picture.credit) if text]
    return {
        "text": [reading.text.replace("\t", "\n")],
        "headline": [reading.headline or ""],
        "subtitle": [reading.subtitle or ""],
        "summary": [reading.summary or ""],
        "picture": told,
        "authors": [*reading.byline, ", ".join(reading.byline), *(f"By {name}" for name in reading.byline)],
        "tags": reading.tags,
    }


def _pictures(blocks: Iterable[Block]) -> Iterator[ImageBlock]:
    for block in blocks:
        if isinstance(block, ImageBlock):
            yield block
        elif isinstance(block, Post):
            yield from _pictures(block.blocks)
