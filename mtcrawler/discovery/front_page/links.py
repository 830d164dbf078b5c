"""What the front page of a site that nobody has described leads to: its feeds, its sections and its stories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from mtcrawler.frontier.address_prior import likelihood
from mtcrawler.markup.addresses import Site, joined
from mtcrawler.markup.text import inline_text
from mtcrawler.model.discovered_url import DiscoveredUrl

FEEDS: Final = 6
"""Feeds that are read of those a front page names."""
SECTIONS: Final = 15
"""Section lists that are read beside the front page."""
SECTION_WORDS: Final = 3
FEED_TYPES: Final = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "text/xml"})
USUAL_FEEDS: Final = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
"""Where a feed usually is on sites whose front page names none, in the order in which they are tried."""
USUAL_SITEMAPS: Final = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
"""The same for sitemaps that robots.txt does not name."""
MENU = re.compile(r"(?i)\bnav(bar|igation)?\b|menu|breadcrumb|\bfooter\b")
COMMENTS = re.compile(r"(?i)comment|kommentar|comentario|commentaire")


@dataclass(frozen=True)
class Link:
    """A link of a page to another of the same site: how many words it has, and whether it stands in a menu."""

    url: str
    words: int
    menu: bool


def feeds_of(root: HtmlElement, base: str) -> list[str]:
    """The feeds that a page declares, but those of comments, each once."""
    found: dict[str, None] = {}
    for link in root.iter("link"):
        rel, kind = (link.get("rel") or "").lower().split(), (link.get("type") or "").lower().strip()
        if "alternate" not in rel or kind not in FEED_TYPES:
            continue
        address = joined(base, link.get("href"))
        if address and not COMMENTS.search(f"{link.get('title') or ''} {urlsplit(address).path}"):
            found[address] = None
    return list(found)[:FEEDS]


def links_of(root: HtmlElement, base: str, site: Site) -> Iterator[Link]:
    """The links to other pages of the site, each address once with the most words it has anywhere, in page order."""
    found: dict[str, Link] = {}
    for anchor in root.iter("a"):
        address = joined(base, anchor.get("href"))
        if not address or not site.owns(address):
            continue
        address = address.partition("#")[0]
        words = len(inline_text(anchor).split())
        known = found.get(address)
        menu = _in_menu(anchor)
        found[address] = Link(address, max(words, known.words if known else 0), menu and (known is None or known.menu))
    yield from found.values()


def stories_of(links: list[Link], source: str) -> Iterator[DiscoveredUrl]:
    """The links that may lead to stories: all but those of menus."""
    return (DiscoveredUrl(link.url, source, words=link.words) for link in links if not link.menu)


def sections_of(links: list[Link], site: Site) -> list[str]:
    """The paths of what look like the site's sections: menus first, the shortest paths first."""
    found: dict[str, tuple[bool, int]] = {}
    for link in links:
        parts = urlsplit(site.canonical(link.url))
        steps = [step for step in parts.path.split("/") if step]
        if not 1 <= len(steps) <= 2 or parts.query or link.words > SECTION_WORDS or link.words == 0:
            continue
        if likelihood(link.url) < 0.5:  # a name of a section, not a headline
            found.setdefault(parts.path, (not link.menu, len(steps)))
    return sorted(found, key=lambda path: found[path])[:SECTIONS]


def next_of(root: HtmlElement, base: str) -> str | None:
    """The next part of a list, where the page says which it is."""
    for tag in ("link", "a"):
        for element in root.iter(tag):
            if "next" in (element.get("rel") or "").lower().split() and (address := joined(base, element.get("href"))):
                return address
    return None


def _in_menu(anchor: HtmlElement) -> bool:
    for element in anchor.iterancestors():
        if element.tag in {"nav", "footer"} or element.get("role") in {"navigation", "contentinfo"}:
            return True
        if element.tag in {"main", "article", "body"}:
            return False
        if MENU.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
    return False
