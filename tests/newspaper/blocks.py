"""What a story's body is made of, block by block, as the publisher's editing system stores it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mtcrawler.model.article import Block as Meaning

if TYPE_CHECKING:
    from tests.newspaper.story import Photo


@dataclass(frozen=True)
class Mark:
    """Inline markup around the first occurrence of a phrase."""

    tag: str
    phrase: str
    href: str | None = None


@dataclass(frozen=True)
class Para:
    """A paragraph; a newline in its text is a line break the author set."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Subhead:
    """A heading typed inside running text."""

    level: int
    text: str


@dataclass(frozen=True)
class Bullets:
    """A list; a list among the items belongs to the item before it."""

    items: tuple[str | Bullets, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Cells:
    """A table; the head may be empty."""

    rows: tuple[tuple[str, ...], ...]
    head: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cited:
    """A block quotation inside running text."""

    text: str
    cite: str = ""


@dataclass(frozen=True)
class Loose:
    """Text without an element of its own."""

    text: str


@dataclass(frozen=True)
class Boxed:
    """Text in a div where a paragraph would do."""

    text: str


@dataclass(frozen=True)
class Raw:
    """Markup that only shows on real pages, and what it means."""

    html: str
    means: tuple[Meaning, ...]


Piece = Para | Subhead | Bullets | Cells | Cited | Loose | Boxed | Raw


@dataclass(frozen=True)
class Html:
    """Running text."""

    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Header:
    """A cross heading."""

    title: str


@dataclass(frozen=True)
class PullQuote:
    """A quotation set large."""

    text: str
    by: str = ""


@dataclass(frozen=True)
class Box:
    """A box beside the story."""

    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Picture:
    """A photo in the text, which may link somewhere."""

    photo: Photo
    link: str = ""


@dataclass(frozen=True)
class Slides:
    """Photos to leaf through."""

    photos: tuple[Photo, ...]


@dataclass(frozen=True)
class Foreign:
    """Something another site shows here: its code, and which provider and address that amounts to."""

    html: str
    provider: str
    url: str


@dataclass(frozen=True)
class Related:
    """A "Read more" box; headline and slug are filled in when the edition is complete."""

    headline: str = ""
    slug: str = ""


@dataclass(frozen=True)
class Pointer:
    """A box that links elsewhere."""

    url: str
    title: str
    description: str = ""


@dataclass(frozen=True)
class Signup:
    """The newsletter form as a block."""


Block = Html | Header | PullQuote | Box | Picture | Slides | Foreign | Related | Pointer | Signup

TYPE_NAMES: dict[type[Block], str] = {
    Html: "html",
    Header: "header",
    PullQuote: "quote",
    Box: "aside",
    Picture: "image",
    Slides: "images",
    Foreign: "embed",
    Related: "article",
    Pointer: "link",
    Signup: "newsletter",
}


def html(*texts: str) -> Html:
    """Running text of plain paragraphs."""
    return Html(tuple(Para(text) for text in texts))
