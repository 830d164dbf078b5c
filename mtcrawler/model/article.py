"""The article: a Draft as its page says it, an Article as we keep it, and the JSON Schema readers rely on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PositiveInt

from mtcrawler.model.provenance import Provenance

SCHEMA_VERSION: Final = "1.1"

Kind = Literal[
    "news",
    "opinion",
    "analysis",
    "live",
    "gallery",
    "video",
    "podcast",
    "advertorial",
    "sponsored",
    "archive",
    "other",
]
Tier = Literal["free", "metered", "registration", "subscription", "consent-or-pay", "age", "unknown"]
OverlayKind = Literal[
    "consent", "donation", "newsletter", "registration", "app", "push", "adblock", "interstitial", "other"
]
Action = Literal["refused", "closed", "hidden", "none"]
Outcome = Literal["gone", "stuck"]


class Model(BaseModel):
    """A frozen value that refuses fields it does not know, so that nothing slips in unannounced."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)  # `mtcrawler changes` does without


class Author(Model):
    """A person who signed the article."""

    name: str
    url: str | None = None


class Sponsor(Model):
    """Who paid, where the page says that the piece is paid for."""

    name: str
    url: str | None = None


class Image(Model):
    """A photo; width and height in pixels where the page states them."""

    url: str
    caption: str | None = None
    credit: str | None = None
    width: int | None = None
    height: int | None = None


class Media(Model):
    """A video, a sound or an image that belongs to the article, beside its lead image."""

    type: Literal["video", "audio", "image"]
    url: str
    caption: str | None = None
    credit: str | None = None


class Paragraph(Model):
    """Running text; line breaks the author set are kept."""

    type: Literal["paragraph"] = "paragraph"
    text: str


class Heading(Model):
    """A heading inside the body; level as in HTML, 1 to 6."""

    type: Literal["heading"] = "heading"
    level: Annotated[int, Field(ge=1, le=6)]
    text: str


class ListBlock(Model):
    """A list; an item is its text, and a nested list follows the item it belongs to."""

    type: Literal["list"] = "list"
    ordered: bool
    items: list[str | ListBlock]


class Quote(Model):
    """A pulled or block quote and who said it, without the dash."""

    type: Literal["quote"] = "quote"
    text: str
    cite: str | None = None


class Table(Model):
    """A table as rows of cells, header rows included."""

    type: Literal["table"] = "table"
    rows: list[list[str]]


class ImageBlock(Model):
    """A photo that stands in the body."""

    type: Literal["image"] = "image"
    url: str
    title: str | None = None
    caption: str | None = None
    credit: str | None = None
    width: int | None = None
    height: int | None = None


class Aside(Model):
    """A box beside the story that the newsroom wrote; paragraphs are separated by a blank line."""

    type: Literal["aside"] = "aside"
    text: str


class Embed(Model):
    """Something another site shows here: a tweet, a video player, a map."""

    type: Literal["embed"] = "embed"
    provider: str
    url: str | None = None


class Post(Model):
    """One entry of a live blog."""

    type: Literal["post"] = "post"
    id: int | str
    time: AwareDatetime
    blocks: list[Block]


Block = Annotated[
    Paragraph | Heading | ListBlock | Quote | Table | ImageBlock | Aside | Embed | Post,
    Field(discriminator="type"),
]


class Evidence(Model):
    """One sign that a reader must, or need not, pay, register or agree."""

    signal: str
    value: str


class Access(Model):
    """What a reader without a subscription gets; not complete means that the text is only a part."""

    tier: Tier = "unknown"
    complete: bool = True
    evidence: list[Evidence] = []


class Overlay(Model):
    """Something that stood over the page, what was done about it and how it ended; ms is milliseconds of work.

    `evidence` is what a consent tool itself says of the outcome, where it can be asked.
    """

    kind: OverlayKind
    rule: str
    action: Action
    outcome: Outcome
    ms: int
    evidence: str | None = None


class Rights(Model):
    """What the publisher declares about use, as its page, its headers and its TDM file say it."""

    robots: str | None = None
    tdm_reservation: int | None = None
    tdm_policy: str | None = None
    licence: str | None = None


class Similar(Model):
    """Another article with nearly the same text; similarity from 0 to 1."""

    id: str
    similarity: float


class Draft(Model):
    """An article as its page says it: typed, in order, but not yet cleaned, identified or compared."""

    url: str
    canonical_url: str
    alternate_urls: list[str] = []
    site: str
    publisher: str
    spider: str
    kind: Kind
    language: str | None = None
    headline: str | None = None
    subtitle: str | None = None
    summary: str | None = None
    section: str | None = None
    tags: list[str] = []
    authors: list[Author] = []
    sponsor: Sponsor | None = None
    published_at: AwareDatetime | None = None
    published_date: date | None = None
    modified_at: AwareDatetime | None = None
    image: Image | None = None
    body: list[Block] = []
    media: list[Media] = []
    access: Access = Access()
    overlays: list[Overlay] = []
    rights: Rights = Rights()
    provenance: Provenance


class Article(Model):
    """An article as consumers read it: the public contract, keys in this order (docs/bucket.md)."""

    schema_version: Literal["1.0", "1.1"] = SCHEMA_VERSION
    id: str
    revision: PositiveInt = 1
    content_hash: str
    previous_hash: str | None = None
    url: str
    canonical_url: str
    alternate_urls: list[str]
    site: str
    publisher: str
    spider: str
    kind: Kind
    language: str
    headline: str
    subtitle: str | None
    summary: str | None
    section: str | None
    tags: list[str]
    authors: list[Author]
    sponsor: Sponsor | None = None
    published_at: AwareDatetime | None
    published_date: date | None = None
    modified_at: AwareDatetime | None
    image: Image | None
    body: list[Block]
    text: str
    word_count: int
    media: list[Media]
    access: Access
    overlays: list[Overlay]
    rights: Rights
    similar_to: list[Similar] = []
    cluster_id: str | None = None
    provenance: Provenance

    def to_json(self) -> bytes:
        """The bytes that are stored: UTF-8 JSON on one line, as readers of JSON lines want it, and a line feed."""
        return self.model_dump_json().encode() + b"\n"


def text_of(blocks: list[Block]) -> str:
    """The blocks as plain text, one blank line between paragraphs; pictures and embeds have none."""
    return "\n\n".join(text for block in blocks for text in _texts(block) if text)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Paragraph() | Heading() | Aside():
            yield block.text
        case Quote():
            yield f"{block.text}\n– {block.cite}" if block.cite else block.text
        case ListBlock():
            yield "\n".join(_items(block))
        case Table():
            yield "\n".join("\t".join(row) for row in block.rows)
        case Post():
            yield text_of(block.blocks)


def _items(block: ListBlock) -> Iterator[str]:
    for item in block.items:
        yield from (item,) if isinstance(item, str) else _items(item)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a stored article, generated from the model."""
    schema = Article.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "schema/article-1.json", **schema}
