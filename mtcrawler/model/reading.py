"""What is read off one page outside a crawl: the fields of an article, and how sure each of them is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from mtcrawler.model.article import Access, Author, Block, Image, Kind, Media, Model, Overlay
from mtcrawler.model.provenance import FieldSource

PageKind = Literal["article", "list", "product", "forum", "documentation", "search", "login", "error", "other"]


class Reading(Model):
    """What was read off a page: the fields of an article, without those that only a crawl knows.

    `page` is what sort of page it is; of one that is no article the fields are what they would be. `byline` has every
    name that signs it, `authors` only the people. `fields` says where each came from, `confidence` (0 to 1) how sure
    it is that `text` is the article's, whole and alone. Of a page that was fetched, `access` says who may read it, and
    `overlays` what stood over it.
    """

    url: str
    canonical_url: str
    page: PageKind
    kind: Kind
    language: str
    headline: str | None
    subtitle: str | None
    summary: str | None
    section: str | None
    tags: list[str]
    authors: list[Author]
    byline: list[str]
    published_at: datetime | None
    published_date: date | None
    modified_at: datetime | None
    image: Image | None
    body: list[Block]
    text: str
    word_count: int
    media: list[Media]
    fields: dict[str, FieldSource]
    confidence: Annotated[float, Field(ge=0, le=1)]
    access: Access | None = None
    overlays: list[Overlay] = []
