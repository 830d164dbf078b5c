"""What the front page of a site that nobody has described leads to: its feeds, its sections and its stories."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from lxml.html import HtmlElement

from mtcrawler.extraction.parts.pagination import LONGEST, leads_on, parts_in
from mtcrawler.frontier.address_prior import likelihood
from mtcrawler.markup.addresses import Site, joined
from mtcrawler.markup.text import inline_text
from mtcrawler.model.discovered_url import DiscoveredUrl

SECTION_WORDS: Final = 3
JSON_FEED: Final = "application/feed+json"
JSON: Final = "application/json"
"""The type of JSON Feeds on older pages, and of much else."""
FEED_TYPES: Final = frozenset(
    f"application/rss+xml application/atom+xml application/rdf+xml text/xml {JSON_FEED} {JSON}".split()
)
SAYS_FEED: Final = re.compile(r"(?i)(?<![a-z])(?:json-?)?feeds?(?![a-z])")
"""What the title or the address of one says, and of other JSON does not."""
USUAL_FEEDS: Final = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
"""Where a feed usually is on sites whose front page names none, in the order in which they are tried."""
USUAL_SITEMAPS: Final = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml")
"""The same for sitemaps that robots.txt does not name."""
NO_LISTS: Final = frozenset(
    """
    about about-us contact contact-us contacts privacy privacy-policy terms login log-in logout log-out logoff signin
    sign-in signout sign-out register subscribe newsletter
    newsletters search shop store cart account advertise jobs careers help faq imprint impressum datenschutz kontakt
    ueber-uns abo mentions-legales confidentialite contacto aviso-legal privacidad contatti chi-siamo over-ons om-oss
    o-nas kontakty author authors autor autoren auteur people staff team user users profile
    """.split()
)
"""Steps of a path that lead to no list of stories, or to one that holds nothing which other lists do not."""
MENU = re.compile(r"(?i)\bnav(bar|igation)?\b|menu|breadcrumb|\bfooter\b")
NEXT = re.compile(r"(?i)(?<![a-z])(?:next|older(?:-posts?|-link)?|load-?more)(?![a-z])")
OLDER: Final = re.compile(
    r"(?i)[\W\d]*(?:(?:older|earlier|load more|show more) (?:posts|stories|articles|entries|news)|load more"
    r"|ältere (?:beiträge|artikel|einträge)|articles plus anciens|entradas antiguas|post più vecchi|oudere berichten"
    r"|äldre inlägg|eldre innlegg|starsze posty|postagens mais antigas)[\W\d]*"
)
"""What a link to the next part of a list says beside what such a link says anywhere."""
NEXT_WORDS: Final = 3
"""Words of a link whose class calls it the next; one with more is a headline."""
CHOOSES: Final = frozenset(
    """
    c cat cats category categoryid category_id catid cat_id cid channel desk id kanal kategori kategorie categoria
    categorie k list r rub rubric rubrica rubrik rubrique s sec seccion secao sect section sectionid section_id sezione
    sid t theme_id themenid topic topicid
    """.split()
)
"""Names by which the query of a menu's link chooses a section."""
PAGES: Final = frozenset("after before cursor from max-results offset pg skip start updated-max".split())
"""Names by which the query of a list's link chooses a later part, beside those that articles in parts have."""
LINKS: Final = 5_000
"""Links of a list among which that to its next part is looked for."""
PIECES: Final = 60
"""Pieces of a link's text that are read; links may stand in each other."""
COMMENTS = re.compile(r"(?i)comment|kommentar|comentario|commentaire")


@dataclass(frozen=True)
class Link:
    """A link of a page to another of the same site: how many words it has, and whether it stands in a menu."""

    url: str
    words: int
    menu: bool


def feeds_of(root: HtmlElement, base: str) -> list[str]:
    """The feeds that a page declares, but those of comments, each once; JSON Feeds where it declares no others, as they
    say the same once more.
    """
    found: dict[str, str] = {}
    for link in root.iter("link"):
        rel, kind = (link.get("rel") or "").lower().split(), (link.get("type") or "").lower().partition(";")[0].strip()
        if "alternate" not in rel or kind not in FEED_TYPES:
            continue
        address = joined(base, link.get("href"))
        if not address:
            continue
        says = f"{link.get('title') or ''} {urlsplit(address).path}"
        if not COMMENTS.search(says) and (kind != JSON or SAYS_FEED.search(says)):
            found.setdefault(address, kind)
    return [address for address, kind in found.items() if kind not in {JSON_FEED, JSON}] or list(found)


def links_of(root: HtmlElement, base: str, site: Site) -> Iterator[Link]:
    """The links to other pages of the site, each address once with the most words it has anywhere, in page order."""
    found: dict[str, Link] = {}
    menus = _Menus()
    for anchor in root.iter("a"):
        address = joined(base, anchor.get("href"))
        if not address or not site.owns(address):
            continue
        address = address.partition("#")[0]
        words = words_in(inline_text(anchor, most=PIECES))
        known = found.get(address)
        menu = menus.hold(anchor)
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

    A menu may name them by a query that chooses one: `/list.asp?cat=sport`.
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
        if not {name.lower() for name, _ in parse_qsl(parts.query, keep_blank_values=True)} <= CHOOSES:
            continue
        if likelihood(link.url) < 0.5:  # a name of a section, not a headline
            found.setdefault(canonical, ((not link.menu, len(steps)), link.url))
    return [url for _, url in sorted(found.values(), key=lambda one: one[0])]


def next_of(root: HtmlElement, base: str) -> str | None:
    """The next part of a list, where the page says which it is: by `rel`, else by its words, else by a class.

    What looks like a story is none, whatever its link says.
    """
    by_words: str | None = None
    by_class: str | None = None
    for element in islice(root.iter("link", "a"), LINKS):
        address = joined(base, element.get("href"))
        if not address or address.partition("#")[0] == base:
            continue
        if "next" in (element.get("rel") or "").lower().split():
            if element.tag == "link" or not _is_story(address, base):
                return address
            continue
        if element.tag != "a" or by_words:
            continue
        text = inline_text(element, most=PIECES)
        if len(text) <= LONGEST and (leads_on(text) or OLDER.fullmatch(text)) and not _is_story(address, base):
            by_words = address
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        if by_class is None and NEXT.search(names) and words_in(text) <= NEXT_WORDS and _goes_on(address, base):
            by_class = address
    return by_words or by_class


def _is_story(address: str, base: str) -> bool:
    return likelihood(address) >= 0.5 and not _goes_on(address, base)


def _goes_on(address: str, base: str) -> bool:
    """Whether an address has the form of a part of the list at `base`."""
    here, there = urlsplit(base), urlsplit(address)
    if here.path.rstrip("/") == there.path.rstrip("/"):
        return True
    lists = {urlsplit(part.whole).path.rstrip("/") for part in parts_in(base)} | {here.path.rstrip("/")}
    wholes = {urlsplit(part.whole).path.rstrip("/") for part in parts_in(address)}
    if wholes & lists:
        return True
    chosen = {name.lower() for name, _ in parse_qsl(there.query, keep_blank_values=True)}
    return likelihood(address) < 0.5 and bool(wholes or chosen & PAGES)


class _Menus:
    """The menus of a page; each element is looked at once, however many links stand in it."""

    def __init__(self) -> None:
        self._held: dict[HtmlElement, bool] = {}

    def hold(self, anchor: HtmlElement) -> bool:
        """Whether a link stands in a menu."""
        within, way = False, list[HtmlElement]()
        for element in anchor.iterancestors():
            known = self._held.get(element)
            told = _is_menu(element) if known is None else known
            way.append(element)
            if told is not None:
                within = told
                break
        self._held.update(dict.fromkeys(way, within))
        return within


def _is_menu(element: HtmlElement) -> bool | None:
    """Whether an element is a menu, or holds the page's own text; None where it says neither."""
    if element.tag in {"nav", "footer"} or element.get("role") in {"navigation", "contentinfo"}:
        return True
    if element.tag in {"main", "article", "body"}:
        return False
    return True if MENU.search(f"{element.get('class') or ''} {element.get('id') or ''}") else None
