"""Laws of extractors: each field tells where it came from, and another kind of extractor needs no change elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

from lxml.html import HtmlElement, fromstring
from scrapy.http import HtmlResponse, Request
from scrapy.utils.test import get_crawler

from mtcrawler.extraction.drafting import draft_of
from mtcrawler.extraction.extractor import ExtractedPage, Extractor, SelectorExtractor
from mtcrawler.extraction.normalization import article_of
from mtcrawler.extraction.rights import TdmRule
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.fetch.mode.plain import as_a_reader
from mtcrawler.markup.addresses import Site
from mtcrawler.markup.json_values import Node
from mtcrawler.model.article import Author, Block, Draft, Image, Kind, Media, Paragraph, Rights, Sponsor
from mtcrawler.model.provenance import FieldSource, Provenance
from mtcrawler.sites.loading import load_definition
from mtcrawler.spider.spider_loader import spider_of
from tests.fixtures.sites import described

HERALD = Path(__file__).parents[1] / "crawl" / "sites" / "herald"
URL = "https://paper.example/2026/11/20/ice"


def drafted(extractor: Extractor, html: str, url: str) -> Draft:
    """The draft of a page."""
    page, access = as_a_reader(extractor.extract(html, url, {}), 200)
    told = {"run_id": "-", "crawler_version": "-", "discovered_via": "url", "rendered": "http", "status": 200}
    provenance = Provenance.model_validate(
        {**told, "fetched_at": "2026-11-20T10:00:00+00:00", "extractor": extractor.name}
    )
    return draft_of(page, publisher="-", spider="-", known_as=(), overlays=(), access=access, provenance=provenance)


def test_each_field_tells_how_it_was_had() -> None:
    """A selector of the definition, what the page declares, or a guess: the stored article says so of each field."""
    extractor = SelectorExtractor(load_definition(HERALD / "herald.example.toml"))
    html = (HERALD / "page.html").read_text("utf-8")
    draft = drafted(extractor, html, "https://www.herald.example/story/20261120-ferry-to-run-hourly")
    by_site = (
        "headline",
        "subtitle",
        "section",
        "authors",
        "tags",
        "published_at",
        "modified_at",
        "image",
        "body",
        "published_date",
    )
    assert draft.provenance.fields == {**dict.fromkeys(by_site, "site"), "language": "declared"}
    stored = json.loads(article_of(draft).to_json())["provenance"]
    assert stored["fields"] == draft.provenance.fields
    assert stored["confidence"] is None


def test_what_no_selector_finds_is_declared_or_guessed() -> None:
    """Without selectors the headline is a guess and the date what the page declares; what is not there has no way."""
    head = '<meta property="article:published_time" content="2026-11-20T10:00:00Z">'
    draft = drafted(SelectorExtractor(described()), f"<head>{head}</head><article><h1>Ice</h1><p>x</p></article>", URL)
    assert draft.provenance.fields == {
        "headline": "guess",
        **dict.fromkeys(("published_at", "published_date"), "declared"),
        "body": "guess",
        "language": "site",
    }


@dataclass
class Read:
    """A page as another kind of extractor reads it: no selectors, no definition."""

    url: str
    site: Site
    root: HtmlElement
    headline: str
    body: list[Block]
    size: int
    base: str = URL
    declared_url: str = ""
    metas: Mapping[str, str] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    linked: Node = field(default_factory=dict)
    body_elements: list[HtmlElement] = field(default_factory=list)
    is_article: bool = True
    free: bool = True
    confidence: float | None = 0.75
    live_url: str | None = None
    kind: Kind = "other"
    language: str | None = "en"
    subtitle: str | None = None
    summary: str | None = None
    section: str | None = None
    tags: list[str] = field(default_factory=list)
    authors: list[Author] = field(default_factory=list)
    sponsor: Sponsor | None = None
    published_at: datetime | None = None
    published_date: date | None = None
    modified_at: datetime | None = None
    image: Image | None = None
    media: list[Media] = field(default_factory=list)
    rights: Rights = field(default_factory=Rights)
    sources: Mapping[str, FieldSource] = field(default_factory=lambda: {"headline": "model", "body": "model"})

    @property
    def canonical_url(self) -> str:
        """As it was fetched."""
        return self.site.canonical(self.url)

    @property
    def scope(self) -> HtmlElement:
        """All of it."""
        return self.root

    @property
    def headline_element(self) -> HtmlElement | None:
        """The first paragraph."""
        return self.root.find(".//p")

    def posts(self, entries: Iterable[Mapping[str, Any]]) -> list[Block]:
        """None."""
        return []

    def pictures(self, blocks: Iterable[Block]) -> list[Media]:
        """None."""
        return []

    def completed(self) -> Self:
        """Nothing is missing."""
        return self

    def without(self, withheld: Iterable[HtmlElement]) -> Self:
        """The paragraphs that do not stand in any of these."""
        unseen = {inner for element in withheld for inner in element.iter()}
        texts = [element.text_content() for element in list(self.root.iter("p"))[1:] if element not in unseen]
        return replace(self, body=[Paragraph(text=text) for text in texts])


class FirstParagraph:
    """An extractor that takes the first paragraph for the headline and the others for the body."""

    name = "paragraphs/1"

    def __init__(self, site: Site) -> None:
        self.site = site

    def extract(self, html: str, url: str, headers: Mapping[str, str], tdm: tuple[TdmRule, ...] = ()) -> ExtractedPage:
        """As the protocol says."""
        root = fromstring(html)
        first, *others = [element.text_content() for element in root.iter("p")]
        body: list[Block] = [Paragraph(text=text) for text in others]
        return Read(url, self.site, root, first, body, len(html), metas={"article:published_time": "2026-11-20"})


def test_another_kind_of_extractor_needs_no_change_elsewhere() -> None:
    """A spider that is given an extractor of another make crawls with it, in the mode that compares pages, too."""
    definition = described(policy={"free": True})
    kind = spider_of(definition)
    crawler = get_crawler(kind, {"RENDER_MODE": "auto", "RUN_ID": "run"})
    spider = kind(crawler, SiteContext(crawler, definition, {}), FirstParagraph(definition.site))
    target = spider.frontier.ask(URL)
    assert target is not None
    html = "<html><body><p>Ice on the River</p><p>The ferry stays in port.</p></body></html>"
    request = spider.requests.page(target)
    (shown,) = spider.parse_plain(HtmlResponse(URL, body=html.encode(), encoding="utf-8", request=request), target)
    assert isinstance(shown, Request)
    drafts = list(
        spider.parse_shown(HtmlResponse(URL, body=html.encode(), encoding="utf-8", request=shown), **shown.cb_kwargs)
    )
    (draft,) = drafts
    assert isinstance(draft, Draft)
    assert (draft.headline, draft.kind, draft.provenance.extractor) == ("Ice on the River", "other", "paragraphs/1")
    assert draft.provenance.fields == {"headline": "model", "body": "model"}
    assert article_of(draft).text == "The ferry stays in port."


def test_another_kind_of_extractor_is_given_what_is_withheld() -> None:
    """What a page declares as paid is left out by whichever extractor reads it, and the tier is judged all the same."""
    node = {"isAccessibleForFree": False, "hasPart": {"isAccessibleForFree": False, "cssSelector": ".paid"}}
    html = "<html><body><p>Ice</p><p>The ferry stays in port.</p><p class=paid>Until May.</p></body></html>"
    page = FirstParagraph(described().site).extract(html, URL, {})
    assert isinstance(page, Read)
    seen, access = as_a_reader(replace(page, free=False, nodes=(node,)), 200)
    assert [block.text for block in seen.body if isinstance(block, Paragraph)] == ["The ferry stays in port."]
    assert (access.tier, access.complete) == ("subscription", False)
