"""The section that a page shows: its category, the step of its breadcrumb, or a link at the headline to the menu's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from mtcrawler.markup.addresses import joined
from mtcrawler.markup.text import inline_text

_CATEGORY: Final = (
    "//a[contains(concat(' ', @rel, ' '), ' category ')]",
    "//*[contains(@itemprop,'articleSection') or @itemprop='genre'][not(self::meta)]",
    "//*[contains(@class,'taxonomy-category') or contains(@class,'category-name') or contains(@class,'news-category')"
    " or contains(@class,'list-category')][self::a or self::span or self::div or self::dd]",
)
_CRUMBS: Final = (
    "//*[contains(translate(@class,'BCRUM','bcrum'),'breadcrumb') or contains(@id,'breadcrumb')"
    " or contains(translate(@aria-label,'B','b'),'breadcrumb') or contains(@itemtype,'BreadcrumbList')"
    " or contains(@class,'channel-path') or contains(@class,'crumbs')]"
)
_HOME: Final = frozenset(
    (
        "home|homepage|home page|start|startseite|front page|main|accueil|inicio|início|portada|página inicial"
        "|forside|forsiden|hem|startsida|etusivu|strona główna|úvod|domů|főoldal|kezdőlap|anasayfa|ana sayfa|главная"
        "|головна|начало|αρχική|الرئيسية|ホーム|首页|首頁|홈|voorpagina|avaleht"
    ).split("|")
)
"""What links to a site's home page say, in lower case."""
_INDEX: Final = re.compile(r"(?i)/(?:[a-z]{2}/)?(?:index|default|home|main)(?:\.\w{2,5})?")
_MENU: Final = re.compile(r"(?i)\bnav(?:bar|igation|i)?\b|menu")
_MENUS: Final = frozenset(("nav", "header"))
_ELSEWHERE: Final = frozenset(("nav", "aside", "footer"))
_OTHERS: Final = re.compile(r"(?i)related|teaser|comment|sidebar|recommend|most-?read|widget|newsletter")
_LOOKED_AT: Final = 6
_CLIMB: Final = 30  # elements around a link among which a menu is looked for
_PIECES: Final = 60  # of a link's text; links may stand in each other
_LINKS: Final = 400  # of menus, and before the headline
_WORDS: Final = 4
_LONGEST: Final = 40
_BEFORE: Final = 4  # links before the headline that may name the section
_AFTER: Final = 6


def shown_section(root: HtmlElement, base: str, headline: HtmlElement | None) -> str | None:
    """Its name as readers see it; None where the page shows none."""
    return next(chain(_categories(root), _crumbs(root, base), _of_menu(root, base, headline)), None)


def _categories(root: HtmlElement) -> Iterator[str]:
    for way in _CATEGORY:
        for element in islice(root.xpath(way), _LOOKED_AT):
            link = element if element.tag == "a" else next(element.iter("a"), element)
            if (name := _name(link)) and not _elsewhere(element):
                yield name


def _crumbs(root: HtmlElement, base: str) -> Iterator[str]:
    """The step after the home page's; the page itself, and what leads to it, are none."""
    for element in islice(root.xpath(_CRUMBS), _LOOKED_AT):
        links = list(islice(element.iter("a"), 2 * _LOOKED_AT))
        for link in links:
            path, name = _path(base, link), _name(link)
            if path not in {None, "", _bare(base)} and name and not _is_home(path or "", name, root.get("lang")):
                yield name


def _is_home(path: str, name: str, language: str | None) -> bool:
    """Whether a step is the home page's, by its name or its address: an index, or the root of the page's language."""
    code = (language or "")[:2].lower()
    return name.casefold() in _HOME or _INDEX.fullmatch(path) is not None or bool(code and path.lower() == f"/{code}")


def _of_menu(root: HtmlElement, base: str, headline: HtmlElement | None) -> Iterator[str]:
    """What a link beside the headline has in common with one of the menu: its address and its name."""
    if headline is None:
        return
    menu: set[tuple[str | None, str]] = set()
    links: list[HtmlElement] = []
    seen = None
    for element in root.iter("a", headline.tag):
        if element is headline:
            seen = len(links)
        elif element.tag == "a" and _in_menu(element):
            menu.add((_path(base, element), (_name(element) or "").casefold()))
        elif element.tag == "a":
            links.append(element)
        if len(menu) > _LINKS or (seen is not None and len(links) >= seen + _AFTER and menu):
            break
    at = seen or 0
    for link in links[max(0, at - _BEFORE) : at + _AFTER]:
        name = _name(link)
        if name and (_path(base, link), name.casefold()) in menu and _path(base, link) and not _elsewhere(link):
            yield name


def _in_menu(link: HtmlElement) -> bool:
    return any(
        above.tag in _MENUS or _MENU.search(f"{above.get('class') or ''} {above.get('id') or ''}")
        for above in islice(link.iterancestors(), _CLIMB)
        if above.tag not in {"body", "html", "article", "main"}
    )


def _elsewhere(element: HtmlElement) -> bool:
    return any(
        above.tag in _ELSEWHERE or _OTHERS.search(above.get("class") or "")
        for above in islice(element.iterancestors(), _CLIMB)
        if above.tag not in {"body", "html"}
    )


def _name(link: HtmlElement) -> str | None:
    text = " ".join(inline_text(link, most=_PIECES).split())
    return text if 1 < len(text) <= _LONGEST and len(text.split()) <= _WORDS else None


def _path(base: str, link: HtmlElement) -> str | None:
    """Path and query of where a link leads; empty for a home page."""
    address = joined(base, link.get("href"))
    return _bare(address) if address else None


def _bare(address: str) -> str:
    parts = urlsplit(address)
    return parts.path.rstrip("/") + (f"?{parts.query}" if parts.query else "")
