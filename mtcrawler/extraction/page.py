"""A page read by the selectors of its site's definition; a publisher's class overrides what data cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Literal, Self, TypeVar
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from mtcrawler.extraction.agencies import is_person
from mtcrawler.extraction.blocks import BlockReader, picture_of
from mtcrawler.extraction.boilerplate import boxes
from mtcrawler.extraction.kinds import kind_of
from mtcrawler.extraction.rights import TdmRule, rights
from mtcrawler.markup.addresses import Site, joined
from mtcrawler.markup.css import Selector, css, outermost
from mtcrawler.markup.dates import moment
from mtcrawler.markup.document import LONGEST_OWN, base_of, fragment, parsed
from mtcrawler.markup.json_values import Node
from mtcrawler.markup.structured import json_ld, metas, of_type, string
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Author, Block, Image, ImageBlock, Kind, Media, Post, Rights
from mtcrawler.model.field_source import FieldSource
from mtcrawler.model.limits import ADDRESS_CHARS
from mtcrawler.sites.definition import SiteDefinition

__all__ = ["ArticlePage", "css", "fragment"]  # what a publisher's class needs

# The publisher's own mark, and the one that read.js sets on what no reader sees while it writes the page down.
UNSEEN = ("hidden", "data-mtcrawler-hidden")


TIMES: Final = 10
"""Elements in which a time is looked for; a byline has two."""
Value = TypeVar("Value")


class ArticlePage:
    """One fetched page read as an article; every property is what the page says, None or empty where it says nothing.

    Raises PageTooLarge, and nothing on odd markup. `headers` are the response's, with lower-cased names. `site` is the
    definition's, with the mirror that a run has of it.
    """

    def __init__(
        self,
        html: str,
        url: str,
        definition: SiteDefinition,
        headers: Mapping[str, str],
        tdm: tuple[TdmRule, ...] = (),
        site: Site | None = None,
    ) -> None:
        self.root: HtmlElement = parsed(html, url)
        self.url, self.definition, self.headers, self.tdm = url, definition, headers, tdm
        self.site = site or definition.site
        self.selectors, self.zone = definition.selectors, definition.tzinfo
        self.metas = metas(self.root)
        self.nodes = json_ld(self.root)
        # Without a base of its own a page is read as the publisher's, wherever it was fetched.
        own = self.site.canonical(url)
        self.base = base_of(self.root, url) or (own if len(own) <= LONGEST_OWN else self.site.origin)
        self.size = len(html)
        self.sources: dict[str, FieldSource] = {}
        """How each field that was asked for was had."""
        self.withheld: frozenset[HtmlElement] = frozenset()

    def without(self, withheld: Iterable[HtmlElement]) -> Self:
        """The same page, read as if these elements and all that is in them were not there; its tree is not changed."""
        found = [inner for element in withheld for inner in element.iter()]
        if not found:
            return self
        other = copy(self)
        for name in [name for name in vars(self) if isinstance(getattr(type(self), name, None), cached_property)]:
            delattr(other, name)  # it was read with them
        other.sources = {}
        other.withheld = frozenset(found)
        return other

    @cached_property
    def scope(self) -> HtmlElement:
        """The element that holds this article and, where pages append the next one, no other."""
        return next(iter(self.selectors.container(self.root)), self.root)

    @cached_property
    def linked(self) -> Node:
        """The JSON-LD object of the article, or an empty one."""
        return of_type(
            self.nodes, "NewsArticle", "Article", "ReportageNewsArticle", "OpinionNewsArticle", "LiveBlogPosting"
        )

    @cached_property
    def is_article(self) -> bool:
        """Whether the page holds an article at all."""
        return bool(self.headline)

    @cached_property
    def canonical_url(self) -> str:
        """The publisher's own address of the article: as declared where that is plausible, else as fetched."""
        found = joined(self.base, self.declared_url)
        if found and len(found) <= ADDRESS_CHARS and self.site.owns(found) and urlsplit(found).path.strip("/"):
            return self.site.canonical(found)
        return self.site.canonical(self.url)

    @property
    def declared_url(self) -> str:
        """The address the page gives for itself, or an empty text."""
        return str(self.root.xpath("string(//link[@rel='canonical']/@href)")).strip()

    @property
    def free(self) -> bool:
        """Whether the article is free by the publisher's policy."""
        return self.definition.policy.free_at(urlsplit(self.canonical_url).path)

    @cached_property
    def kind(self) -> Kind:
        """What sort of piece it is, by the first of the definition's rules that holds."""
        return kind_of(self.definition, self.root, self.scope, urlsplit(self.canonical_url).path)

    @property
    def headline_element(self) -> HtmlElement | None:
        """Where the headline stands."""
        return next(iter(self.selectors.headline(self.scope)), None)

    @cached_property
    def headline(self) -> str | None:
        """The headline as shown."""
        return self._shown("headline")

    @property
    def subtitle(self) -> str | None:
        """The line under the headline."""
        return self._shown("subtitle")

    @property
    def summary(self) -> str | None:
        """The introduction that stands apart from the body."""
        return self._shown("summary")

    @property
    def language(self) -> str | None:
        """The language the page claims, a BCP-47 tag."""
        return self.had("language", "declared", self.root.get("lang") or None)

    @property
    def section(self) -> str | None:
        """The slug of the publisher's section: by the definition's selector, else from the breadcrumb's second step."""
        if self.selectors.section is not None:
            return self._slug()
        stated = of_type(self.nodes, "BreadcrumbList").get("itemListElement")
        items: list[Any] = stated if isinstance(stated, list) else []
        for item in items:
            if isinstance(item, dict) and item.get("position") in (2, "2") and len(items) > 2:
                address = joined(self.base, string(item, "item") or string(item, "item", "@id"))
                return self.had("section", "declared", _last_step(address))
        return None

    def _slug(self) -> str | None:
        """The last step of the address that the section's link has, else its text."""
        assert self.selectors.section is not None
        found = next(iter(self.selectors.section(self.scope)), None)
        if found is None:
            return None
        return self.had("section", "site", _last_step(joined(self.base, found.get("href"))) or inline_text(found))

    @property
    def tags(self) -> list[str]:
        """The tags as shown."""
        tags = [text for tag in outermost(self.selectors.tags(self.scope)) if (text := inline_text(tag))]
        return self.had("tags", self._way("tags"), tags)

    @property
    def authors(self) -> list[Author]:
        """The people who signed it, each once, in order."""
        named = [(inline_text(name), name.get("href")) for name in outermost(self.selectors.authors(self.scope))]
        return self.had("authors", self._way("authors"), self._people(named))

    @property
    def published_at(self) -> datetime | None:
        """The moment of publication, with the publisher's offset: as declared, else as shown."""
        stated = (self.metas.get("article:published_time"), string(self.linked, "datePublished"))
        declared = next((found for text in stated if (found := moment(text, self.zone))), None)
        if declared is not None:
            return self.had("published_at", "declared", declared)
        return self.had("published_at", "site", self._time(self.selectors.published_at))

    @property
    def modified_at(self) -> datetime | None:
        """The moment of the last update, only where the page shows it to readers."""
        return self.had("modified_at", "site", self._time(self.selectors.modified_at))

    @property
    def image(self) -> Image | None:
        """The lead photo."""
        for figure in outermost(self.selectors.image(self.scope)):
            if picture := picture_of(figure, self.base):
                return self.had("image", self._way("image"), Image(**picture.model_dump(exclude={"type", "title"})))
        return None

    @cached_property
    def body(self) -> list[Block]:
        """The body in page order."""
        return self.had("body", self._way("body"), self.clean(self.reader.read(self.body_elements)))

    @property
    def body_elements(self) -> list[HtmlElement]:
        """What the body stands in; the whole scope where the definition says nothing."""
        at = self.selectors.body
        return outermost(at(self.scope)) if at else [self.scope]

    @property
    def media(self) -> list[Media]:
        """Video and sound first, then the pictures of the body."""
        return self.pictures(self.body)

    @property
    def live_url(self) -> str | None:
        """Where the posts of a live page are to be had, on pages whose markup holds none."""
        return None

    def posts(self, entries: Iterable[Mapping[str, Any]]) -> list[Block]:
        """The posts in what `live_url` answers, oldest first."""
        return []

    def pictures(self, blocks: Iterable[Block]) -> list[Media]:
        """The pictures among these blocks and inside posts."""
        found = []
        for block in blocks:
            if isinstance(block, ImageBlock):
                found.append(Media(type="image", url=block.url, caption=block.caption, credit=block.credit))
            elif isinstance(block, Post):
                found.extend(self.pictures(block.blocks))
        return found

    @property
    def rights(self) -> Rights:
        """What is declared about use."""
        return rights(self.canonical_url, self.root, self.metas, self.linked, self.headers, self.tdm)

    @cached_property
    def strangers(self) -> set[HtmlElement]:
        """What stands inside the article without being of it."""
        left_out = self.definition.left_out.selector
        return {*(left_out(self.scope) if left_out else ()), *boxes(self.scope), *self.withheld}

    @property
    def reader(self) -> BlockReader:
        """A reader of this page's body markup."""
        return BlockReader(self.base, lambda element: element in self.strangers or _unseen(element), self.withheld)

    def clean(self, blocks: Iterable[Block]) -> list[Block]:
        """The blocks without the paragraphs that are never the article's."""
        pattern = self.definition.left_out.pattern
        return [block for block in blocks if not (pattern and pattern.fullmatch(getattr(block, "text", None) or ""))]

    def _shown(self, field: Literal["headline", "subtitle", "summary"]) -> str | None:
        at: Selector | None = getattr(self.selectors, field)
        found = outermost(at(self.scope)) if at else []
        text = next((text for element in found if (text := inline_text(element))), None)
        return self.had(field, self._way(field), text)

    def _time(self, at: Selector | None) -> datetime | None:
        """The first moment that what the selector finds states, as an attribute or as its text."""
        stated = (element.get("datetime") or inline_text(element) for element in (at(self.scope) if at else [])[:TIMES])
        return next((found for text in stated if (found := moment(text, self.zone))), None)

    def _way(self, field: str) -> FieldSource:
        return "site" if field in self.selectors.model_fields_set else "guess"

    def had(self, field: str, source: FieldSource, value: Value) -> Value:
        """The value; where there is one, take note of how it was had."""
        if value:
            self.sources[field] = source
        return value

    def _people(self, named: Iterable[tuple[str, str | None]]) -> list[Author]:
        people: dict[str, Author] = {}
        for name, address in named:
            if is_person(name, self.definition.publishers):
                people.setdefault(name, Author(name=name, url=joined(self.base, address)))
        return list(people.values())


def _last_step(address: str | None) -> str | None:
    return urlsplit(address or "").path.rstrip("/").rpartition("/")[2] or None


def _unseen(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or any(element.get(mark) is not None for mark in UNSEEN)
