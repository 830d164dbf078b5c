"""What a page states to machines: every meta tag, every JSON-LD object, and which of these is this page's article."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from mtcrawler.extraction.declared import ARTICLE_TYPES
from mtcrawler.markup.json_values import Node
from mtcrawler.markup.structured import is_of, json_ld, string

TYPES: Final = (*ARTICLE_TYPES, "Report", "TechArticle", "ScholarlyArticle", "SocialMediaPosting", "Review", "Recipe")
TITLES: Final = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title", "title", "headline")
DESCRIPTIONS: Final = ("og:description", "description", "twitter:description")
LONGEST: Final = 400_000
"""Characters of a declared text that are looked at."""
_INSIDE: Final = ("mainEntity", "mainEntityOfPage", "hasPart", "itemListElement", "item", "about")
_PROPERTIES: Final = ("og:", "article:", "twitter:")
_NEWER: Final = ("article", "main", "section", "header", "footer", "nav", "time", "aside", "figure")
_MOST: Final = 400  # objects of a page that are looked at


class Statements:
    """The statements of one page, read once. `metas` has all values of a name, property or itemprop, in page order."""

    def __init__(self, root: HtmlElement, url: str, nodes: Sequence[Node] | None = None) -> None:
        self.root, self.url = root, url
        self.nodes: tuple[Node, ...] = tuple(islice(_opened(json_ld(root) if nodes is None else nodes), _MOST))
        self.metas: Mapping[str, list[str]] = _metas(root)
        self.host = (_split(url)[0] or "").removeprefix("www.")
        self.path = unquote(_split(url)[1]).rstrip("/")

    @cached_property
    def article(self) -> Node:
        """The object that describes this page's article, or an empty one; another story's is none."""
        articles = [node for node in self.nodes if is_of(node, *TYPES)]
        if len(articles) < 2:
            return articles[0] if articles else {}
        titles = {_folded(title) for title in self.shown_titles}
        return max(articles, key=lambda one: self._fits(one) + 2.5 * (_folded(string(one, "headline")) in titles))

    @cached_property
    def titles(self) -> list[str]:
        """What the page is said to be called, the most telling first."""
        headline = string(self.article, "headline")
        return list(dict.fromkeys([plain_text(headline), *self.shown_titles] if headline else self.shown_titles))

    @cached_property
    def shown_titles(self) -> list[str]:
        """The same without what JSON-LD says."""
        stated = [self.meta(name) for name in TITLES]
        tag = self.root.find(".//title")
        stated.append(" ".join((tag.text or "").split()) if tag is not None else None)
        return list(dict.fromkeys(plain_text(text) for text in stated if text))

    @cached_property
    def descriptions(self) -> list[str]:
        """What the page is said to be about."""
        stated = [string(self.article, "description"), *(self.meta(name) for name in DESCRIPTIONS)]
        return list(dict.fromkeys(plain_text(text) for text in stated if text))

    @cached_property
    def text(self) -> str:
        """The article's text as JSON-LD says it, or an empty one; which of it readers get is for others to say."""
        return plain_text((string(self.article, "articleBody") or "")[:LONGEST])

    @cached_property
    def site_name(self) -> str:
        """What the site calls itself, or an empty text."""
        return (
            self.meta("og:site_name")
            or string(self.article, "publisher", "name")
            or self.meta("application-name")
            or ""
        )

    @cached_property
    def is_bare(self) -> bool:
        """Whether the page declares nothing and has none of the elements of newer ones: it is made by hand, or old."""
        if self.nodes or any(name.startswith(_PROPERTIES) for name in self.metas):
            return False
        return next(self.root.iter(*_NEWER), None) is None

    @property
    def language(self) -> str | None:
        """The language that the page claims, in which its dates are written."""
        return (self.root.get("lang") or "").replace("_", "-") or None

    def meta(self, *names: str) -> str | None:
        """The first value of the first of these names that has one."""
        return next((self.metas[name][0] for name in names if name in self.metas), None)

    def deref(self, node: Any) -> Any:
        """The object that an `@id` alone refers to."""
        if isinstance(node, Mapping) and not node.get("name") and isinstance(node.get("@id"), str):
            return self._by_id.get(node["@id"], node)
        return node

    @cached_property
    def _by_id(self) -> dict[str, Node]:
        return {node["@id"]: node for node in self.nodes if isinstance(node.get("@id"), str) and node.get("name")}

    def _fits(self, node: Node) -> float:
        """How much an object looks like the description of this page."""
        points = 2.0 * bool(node.get("headline")) + 2.0 * bool(node.get("datePublished")) + bool(node.get("author"))
        points += bool(node.get("articleBody"))
        for path in self.addresses_of(node) if self.path else ():
            points += 3.0 if path == self.path else -1.5
        return points

    def addresses_of(self, node: Node) -> list[str]:
        """The paths of the pages that an object names as its own."""
        stated = (node.get("mainEntityOfPage"), node.get("url"), node.get("@id"))
        named = (one.get("@id") if isinstance(one, Mapping) else one for one in stated)
        return [path for one in named if isinstance(one, str) and (path := unquote(_split(one)[1]).rstrip("/"))]


def _folded(text: str | None) -> str:
    return plain_text(text or "").casefold()


def plain_text(text: str) -> str:
    """A text of structured data without entities and tags, white space folded."""
    text = html.unescape(text)
    if "<" in text and ">" in text:
        text = "".join(part.rpartition(">")[2] if index else part for index, part in enumerate(text.split("<")))
    return " ".join(text.split())


def _opened(nodes: Sequence[Node]) -> Iterator[Node]:
    """The objects, and those inside them that may be the article."""
    for node in nodes:
        yield node
        for name in _INSIDE:
            inner = node.get(name)
            for one in islice(inner if isinstance(inner, list) else [inner], 20):
                if isinstance(one, Mapping) and one.get("@type"):
                    yield one


def _metas(root: HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for tag in root.iter("meta"):
        if (content := (tag.get("content") or "").strip()) == "":
            continue
        for name in {tag.get("property"), tag.get("name"), tag.get("itemprop")}:
            if name:
                found[name.strip().lower()].append(content)
    return dict(found)


def _split(url: str) -> tuple[str | None, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None, ""
    return parts.hostname, parts.path
