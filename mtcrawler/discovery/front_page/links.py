"""What the front page of a site that nobody has described leads to: its feeds, its sections and its stories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from mtcrawler.extraction.parts.pagination import leads_on
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
NO_LISTS: Final = frozenset(
    """
    about about-us contact contact-us contacts privacy privacy-policy terms login signin register subscribe newsletter
    newsletters search shop store cart account advertise jobs careers help faq imprint impressum datenschutz kontakt
    ueber-uns abo mentions-legales confidentialite contacto aviso-legal privacidad contatti chi-siamo over-ons om-oss
    o-nas kontakty author authors autor autoren auteur people staff team user users profile
    """.split()
)
"""Steps of a path that lead to no list of stories, or to one that holds nothing which other lists do not."""
MENU = re.compile(r"(?i)\bnav(bar|igation)?\b|menu|breadcrumb|\bfooter\b")
NEXT = re.compile(r"(?i)(?<![a-z])(?:next|older(?:-posts?|-link)?|load-?more)(?![a-z])")
LINKS: Final = 5_000
"""Links of a list among which that to its next part is looked for."""
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
        words = words_in(inline_text(anchor))
        known = found.get(address)
        menu = _in_menu(anchor)
        found[address] = Link(address, max(words, known.words if known else 0), menu and (known is None or known.menu))
    yield from found.values()


def stories_of(links: list[Link], source: str) -> Iterator[DiscoveredUrl]:
    """The links that may lead to stories: all but those of menus."""
    return (DiscoveredUrl(link.url, source, words=link.words) for link in links if not link.menu)


def words_in(text: str) -> int:
    """The words of a text; where a script has no spaces two letters are one."""
    close = sum(1 for char in text if "\u0e00" <= char <= "\u0eff" or "\u3040" <= char <= "\u9fff")
    return len(text.split()) + close // 2


def sections_of(links: list[Link], site: Site) -> list[str]:
    """The addresses, as they are linked, of what look like the site's sections: menus first, the shortest first.

    A menu may name them by a query: `/list.asp?cat=sport`.
    """
    found: dict[str, tuple[tuple[bool, int], str]] = {}
    for link in links:
        canonical = site.canonical(link.url)
        parts = urlsplit(canonical)
        steps = [step for step in parts.path.split("/") if step]
        if not 1 <= len(steps) <= 3 or link.words > SECTION_WORDS or link.words == 0:
            continue
        if not NO_LISTS.isdisjoint(step.lower().rpartition(".")[0] or step.lower() for step in steps):
            continue
        if (parts.query or len(steps) > 2) and not link.menu:
            continue
        if likelihood(link.url) < 0.5:  # a name of a section, not a headline
            found.setdefault(canonical, ((not link.menu, len(steps)), link.url))
    return [url for _, url in sorted(found.values(), key=lambda one: one[0])[:SECTIONS]]


def next_of(root: HtmlElement, base: str) -> str | None:
    """The next part of a list, where the page says which it is: by `rel`, by a class of that name, or by its words."""
    told: str | None = None
    for element in islice(root.iter("link", "a"), LINKS):
        address = joined(base, element.get("href"))
        if not address or address.partition("#")[0] == base:
            continue
        if "next" in (element.get("rel") or "").lower().split():
            return address
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if told is None and (NEXT.search(names) or (element.tag == "a" and leads_on(inline_text(element)))):
            told = address
    return told


def _in_menu(anchor: HtmlElement) -> bool:
    for element in anchor.iterancestors():
        if element.tag in {"nav", "footer"} or element.get("role") in {"navigation", "contentinfo"}:
            return True
        if element.tag in {"main", "article", "body"}:
            return False
        if MENU.search(f"{element.get('class') or ''} {element.get('id') or ''}"):
            return True
    return False
