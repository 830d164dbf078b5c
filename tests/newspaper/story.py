"""A story as the newsroom filed it: the truth that pages show and records are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from mtcrawler.model.article import Kind
from tests.newspaper.blocks import Block

Edition = Literal["en", "ru"]
Flag = Literal[
    "news",
    "business",
    "climate",
    "opinion",
    "meanwhile",
    "city",
    "indepth",
    "diaspora",
    "ukraine_war",
    "lecture_series",
]


@dataclass(frozen=True)
class Photo:
    """A picture; `file` is its path below a preset on the static host. An empty text is one the editor left out."""

    file: str
    caption: str = ""
    credit: str = ""
    title: str = ""


@dataclass(frozen=True)
class Byline:
    """A name above a story: a person, or an agency or the paper itself, which are no authors."""

    name: str
    slug: str
    person: bool = True
    bio: str = ""
    portrait: Photo | None = None
    handle: str = ""


@dataclass(frozen=True)
class Tag:
    """What a story is about, as shown below it."""

    title: str
    slug: str


@dataclass(frozen=True)
class Campaign:
    """An advertiser's series."""

    slug: str
    title: str
    about: str = ""


@dataclass(frozen=True)
class LivePost:
    """One entry of a live blog; only html, image, embed, link and related blocks occur."""

    number: int
    time: datetime
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Story:
    """One story, whole. Times are aware and in Moscow's time of that day; the order of everything is the page's.

    `flags` are the desk's marks: the sections that list the story. `language` is that of the text, which need not be
    the edition's. `updated` is the time of a visible edit. `wire` names the agency report the story was made from, and
    `twin` is the slug of the story whose headline and text this one repeats word for word. `declared` is a charset the
    server wrongly names, `padding` a number of useless bytes at the end of the page.
    """

    kind: Kind
    edition: Edition
    headline: str
    slug: str
    published: datetime
    flags: tuple[Flag, ...]
    blocks: tuple[Block, ...]
    number: int = 0
    language: str = "en"
    subtitle: str = ""
    intro: str = ""
    tags: tuple[Tag, ...] = ()
    bylines: tuple[Byline, ...] = ()
    photo: Photo | None = None
    updated: datetime | None = None
    video: str | None = None
    audio: str | None = None
    images: tuple[Photo, ...] = ()
    posts: tuple[LivePost, ...] = ()
    campaign: Campaign | None = None
    wire: str | None = None
    twin: str | None = None
    declared: str | None = None
    padding: int = 0

    @property
    def archived(self) -> bool:
        """Whether it comes from before the current system."""
        return self.kind == "archive"

    @property
    def regular(self) -> bool:
        """Whether it has a dated address with a number, as all but archive and advertorial pieces do."""
        return not self.archived and self.campaign is None

    @property
    def sponsored(self) -> bool:
        """Whether somebody paid for it, though it stands among the regular pieces."""
        return self.kind == "sponsored"

    @property
    def type(self) -> str:
        """The publisher's own word for the kind of page."""
        return self.kind if self.kind in {"gallery", "video", "podcast", "live"} else "default"

    @property
    def touched(self) -> datetime:
        """When its row in the database last changed, which also happens when nobody edits anything."""
        return (self.updated or self.published) + timedelta(hours=1 + self.number % 50, minutes=self.number % 7)

    @property
    def shows_update(self) -> bool:
        """Whether its page says "Updated:", which takes more than ten minutes and a byline that has room for it."""
        if self.updated is None or self.kind in {"gallery", "live"}:
            return False
        return self.updated > self.published + timedelta(minutes=10)
