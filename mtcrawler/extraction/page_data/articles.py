"""Which object of a page's data is its article, what it says of it, and whether it says that it is paid for."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from mtcrawler.extraction.body.words import words_of
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
_ADDRESSES: Final = ("canonical_url", "canonicalUrl", "url", "website_url", "path", "uri", "link", "slug")
_DATES: Final = tuple(
    """
    display_date first_publish_date publish_date datePublished date_published published_at publishedAt published_time
    publishedDate publicationDate publication_date firstPublished firstPublishedAt published pubDate date
    """.split()
)
_AUTHORS: Final = ("authors", "author", "byline", "creators")
_KINDS: Final = ("type", "__typename", "@type", "_type", "contentType", "content_type")
_STORY: Final = re.compile(r"(?i)article|story|news|post\b")
_PAID: Final = re.compile(
    r"(?i)paywall|premium|paid|locked|restrict|metered|subscriber|members?_?only|content_?(?:code|tier)|audience|"
    r"visibility|entitle|gated|isaccessible|access_?(?:level|type|tier)|^access$|^plus$|^is_?plus$"
)
"""Names that say who may read. A word more costs a look by the browser, a word less would take what is paid for."""
_OPEN: Final = frozenset("free public everyone open none no false 0 all anonymous unlocked".split())
_RESTRICTS: Final = re.compile(r"(?i)restrict")
"""The name of an object that may say that there are no restrictions."""
_NEGATED: Final = re.compile(r"(?i)isaccessible|free|public")
_INSIDE: Final = 2  # levels of an object in which it may say that it is paid for
_MOST_NAMES: Final = 400
_TITLE: Final = 3  # words of a title after which the name of the site may follow
_NAME: Final = 6  # words of that name


@dataclass(frozen=True)
class Candidate:
    """An object that is this page's article, its text as it stands there, and the objects around it."""

    node: Node
    body: Any
    around: tuple[Node, ...]

    @property
    def is_paid(self) -> bool:
        """Whether it or what it stands in says anything of who may read but that all may."""
        return any(_says_paid(one, level) for one, level in ((self.node, _INSIDE), *((one, 0) for one in self.around)))

    def as_linked(self, url: str) -> Node:
        """The same as a JSON-LD object, as far as it states these things as texts."""
        names = [name for key in _AUTHORS for name in _names(self.node.get(key))]
        if isinstance(signed := self.node.get("credits"), Mapping):
            names = _names(signed.get("by")) or names
        said: dict[str, Any] = {"@type": "NewsArticle", "url": url, "headline": title_of(self.node)}
        said["author"] = [{"@type": "Person", "name": name} for name in names]
        said["datePublished"] = _date(self.node)
        return {name: value for name, value in said.items() if value}


def candidates(data: Any, titles: Iterable[str], url: str) -> Iterator[Candidate]:
    """The objects that have a text and are this page's article, by their title or their address."""
    wanted = {tuple(words) for title in titles if (words := words_of(title))}
    ways: deque[tuple[Any, tuple[Node, ...]]] = deque([(data, ())])
    left, path = MOST, unquote(urlsplit(url).path).rstrip("/")
    while ways and left:
        value, around = ways.popleft()
        left -= 1
        if isinstance(value, Mapping):
            if (body := _body(value)) is not None and _is_story(value) and _is_this(value, wanted, path):
                yield Candidate(value, body, around)
            inner: Iterable[Any] = value.values()
            around = (*around, value)
        else:
            inner = value
        ways.extend((one, around) for one in inner if isinstance(one, Mapping | list))


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


def _is_this(node: Node, titles: set[tuple[str, ...]], path: str) -> bool:
    title, last = title_of(node), path.rpartition("/")[2]
    own = tuple(words_of(title or ""))
    if own in titles or (len(own) >= _TITLE and any(_goes_on(one, own) for one in titles)):
        return True
    for name in _ADDRESSES if path else ():
        value = node.get(name)
        if isinstance(value, str) and value.strip():
            leads = unquote(_path(value)).rstrip("/")
            if leads == path or (name == "slug" and leads == last):
                return True
    return False


def _goes_on(title: tuple[str, ...], own: tuple[str, ...]) -> bool:
    """Whether a title is this one with the name of the site after it."""
    return title[: len(own)] == own and len(title) - len(own) <= _NAME


def _path(address: str) -> str:
    try:
        return urlsplit(address.strip()).path
    except ValueError:
        return ""


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


def _says_paid(node: Node, levels: int) -> bool:
    for number, (name, value) in enumerate(node.items()):
        if number >= _MOST_NAMES:
            return True
        if _PAID.search(str(name)) and not _is_open(str(name), value):
            return True
        if levels and isinstance(value, Mapping) and _says_paid(value, levels - 1):
            return True
    return False


def _is_open(name: str, value: Any) -> bool:
    """Whether what an object says of its readers leaves nobody out."""
    if isinstance(value, Mapping) and _RESTRICTS.search(name):
        return len(value) < _MOST_NAMES and all(_is_open(name, one) for one in value.values())
    if isinstance(value, bool) and _NEGATED.search(name):
        return value
    if isinstance(value, str):
        word = value.strip().rpartition("/")[2].lower()
        return word == "true" if _NEGATED.search(name) and word in {"true", "false"} else not word or word in _OPEN
    return not value
