"""A page read by the selectors of its site's definition; a publisher's class overrides what data cannot say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, Literal, Self, TypeVar
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from mtcrawler.extraction import declared
from mtcrawler.extraction.anew import anew
from mtcrawler.extraction.blocks.block_reader import BlockReader, picture_of, pictures_in
from mtcrawler.extraction.blocks.boilerplate import boilerplate_in
from mtcrawler.extraction.bylines import people, sponsor_in
from mtcrawler.extraction.kinds import kind_of
from mtcrawler.extraction.rights import TdmRule, rights
from mtcrawler.markup.addresses import Site, joined
from mtcrawler.markup.css import Selector, css, outermost
from mtcrawler.markup.dates import Stated, stated
from mtcrawler.markup.document import LONGEST_OWN, base_of, fragment, parsed
from mtcrawler.markup.json_values import Node
from mtcrawler.markup.structured import json_ld, metas
from mtcrawler.markup.text import inline_text, is_unseen, words_in
from mtcrawler.model.article import Author, Block, Image, Kind, Media, Rights, Sponsor
from mtcrawler.model.limits import ADDRESS_CHARS
from mtcrawler.model.provenance import FieldSource
from mtcrawler.sites.definition import SiteDefinition

__all__ = ["ArticlePage", "css", "fragment"]  # what a publisher's class needs

TIMES: Final = 10  # elements in which a time is looked for; a byline has two
Value = TypeVar("Value")


class ArticlePage:
    """One fetched page read as an article; every property is what the page says, None or empty where it says nothing.

    Raises PageTooLarge, and nothing on odd markup. `headers` are the response's, with lower-cased names. `site` is the
    definition's, with the mirror that a run has of it.
    """

    labelled: Kind | None = None  # what a label calls the piece; a page read by selectors alone has none

    def __init__(
        self,
        html: str,
        url: str,
        definition: SiteDefinition,
        headers: Mapping[str, str],
        tdm: tuple[TdmRule, ...] = (),
        site: Site | None = None,
    ) -> None:
        self.root, self.size = parsed(html, url), len(html)
        self.url, self.definition, self.headers, self.tdm = url, definition, headers, tdm
        self.site = site or definition.site
        self.selectors, self.zone = definition.selectors, definition.tzinfo
        self.metas, self.nodes = metas(self.root), json_ld(self.root)
        own = self.site.canonical(url)  # which a page without a base is read as, wherever it was fetched
        self.base = base_of(self.root, url) or (own if len(own) <= LONGEST_OWN else self.site.origin)
        self.sources: dict[str, FieldSource] = {}  # where each field that was read came from
        self.withheld: frozenset[HtmlElement] = frozenset()

    def without(self, withheld: Iterable[HtmlElement]) -> Self:
        """The same page, read as if these elements and all that is in them were not there; its tree is not changed."""
        found = [inner for element in withheld for inner in element.iter()]
        return anew(self, withheld=frozenset(found)) if found else self

    def completed(self) -> Self:
        """The same page with what its scripts would show; a definition's selectors want markup."""
        return self

    @cached_property
    def scope(self) -> HtmlElement:
        """The element that holds this article and, where pages append the next one, no other.

        Without a selector of the definition's: of several articles the one with the headline, else with most text.
        """
        found = self.selectors.container(self.root)
        if len(found) > 1 and "container" not in self.selectors.model_fields_set:
            found = outermost(found)
            found = [one for one in found if self.selectors.headline(one)] or [max(found, key=words_in)]
        return found[0] if found else self.root

    @cached_property
    def linked(self) -> Node:
        """The JSON-LD object of the article, or an empty one."""
        return declared.article_node(self.nodes, self.canonical_url, self.metas.get("og:title"))

    @cached_property
    def is_article(self) -> bool:
        """Whether the page holds an article at all."""
        return bool(self.headline)

    @property
    def confidence(self) -> float | None:
        """Selectors have no measure of how sure they are."""
        return None

    @cached_property
    def canonical_url(self) -> str:
        """The publisher's own address of the article: as declared where that is an article's, else as fetched."""
        found = joined(self.base, self.declared_url) or ""
        if len(found) <= ADDRESS_CHARS and self.site.owns(found):
            path = urlsplit(canonical := self.site.canonical(found)).path
            if self.definition.article(path) and not self.definition.lists(path):
                return canonical
        return self.site.canonical(self.url)

    @cached_property
    def declared_url(self) -> str:
        """The address the page gives for itself, as it is written there, or an empty text."""
        return joined(self.base, str(self.root.xpath("string(//link[@rel='canonical']/@href)"))) or ""

    @property
    def free(self) -> bool:
        """Whether the article is free by the publisher's policy."""
        return self.definition.policy.free_at(urlsplit(self.canonical_url).path)

    @cached_property
    def kind(self) -> Kind:
        """What sort of piece it is: by the definition's first rule that holds, as declared, as labelled, or news."""
        told = kind_of(self.definition, self.root, self.scope, urlsplit(self.canonical_url).path)
        return told or declared.kind_in(self.linked) or self.labelled or "news"

    @cached_property
    def headline_element(self) -> HtmlElement | None:
        """Where the headline stands: in the article, else where the page shows what it declares as the headline."""
        at = self.selectors.headline
        if (inside := next(iter(at(self.scope)), None)) is not None or "headline" in self.selectors.model_fields_set:
            return inside
        titles = declared.titles_in(self.metas, self.linked)
        return next((one for one in at(self.root)[:TIMES] if " ".join(inline_text(one).split()) in titles), None)

    @cached_property
    def headline(self) -> str | None:
        """The headline as shown."""
        at = self.headline_element
        return self._shown("headline") or self.had("headline", "guess", inline_text(at) if at is not None else None)

    @property
    def subtitle(self) -> str | None:
        """The line under the headline."""
        return self._shown("subtitle")

    @property
    def summary(self) -> str | None:
        """The introduction that stands apart from the body; the declared description of a site without a selector."""
        if self.selectors.summary is None:
            return self.had("summary", "declared", declared.description_in(self.metas, self.linked))
        return self._shown("summary")

    @property
    def language(self) -> str | None:
        """The language the page claims, a BCP-47 tag, or the site's only one where it claims another."""
        return self.had("language", *declared.language(self.root.get("lang"), self.definition.languages))

    @property
    def section(self) -> str | None:
        """The slug of the publisher's section: by the definition's selector, else from the breadcrumb's second step.

        Where there is neither, the section's name as it is declared.
        """
        if (at := self.selectors.section) is not None:
            slugs = (
                declared.last_step(joined(self.base, one.get("href"))) or inline_text(one) for one in at(self.scope)
            )
            return self.had("section", "site", next(slugs, None))
        step = declared.section_step(self.nodes, self.base)
        return self.had("section", "declared", step or declared.section_name(self.metas, self.linked))

    @property
    def tags(self) -> list[str]:
        """The tags as shown; where none is, the declared keywords."""
        tags = [text for tag in outermost(self.selectors.tags(self.scope)) if (text := inline_text(tag))]
        shown = self.had("tags", self._way("tags"), tags)
        return shown or self.had("tags", "declared", declared.keywords_in(self.linked))

    @property
    def authors(self) -> list[Author]:
        """The people who signed it, each once, in order."""
        named = [(inline_text(name), name.get("href")) for name in outermost(self.selectors.authors(self.scope))]
        return self.had("authors", self._way("authors"), people(named, self.definition.publishers, self.base))

    @property
    def sponsor(self) -> Sponsor | None:
        """Who paid, where the page says that the piece is paid for."""
        at = self.selectors.sponsor if self.kind in {"sponsored", "advertorial"} else None
        return self.had("sponsor", "site", sponsor_in(at(self.scope), self.base) if at else None)

    @property
    def published_at(self) -> datetime | None:
        """The moment of publication, with the publisher's offset: as declared, else as shown."""
        return self.had("published_at", self._publication.source, self._publication.moment)

    @property
    def published_date(self) -> date | None:
        """The day of publication; of a page that states none, the day in its address."""
        return self.had("published_date", self._publication.source, self._publication.day)

    @cached_property
    def _publication(self) -> declared.Publication:
        return declared.publication(self.dates(), self.definition.day(urlsplit(self.canonical_url).path))

    def dates(self) -> Iterator[tuple[FieldSource, Stated]]:
        """Each date that the page gives for its publication, with where it came from, the most reliable first."""
        stated = map(self.read_date, declared.dates_in(self.metas, self.linked))
        yield from (("declared", found) for found in stated if found)
        if shown := self._date(self.selectors.published_at):
            yield "site", shown

    def read_date(self, text: str | None) -> Stated | None:
        """The date in a text of this page, in its language and its site's zone."""
        return stated(text, self.zone, declared.language_of_dates(self.root.get("lang"), self.definition.languages))

    @property
    def modified_at(self) -> datetime | None:
        """The moment of the last update, only where the page shows it to readers."""
        shown = self._date(self.selectors.modified_at)
        return self.had("modified_at", "site", shown.moment if shown else None)

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
        """Where the posts of a live page are to be fetched, on pages whose markup holds none."""
        return None

    def posts(self, entries: Iterable[Mapping[str, Any]]) -> list[Block]:
        """The posts in what `live_url` answers, oldest first."""
        return []

    def pictures(self, blocks: Iterable[Block]) -> list[Media]:
        """The pictures among these blocks and inside posts."""
        return pictures_in(blocks)

    @property
    def rights(self) -> Rights:
        """What is declared about use."""
        return rights(self.canonical_url, self.root, self.metas, self.linked, self.headers, self.tdm)

    @cached_property
    def boilerplate(self) -> set[HtmlElement]:
        """What stands inside the article without being of it."""
        at = self.definition.left_out.selector
        left_out = {*(at(self.scope) if at else ()), *self.withheld}
        return left_out | boilerplate_in(self.scope, left_out.__contains__)

    @property
    def reader(self) -> BlockReader:
        """A reader of this page's body markup."""
        return BlockReader(self.base, lambda element: element in self.boilerplate or is_unseen(element), self.withheld)

    def clean(self, blocks: Iterable[Block]) -> list[Block]:
        """The blocks without the paragraphs that are never the article's."""
        pattern = self.definition.left_out.pattern
        return [block for block in blocks if not (pattern and pattern.fullmatch(getattr(block, "text", None) or ""))]

    def _shown(self, field: Literal["headline", "subtitle", "summary"]) -> str | None:
        at: Selector | None = getattr(self.selectors, field)
        text = next((text for one in (outermost(at(self.scope)) if at else ()) if (text := inline_text(one))), None)
        return self.had(field, self._way(field), text)

    def _date(self, at: Selector | None) -> Stated | None:
        """The first date that what the selector finds states, as an attribute or as its text."""
        stated = (element.get("datetime") or inline_text(element) for element in (at(self.scope) if at else [])[:TIMES])
        return next((found for text in stated if (found := self.read_date(text))), None)

    def _way(self, field: str) -> FieldSource:
        return "site" if field in self.selectors.model_fields_set else "guess"

    def had(self, field: str, source: FieldSource, value: Value) -> Value:
        """The value; where there is one, take note of where it came from."""
        if value:
            self.sources[field] = source
        return value
