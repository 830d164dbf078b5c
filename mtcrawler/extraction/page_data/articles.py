"""Which object of a page's data is its article, what it says of it, and whether it says that it is paid for."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from mtcrawler.extraction.body.words import words_of
from mtcrawler.extraction.page_data.paid_names import says_paid
from mtcrawler.markup.json_values import Node

MOST: Final = 50_000
"""Values of a page's data that are looked at."""
BODIES: Final = tuple(
    """
    content_elements articleBody body bodyHtml body_html bodyHTML content contentHtml content_html html text blocks
    paragraphs components
    """.split()
)
"""Names under which articles have their text, the most telling first."""
_TITLES: Final = ("headline", "title", "headlines", "name")
_DATES: Final = tuple(
    """
    display_date first_publish_date publish_date datePublished date_published published_at publishedAt published_time
    publishedDate publicationDate publication_date firstPublished firstPublishedAt published pubDate date
    """.split()
)
_AUTHORS: Final = ("authors", "author", "byline", "creators")
_KINDS: Final = ("type", "__typename", "@type", "_type", "contentType", "content_type")
_STORY: Final = re.compile(r"(?i)article|story|news|post\b")
_NAME_AFTER: Final = re.compile(r"\s[|\-–—·•»]\s")
_TITLE: Final = 3  # words of a title after which the name of the site may follow
_INSIDE: Final = 8  # levels of an object in which it may say that it is paid for
_BESIDE: Final = 1  # of those around it
_MOST_AROUND: Final = 2_000  # names of one of these


@dataclass(frozen=True)
class Candidate:
    """An object that is this page's article, its text as it stands there, and the objects around it."""

    node: Node
    body: Any
    around: tuple[Node, ...]

    @property
    def is_paid(self) -> bool:
        """Whether it or what it stands in says anything of who may read but that all may."""
        return says_paid(self.node, _INSIDE) or any(says_paid(one, _BESIDE, _MOST_AROUND) for one in self.around)

    def as_linked(self, url: str) -> Node:
        """The same as a JSON-LD object, as far as it states these things as texts."""
        names = [name for key in _AUTHORS for name in _names(self.node.get(key))]
        if isinstance(signed := self.node.get("credits"), Mapping):
            names = _names(signed.get("by")) or names
        said: dict[str, Any] = {"@type": "NewsArticle", "url": url, "headline": title_of(self.node)}
        said["author"] = [{"@type": "Person", "name": name} for name in names]
        said["datePublished"] = _date(self.node)
        return {name: value for name, value in said.items() if value}


def candidates(data: Any, headline: str) -> Iterator[Candidate]:
    """The objects that have a text and this headline."""
    wanted, left = words_of(headline), MOST
    ways: deque[tuple[Any, tuple[Node, ...]]] = deque([(data, ())])
    while ways and left:
        value, around = ways.popleft()
        left -= 1
        if isinstance(value, Mapping):
            if (body := _body(value)) is not None and _is_story(value) and words_of(title_of(value) or "") == wanted:
                yield Candidate(value, body, around)
            inner: Iterable[Any] = value.values()
            around = (*around, value)
        else:
            inner = value
        ways.extend(islice(((one, around) for one in inner if isinstance(one, Mapping | list)), left))


def in_words(titles: Iterable[str]) -> set[tuple[str, ...]]:
    """The words of each title, and without the name of the site after it."""
    found: set[tuple[str, ...]] = set()
    for title in titles:
        found.add(tuple(words_of(title)))
        *_, end = (0, *(sign.start() for sign in _NAME_AFTER.finditer(title)))
        if len(words := words_of(title[:end])) >= _TITLE:
            found.add(tuple(words))
    return found - {()}


def title_of(node: Node) -> str | None:
    """What an object is called."""
    for name in _TITLES:
        value = node.get(name)
        if isinstance(value, Mapping):
            value = value.get("basic") or value.get("rendered")
        if isinstance(value, str) and value.strip():
            return value.strip()
    return None


def _body(node: Node) -> Any:
    for name in BODIES:
        value = node.get(name)
        if isinstance(value, Mapping):
            value = value.get("rendered") or value.get("html") or value.get("content") or value.get("json")
        if value and isinstance(value, str | list):
            return value
    return None


def _is_story(node: Node) -> bool:
    """Whether an object says that it is an article, or when it was published."""
    kinds = (node.get(name) for name in _KINDS)
    return _date(node) is not None or any(isinstance(kind, str) and _STORY.search(kind) for kind in kinds)


def _date(node: Node) -> str | None:
    stated = (node.get(name) for name in _DATES)
    return next((str(one) for one in stated if isinstance(one, str | int) and any(map(str.isdigit, str(one)))), None)


def _names(stated: Any) -> list[str]:
    found: list[str] = []
    for one in (stated if isinstance(stated, list) else [stated])[:20]:
        name = (one.get("name") or one.get("title")) if isinstance(one, Mapping) else one
        if isinstance(name, str) and name.strip():
            found.append(name.strip())
    return found
