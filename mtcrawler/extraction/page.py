"""A page adapter: selectors on top, short typed properties below; a publisher's page says only what differs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from mtcrawler.extraction.agencies import is_person
from mtcrawler.extraction.blocks import BlockReader, picture_of
from mtcrawler.extraction.boilerplate import boxes
from mtcrawler.extraction.rights import TdmRule, rights
from mtcrawler.markup.addresses import Site, joined
from mtcrawler.markup.css import Selector, css, outermost
from mtcrawler.markup.dates import moment
from mtcrawler.markup.document import LONGEST_OWN, base_of, fragment, parsed
from mtcrawler.markup.json_values import Node
from mtcrawler.markup.structured import json_ld, metas, of_type, string
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Access, Author, Block, Evidence, Image, ImageBlock, Kind, Media, Post, Rights
from mtcrawler.model.limits import ADDRESS_CHARS

__all__ = ["ArticlePage", "css", "fragment"]  # what a publisher's file needs

# Set by the renderer on what no reader sees and by the wall judge on what one without access does not.
UNSEEN = ("hidden", "data-mtcrawler-hidden", "data-withheld")


class ArticlePage:
    """One fetched page read as an article; every property is what the page says, None or empty where it says nothing.

    Raises PageTooLarge, and nothing on odd markup. `headers` are the response's, with lower-cased names.
    """

    publishers: ClassVar[frozenset[str]] = frozenset()  # lower-cased names of the paper itself
    zone: ClassVar[tzinfo | None] = None  # of times the page writes without an offset
    free: ClassVar[bool] = False  # whether every article is free by the publisher's policy
    container = css("article")
    headline_at = css("h1")
    subtitle_at: ClassVar[Selector | None] = None
    summary_at: ClassVar[Selector | None] = None
    byline_at = css("[rel=author]")
    tags_at = css("[rel=tag]")
    image_at = css("figure")
    body_at: ClassVar[Selector | None] = None  # the whole scope where none is given
    not_article: ClassVar[Selector | None] = None  # what stands in the body without being of it
    clutter: ClassVar[re.Pattern[str] | None] = None  # paragraphs that are never the article's, matched whole

    def __init__(
        self, html: str, url: str, site: Site, headers: Mapping[str, str], tdm: tuple[TdmRule, ...] = ()
    ) -> None:
        self.root: HtmlElement = parsed(html, url)
        self.url, self.site, self.headers, self.tdm = url, site, headers, tdm
        self.metas = metas(self.root)
        self.nodes = json_ld(self.root)
        # Without a base of its own a page is read as the publisher's, wherever it was fetched.
        own = site.canonical(url)
        self.base = base_of(self.root, url) or (own if len(own) <= LONGEST_OWN else site.origin)
        self.size = len(html)

    @cached_property
    def scope(self) -> HtmlElement:
        """The element that holds this article and, where pages append the next one, no other."""
        return next(iter(self.container(self.root)), self.root)

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

    @cached_property
    def kind(self) -> Kind:
        """What sort of piece it is."""
        return "news"

    @cached_property
    def headline(self) -> str | None:
        """The headline as shown."""
        return self._text(self.headline_at)

    @property
    def subtitle(self) -> str | None:
        """The line under the headline."""
        return self._text(self.subtitle_at)

    @property
    def summary(self) -> str | None:
        """The introduction that stands apart from the body."""
        return self._text(self.summary_at)

    @property
    def language(self) -> str | None:
        """The language the page claims, a BCP-47 tag."""
        return self.root.get("lang") or None

    @property
    def section(self) -> str | None:
        """The slug of the publisher's section, from the breadcrumb's second step."""
        stated = of_type(self.nodes, "BreadcrumbList").get("itemListElement")
        items: list[Any] = stated if isinstance(stated, list) else []
        for item in items:
            if isinstance(item, dict) and item.get("position") in (2, "2") and len(items) > 2:
                address = joined(self.base, string(item, "item") or string(item, "item", "@id"))
                return urlsplit(address or "").path.rstrip("/").rpartition("/")[2] or None
        return None

    @property
    def tags(self) -> list[str]:
        """The tags as shown."""
        return [text for tag in outermost(self.tags_at(self.scope)) if (text := inline_text(tag))]

    @property
    def authors(self) -> list[Author]:
        """The people who signed it, each once, in order."""
        named = [(inline_text(name), name.get("href")) for name in outermost(self.byline_at(self.scope))]
        return self._people(named)

    @property
    def published_at(self) -> datetime | None:
        """The moment of publication, with the publisher's offset."""
        stated = (self.metas.get("article:published_time"), string(self.linked, "datePublished"))
        return next((found for text in stated if (found := moment(text, self.zone))), None)

    @property
    def modified_at(self) -> datetime | None:
        """The moment of the last update, only where the page shows it to readers."""
        return None

    @property
    def image(self) -> Image | None:
        """The lead photo."""
        for figure in outermost(self.image_at(self.scope)):
            if picture := picture_of(figure, self.base):
                return Image(**picture.model_dump(exclude={"type", "title"}))
        return None

    @cached_property
    def body(self) -> list[Block]:
        """The body in page order."""
        return self.clean(self.reader.read(outermost(self.body_at(self.scope)) if self.body_at else [self.scope]))

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
    def access(self) -> Access:
        """What the page declares about who may read it; a free publisher's articles are free."""
        evidence = []
        if isinstance(declared := self.linked.get("isAccessibleForFree"), bool | str):
            evidence.append(Evidence(signal="json-ld:isAccessibleForFree", value=str(declared).lower()))
        if tier := self.metas.get("article:content_tier"):
            evidence.append(Evidence(signal="meta:article:content_tier", value=tier))
        if self.free:
            return Access(tier="free", evidence=[*evidence, Evidence(signal="publisher-policy", value="free")])
        return Access(
            tier="free" if any(one.value in {"true", "free"} for one in evidence) else "unknown", evidence=evidence
        )

    @property
    def rights(self) -> Rights:
        """What is declared about use."""
        return rights(self.canonical_url, self.root, self.metas, self.linked, self.headers, self.tdm)

    @cached_property
    def strangers(self) -> set[HtmlElement]:
        """What stands inside the article without being of it."""
        known = self.not_article(self.scope) if self.not_article else ()
        return {*known, *boxes(self.scope)}

    @property
    def reader(self) -> BlockReader:
        """A reader of this page's body markup."""
        return BlockReader(self.base, lambda element: element in self.strangers or _unseen(element))

    def clean(self, blocks: Iterable[Block]) -> list[Block]:
        """The blocks without the paragraphs that are never the article's."""
        pattern = self.clutter
        return [block for block in blocks if not (pattern and pattern.fullmatch(getattr(block, "text", None) or ""))]

    def _text(self, at: Selector | None) -> str | None:
        found = outermost(at(self.scope)) if at else []
        return next((text for element in found if (text := inline_text(element))), None)

    def _people(self, named: Iterable[tuple[str, str | None]]) -> list[Author]:
        people: dict[str, Author] = {}
        for name, address in named:
            if is_person(name, self.publishers):
                people.setdefault(name, Author(name=name, url=joined(self.base, address)))
        return list(people.values())


def _unseen(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or any(element.get(mark) is not None for mark in UNSEEN)
