"""What a page declares of its article in structured data, and what its dates come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from mtcrawler.markup.addresses import joined
from mtcrawler.markup.dates import Stated
from mtcrawler.markup.json_values import Node
from mtcrawler.markup.structured import is_of, of_type, string
from mtcrawler.model.article import Kind
from mtcrawler.model.provenance import FieldSource

ARTICLE_TYPES: Final = tuple(
    """
    NewsArticle Article ReportageNewsArticle OpinionNewsArticle AnalysisNewsArticle BackgroundNewsArticle
    ReviewNewsArticle AskPublicNewsArticle SatiricalArticle AdvertiserContentArticle BlogPosting LiveBlogPosting
    """.split()
)
_KINDS: Final[dict[str, Kind]] = {
    "OpinionNewsArticle": "opinion",
    "ReviewNewsArticle": "opinion",
    "AnalysisNewsArticle": "analysis",
    "BackgroundNewsArticle": "analysis",
    "AdvertiserContentArticle": "sponsored",
    "LiveBlogPosting": "live",
}
A_DAY: Final = timedelta(days=1)
"""By how much an address's day may differ from the stated one: they may be told in different zones."""
MOST_TAGS: Final = 50
"""Keywords of one article; more are not meant for readers."""


class Publication(NamedTuple):
    """When an article was published, and where that came from."""

    source: FieldSource
    moment: datetime | None
    day: date | None


def article_node(nodes: Iterable[Node], canonical: str, title: str | None = None) -> Node:
    """The JSON-LD object of the article at this address: the one that names the address, or the title, else the first.

    `title` is what the page's meta tags call it.
    """
    articles = [node for node in nodes if is_of(node, *ARTICLE_TYPES)]
    if len(articles) < 2:
        return articles[0] if articles else {}
    named = (node for node in articles if canonical in _addresses(node))
    called = (node for node in articles if title and string(node, "headline") == title)
    return next(chain(named, called), articles[0])


def kind_in(node: Node) -> Kind | None:
    """The kind that the object's type tells; None for plain news."""
    return next((kind for name, kind in _KINDS.items() if is_of(node, name)), None)


def dates_in(metas: Mapping[str, str], node: Node) -> Iterator[str]:
    """What is declared as the time of publication, the most reliable first."""
    for text in (metas.get("article:published_time"), string(node, "datePublished")):
        if text:
            yield text


def publication(stated: Iterable[tuple[FieldSource, Stated]], in_address: date | None) -> Publication:
    """What the page's dates come to: the first that does not contradict the day in its address.

    Where there is none at all the address's day stands; where all contradict it nothing does.
    """
    contradicted, first = False, None
    for source, found in stated:  # each is looked for only where those before it do not tell the moment
        if in_address is not None and abs(found.day - in_address) > A_DAY:
            contradicted = True
        elif found.moment is not None and (first is None or first.day == found.day):
            return Publication(first.source if first else source, found.moment, found.day)
        elif first is None:
            first = Publication(source, None, found.day)
    return first or Publication("site", None, None if contradicted else in_address)


def language(claimed: str | None, languages: Sequence[str]) -> tuple[FieldSource, str | None]:
    """The language a page claims, and where that came from: a site that has one only knows better."""
    if len(languages) == 1 and not _is_one_of(claimed, languages):
        return "site", languages[0]
    return "declared", claimed or None


def language_of_dates(claimed: str | None, languages: Sequence[str]) -> str:
    """The language, with its region, that a page writes dates in: its own where that is one of the site's."""
    return claimed if claimed and _is_one_of(claimed, languages) else languages[0]


def _is_one_of(claimed: str | None, languages: Sequence[str]) -> bool:
    primary = (claimed or "").replace("_", "-").split("-")[0].strip().lower()
    return primary in {language.split("-")[0].lower() for language in languages}


def section_step(nodes: tuple[Node, ...], base: str) -> str | None:
    """The slug of the breadcrumb's second step, where the article is at least the third."""
    stated = of_type(nodes, "BreadcrumbList").get("itemListElement")
    items: list[Any] = stated if isinstance(stated, list) else []
    for item in items:
        if isinstance(item, dict) and item.get("position") in (2, "2") and len(items) > 2:
            return last_step(joined(base, string(item, "item") or string(item, "item", "@id")))
    return None


def section_name(metas: Mapping[str, str], node: Node) -> str | None:
    """The name of the section; the first of several."""
    stated = node.get("articleSection")
    names = stated if isinstance(stated, list) else [stated]
    return next(
        (name.strip() for name in names if isinstance(name, str) and name.strip()), metas.get("article:section")
    )


def keywords_in(node: Node) -> list[str]:
    """The keywords, each once, whether they come as a list or as one text with commas."""
    stated = node.get("keywords")
    words = stated.split(",") if isinstance(stated, str) else stated if isinstance(stated, list) else []
    texts = (" ".join(word.split()) for word in words if isinstance(word, str))
    return list(dict.fromkeys(text for text in texts if text))[:MOST_TAGS]


def description_in(metas: Mapping[str, str], node: Node) -> str | None:
    """What the article is about, in a sentence or two."""
    return string(node, "description") or metas.get("og:description") or metas.get("description")


def titles_in(metas: Mapping[str, str], node: Node) -> frozenset[str]:
    """The headline as an article's structured data has it, white space folded; empty where it describes no article."""
    if not node and metas.get("og:type") != "article":
        return frozenset()
    stated = (string(node, "headline"), metas.get("og:title"))
    return frozenset(" ".join(text.split()) for text in stated if text)


def last_step(address: str | None) -> str | None:
    """The last step of an address's path, which mostly is a slug."""
    return urlsplit(address or "").path.rstrip("/").rpartition("/")[2] or None


def _addresses(node: Node) -> set[str | None]:
    return {string(node, *path) for path in (("url",), ("@id",), ("mainEntityOfPage",), ("mainEntityOfPage", "@id"))}
