"""What an extractor is: a page goes in, and comes out as the fields of an article, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol, Self

from lxml.html import HtmlElement

from mtcrawler.extraction.page import ArticlePage
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.markup.addresses import Site
from mtcrawler.markup.json_values import Node
from mtcrawler.model.article import Author, Block, Image, Kind, Media, Rights, Sponsor
from mtcrawler.model.provenance import FieldSource
from mtcrawler.sites.definition import SiteDefinition


class ExtractedPage(Protocol):
    """A page that was read: the fields of its article, and what the crawl asks beside them."""

    @property
    def url(self) -> str:
        """Where it was fetched."""

    @property
    def site(self) -> Site:
        """Whose page it is."""

    @property
    def size(self) -> int:
        """Characters of its markup."""

    @property
    def root(self) -> HtmlElement:
        """The parsed page."""

    @property
    def base(self) -> str:
        """What its relative addresses are relative to."""

    @property
    def metas(self) -> Mapping[str, str]:
        """Its meta tags."""

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Its JSON-LD objects."""

    @property
    def linked(self) -> Node:
        """The JSON-LD object of the article, or an empty one."""

    @property
    def scope(self) -> HtmlElement:
        """The element that holds this article and no other."""

    @property
    def headline_element(self) -> HtmlElement | None:
        """Where the headline stands."""

    @property
    def body_elements(self) -> list[HtmlElement]:
        """What the body stands in."""

    def without(self, withheld: Iterable[HtmlElement]) -> Self:
        """The same page, read as if these elements and all that is in them were not there; its tree is not changed."""

    def completed(self) -> Self:
        """The same page with the text that only its data hold, as no script has run; never with what is kept back."""

    @property
    def is_article(self) -> bool:
        """Whether it holds an article at all."""

    @property
    def free(self) -> bool:
        """Whether the article is free by the publisher's policy."""

    @property
    def live_url(self) -> str | None:
        """Where the posts of a live page are to be fetched, on pages whose markup holds none."""

    def posts(self, entries: Iterable[Mapping[str, Any]]) -> list[Block]:
        """The posts in what `live_url` answers, oldest first."""

    def pictures(self, blocks: Iterable[Block]) -> list[Media]:
        """The pictures among these blocks."""

    @property
    def sources(self) -> Mapping[str, FieldSource]:
        """Where each field that was asked for came from."""

    @property
    def confidence(self) -> float | None:
        """How sure it is that headline and text are the article's, whole and alone; None where it has no measure."""

    @property
    def canonical_url(self) -> str:
        """The publisher's own address of the article."""

    @property
    def declared_url(self) -> str:
        """The address it gives for itself, as it is written there, or an empty text."""

    @property
    def kind(self) -> Kind:
        """What sort of piece it is."""

    @property
    def language(self) -> str | None:
        """The language it claims, a BCP-47 tag."""

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
    def section(self) -> str | None:
        """The slug of the section."""

    @property
    def tags(self) -> list[str]:
        """The tags as shown."""

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
    def sponsor(self) -> Sponsor | None:
        """Who paid for it."""

    @property
    def modified_at(self) -> datetime | None:
        """The moment of the last update that readers are shown."""

    @property
    def image(self) -> Image | None:
        """The lead photo."""

    @property
    def body(self) -> list[Block]:
        """The body in page order."""

    @property
    def media(self) -> list[Media]:
        """Video, sound and pictures."""

    @property
    def rights(self) -> Rights:
        """What is declared about use."""


class Extractor(Protocol):
    """Reads articles off the pages of one site."""

    @property
    def name(self) -> str:
        """Its name and version, as `provenance.extractor` tells them."""

    def extract(self, html: str, url: str, headers: Mapping[str, str], tdm: tuple[TdmRule, ...] = ()) -> ExtractedPage:
        """The page read; raises PageTooLarge. Header names are lower-case; `tdm` is what the whole site declares."""


class SelectorExtractor:
    """The extractor that follows the selectors of a definition; `page` is the publisher's own class, where it has one.

    `site` is the definition's, with the mirror that a run has of it.
    """

    def __init__(
        self, definition: SiteDefinition, site: Site | None = None, page: type[ArticlePage] = ArticlePage
    ) -> None:
        self.definition, self.site, self.page = definition, site or definition.site, page
        self.name = f"{definition.spider}/1"

    def extract(self, html: str, url: str, headers: Mapping[str, str], tdm: tuple[TdmRule, ...] = ()) -> ArticlePage:
        """As the protocol says."""
        return self.page(html, url, self.definition, headers, tdm, self.site)
