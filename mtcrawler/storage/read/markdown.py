"""An article as Markdown: CommonMark, with the tables of GitHub's dialect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, Protocol

from mtcrawler.model.article import (
    Access,
    Aside,
    Author,
    Block,
    Embed,
    Heading,
    Image,
    ImageBlock,
    ListBlock,
    Paragraph,
    Post,
    Quote,
    Table,
)

DEEPEST: Final = 6
"""The level below which Markdown has no headings."""
_MARKS: Final = re.compile(r"[\\`*_\[\]<>~|$]|&(?=#|\w)")
"""What means something inside a line, wherever it stands; `$` begins a formula in several dialects."""
_OPENS: Final = re.compile(r"(?m)^([ \t]*)(#+(?=[ \t]|$)|[-+=:](?=[-=: \t]|$)|[-=]+[ \t]*$)")
"""What makes a line a heading, a list item or a rule where it opens one."""
_NUMBER: Final = re.compile(r"(?m)^([ \t]*\d{1,9})([.)])(?=[ \t]|$)")
_UNSAFE: Final = re.compile(r"[\s<>\\\x00-\x1f]")


class Readable(Protocol):
    """What of an article is written: a stored one, or what was read off a page."""

    @property
    def headline(self) -> str | None:
        """The headline."""

    @property
    def subtitle(self) -> str | None:
        """The line under the headline."""

    @property
    def summary(self) -> str | None:
        """The introduction that stands apart from the body."""

    @property
    def authors(self) -> list[Author]:
        """The people who signed it."""

    @property
    def published_at(self) -> datetime | None:
        """The moment of publication."""

    @property
    def published_date(self) -> date | None:
        """The day of publication."""

    @property
    def canonical_url(self) -> str:
        """The publisher's own address."""

    @property
    def image(self) -> Image | None:
        """The lead photo."""

    @property
    def body(self) -> list[Block]:
        """The body."""

    @property
    def access(self) -> Access | None:
        """Who may read it."""


def markdown_of(article: Readable) -> str:
    """The article, from its headline to its last block; every text reads as it is stored, whatever characters it has.

    The headline is the only heading of level 1: one of that level in the body becomes one of level 2.
    """
    return "\n\n".join(part for part in _parts(article) if part) + "\n"


def _parts(article: Readable) -> Iterator[str]:
    if article.headline:
        yield f"# {_line(article.headline)}"
    if article.subtitle:
        yield _emphasised(article.subtitle)
    yield _byline(article)
    if article.access is not None and not article.access.complete:
        yield f"> Only a part of the article: the rest is behind a wall ({article.access.tier})."
    if article.summary:
        yield _text(article.summary)
    if article.image and not is_in(article.body, article.image):
        yield _picture(article.image)
    yield from _blocks(article.body)


def is_in(body: Iterable[Block], image: Image) -> bool:
    """Whether a body has the lead picture itself, so that it need not be shown twice."""
    return any(isinstance(block, ImageBlock) and block.url == image.url for block in body)


def _byline(article: Readable) -> str:
    names = [_line(author.name) for author in article.authors]
    signed = "By " + (f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]) if names else ""
    if article.published_at is not None:
        day = article.published_at.isoformat(" ", "minutes")
    else:
        day = article.published_date.isoformat() if article.published_date else ""
    return " · ".join(part for part in (signed, day, _link("original", article.canonical_url)) if part)


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    """Each block; two lists in a row have other marks, as Markdown would make one list of them."""
    after_list = False
    for block in blocks:
        if isinstance(block, ListBlock):
            after_list = not after_list
            yield _list(block, other=not after_list)
        else:
            after_list = False
            yield _block(block)


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return _text(block.text)
        case Heading():
            return _heading(block.level, block.text)
        case Aside():
            return _quoted("\n\n".join(_text(part) for part in block.text.split("\n\n")))
        case Quote():
            return _quoted("\n\n".join([_text(block.text), *([f"– {_line(block.cite)}"] if block.cite else [])]))
        case Table():
            return _table(block)
        case ImageBlock():
            return _picture(block)
        case Embed():
            told = _line(block.provider)
            return _link(block.provider, block.url) if block.url else f"\\[{told}\\]"
        case Post():
            return "\n\n".join([_heading(3, f"{block.time:%Y-%m-%d %H:%M}"), *_blocks(block.blocks)])
        case ListBlock():
            return _list(block)


def _heading(level: int, text: str) -> str:
    return f"{'#' * min(max(level, 2), DEEPEST)} {_line(text)}"


def _list(block: ListBlock, *, other: bool = False) -> str:
    """The list; an item that is a list stands in the item before it."""
    lines: list[str] = []
    number, width = 0, 2
    for item in block.items:
        if isinstance(item, str) or not lines:
            number += 1
            mark = f"{number}{')' if other else '.'} " if block.ordered else f"{'*' if other else '-'} "
            width = len(mark)
            if isinstance(item, str):
                lines.append(mark + _indented(_text(item), width))
            else:
                lines.append(mark + _indented(_list(item), width))
        else:
            lines.append(" " * width + _indented(_list(item), width))
    return "\n".join(lines)


def _table(block: Table) -> str:
    """The table, its first row as the head, every row as wide as the widest."""
    wide = max((len(row) for row in block.rows), default=0)
    if not wide:
        return ""
    head, *rest = [[*(_line(cell) for cell in row), *[""] * (wide - len(row))] for row in block.rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * wide, *rest))


def _picture(picture: Image | ImageBlock) -> str:
    told = " / ".join(_line(one) for one in (picture.caption, picture.credit) if one)
    shown = f"!{_link(picture.caption or '', picture.url)}"
    return f"{shown}\n\n*{told}*" if told else shown


def _link(text: str, address: str) -> str:
    return f"[{_line(text)}](<{_UNSAFE.sub(lambda found: _percent(found.group()), address)}>)"


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _emphasised(text: str) -> str:
    return f"*{_line(text)}*"


def _indented(text: str, columns: int) -> str:
    return text.replace("\n", "\n" + " " * columns)


def _line(text: str) -> str:
    """A text on one line."""
    return _escaped(" ".join(text.split()))


def _text(text: str) -> str:
    """A text whose line breaks are kept; blank lines, which would end it, are left out."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return "\\\n".join(_escaped(line) for line in lines if line)


def _escaped(line: str) -> str:
    """A line of which nothing is taken for markup."""
    marked = _MARKS.sub(lambda found: f"\\{found.group()}", line)
    marked = _OPENS.sub(lambda found: f"{found.group(1)}\\{found.group(2)}", marked)
    return _NUMBER.sub(r"\1\\\2", marked)
