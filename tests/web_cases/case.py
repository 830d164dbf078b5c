"""One case: what its site answers, and what has to be stored of it and asked for. Each is a file in cases/.

    about = "A sitemap in gzip is read whatever it is named."   the law that the case shows
    reported = ["owner/repository#1"]                           where people met the trouble, where they did
    modes = ["http"]                                            the values of RENDER_MODE in which it is tried
    sitemaps = ["/map.xml"]                                     named by robots.txt
    [[sources]]                                                 other sources, as a definition writes them

    [[pages]]                   an article's page, made of a headline and of words that no other page has
    path = "/2026/11/28/geese"  what has to be asked for, to the byte
    head = "<link …>"           more markup for its head
    stored = "/2026/11/28/geese"  its canonical address, where it differs from the path; "" where it is not stored
    fields = { tags = ["Ice"] } what the stored article has, by dotted names

    [[answers]]                 any other answer
    path = "/map.xml"
    type = "application/xml"    the Content-Type
    text = "…"                  {SITE} stands for the publisher's origin and the case's path, {HERE} for the server's
    pack = ["gzip"]             what is done to the text in turn: an encoding's name, gzip, bom
    headers = { Location = "…" }

    [most]                      how often a path may be asked for; all others once

Every path stands below the case's name: /2026/… of the case `slash` is /slash/2026/… .
"""

from __future__ import annotations

import gzip
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

SITE = "https://gazette.example"
HERE = Path(__file__).parent
PARAGRAPHS = (
    "The {0} were first seen from the {1} pier, an hour before the {1} ferry left.",
    "Nobody at the {1} harbour had counted the {0} before this {1} winter.",
    "A second look at the {0} is planned, says whoever keeps the {1} book.",
)

Mode = Literal["http", "browser"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(_Strict):
    """What the server sends for a path."""

    path: str
    status: int = 200
    type: str = "application/xml"
    text: str = ""
    pack: tuple[str, ...] = ()
    headers: dict[str, str] = {}

    def body(self) -> bytes:
        """The bytes."""
        how = list(self.pack)
        sent = self.text.encode(how.pop(0) if how and how[0] not in {"gzip", "bom"} else "utf-8")
        for step in how:
            sent = gzip.compress(sent, mtime=0) if step == "gzip" else b"\xef\xbb\xbf" + sent
        return sent


class Page(_Strict):
    """The page of an article."""

    path: str
    headline: str = ""
    head: str = ""
    stored: str | None = None
    fields: dict[str, Any] = {}

    @property
    def title(self) -> str:
        """Its headline: what is given, or a word of its path."""
        return self.headline or f"Seen today: {self.word}"

    @property
    def word(self) -> str:
        """A word that no other page of the case has."""
        return "".join(letter if letter.isalnum() else " " for letter in self.path).replace(" ", "")

    def answer(self) -> Answer:
        """What the server sends for it."""
        body = "".join(f"<p>{line.format(self.title.lower(), self.word)}</p>" for line in PARAGRAPHS)
        text = f"<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>{self.title}</title>{self.head}</head>"
        text += f"<body><article><h1>{self.title}</h1>{body}</article></body></html>"
        return Answer(path=self.path, type="text/html; charset=utf-8", text=text)


class Case(_Strict):
    """A case; `name` is its file's."""

    name: str
    about: str
    reported: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = ("http",)
    sitemaps: tuple[str, ...] = ()
    sources: tuple[dict[str, Any], ...] = ()
    pages: tuple[Page, ...]
    answers: tuple[Answer, ...] = ()
    most: dict[str, int] = {}

    @classmethod
    def load(cls, file: Path) -> Self:
        """The case in this file; raises pydantic's ValidationError where it says what no case says."""
        return cls(name=file.stem, **tomllib.loads(file.read_text("utf-8")))

    @cached_property
    def served(self) -> dict[str, Answer]:
        """Every answer by its path below the case's name; placeholders still stand in them."""
        every = [*(page.answer() for page in self.pages), *self.answers]
        return {f"/{self.name}{one.path}": one for one in every}

    @cached_property
    def stored(self) -> dict[str, Page]:
        """The pages that have to be stored, by canonical address."""
        named = [(page, page.path if page.stored is None else page.stored) for page in self.pages]
        return {f"{SITE}/{self.name}{path}": page for page, path in named if path}


def cases() -> list[Case]:
    """Every case, by name."""
    return [Case.load(file) for file in sorted((HERE / "cases").glob("*.toml"))]
