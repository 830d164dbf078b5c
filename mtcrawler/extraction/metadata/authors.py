"""Who signed the article: as declared, else as a byline shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final, NamedTuple

from lxml.html import HtmlElement

from mtcrawler.extraction.bylines import is_person
from mtcrawler.extraction.metadata.names import is_full_name, names_in
from mtcrawler.extraction.metadata.statements import Statements
from mtcrawler.extraction.signing_words import is_agency, is_newsroom
from mtcrawler.markup.addresses import joined
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Author
from mtcrawler.model.provenance import FieldSource

METAS: Final = tuple(
    """
    author article:author parsely-author sailthru.author dc.creator dcterms.creator byl citation_author
    article:author_name authors dc.author cxenseparse:author og:article:author article.author author.name
    shareaholic:article_author_name rbauthors dcsext.author creator
    """.split()
)
_PAGES: Final = tuple(
    """
    author authors author-page autor autoren autores autori auteur auteurs profile profil people person personnes
    journalist journalists staff by writers contributor contributors team firmas redaktion reporter columnists
    """.split()
)
_LINKS: Final = " or ".join(f"contains(@href,'/{page}/')" for page in _PAGES)
_NAMED: Final = tuple(
    """
    author-name author_name authorName AuthorName authorname author__name author-link byline-name byline__name
    bylineName byline-link
    """.split()
)
_WAYS: Final = (
    "//*[@rel='author' or @rel='author noopener']",
    "//*[contains(@itemprop,'author')]//*[contains(@itemprop,'name')]",
    "//*[contains(@itemprop,'author')][not(self::meta)]",
    f"//a[{_LINKS}]",
    "//*[" + " or ".join(f"contains(@class,'{name}')" for name in _NAMED) + "]",
    "//*[contains(@class,'byline') or contains(@class,'Byline') or @id='byline']",
    "//*[@class='author' or contains(@class,'author ') or contains(@class,' author') or contains(@class,'-author')"
    " or contains(@class,'autor') or contains(@class,'auteur') or @id='author']",
)
_ELSEWHERE: Final = frozenset("aside footer nav".split())
_OTHERS: Final = ("comment", "related", "recirc", "sidebar", "recommend", "teaser", "most-read", "popular", "promo")
_APART: Final = re.compile(r"[|｜•·]")
_LONGEST: Final = 160
_HAN: Final = "\u3400"
"""Where the signs begin that are words: a name may have two."""
_LOOKED_AT: Final = 10
_LINKS_READ: Final = 2_000


class Signed(NamedTuple):
    """The authors, who are people; every name in the byline, also of agencies and the paper; where they came from."""

    authors: list[Author]
    names: list[str]
    source: FieldSource


def authors_of(
    page: Statements,
    base: str,
    publishers: frozenset[str] = frozenset(),
    unmarked: Iterable[list[str]] = (),
    learned: Iterable[Mapping[str, str | None]] = (),
    marked: Iterable[HtmlElement] = (),
    near: Iterable[str] = (),
) -> Signed | None:
    """The first way of saying who wrote it that names people; where none does, the first that names anybody.

    An agency or the publisher is no author. `publishers` are names of the paper itself, in lower case; `unmarked` are
    names in lines that nothing marks as bylines, `learned` what stands where the site is known to show bylines,
    `marked` the elements in which the page's system shows them, `near` the lines around the headline.
    """
    spare: Signed | None = None
    near = list(near)
    ways = chain(_declared(page), _marked(marked), _remembered(learned), _shown(page), _unmarked(unmarked))
    for source, said in ways:
        if not (names := names_in(said)) or (spare and source == "guess" and not all(map(_is_whole, names))):
            continue
        more = _shown_with(names, near, page.root) if source == "declared" else []
        stated = [*(said if isinstance(said, list) else [said]), *more] if more else said
        names = [one["name"] for one in more] or names
        people = [name for name in names if not _is_publisher(name, page) and is_person(name, publishers)]
        if people:
            addresses = _addresses(stated)
            signed = [name for name in names if name in people or not _is_publisher(name, page)]
            return Signed([Author(name=name, url=joined(base, addresses.get(name))) for name in people], signed, source)
        spare = spare or Signed([], names, source)
    return spare


def _shown_with(names: list[str], lines: Iterable[str], root: HtmlElement) -> list[dict[str, Any]]:
    """All names of the byline that goes on after these; some pages declare the first of several alone.

    It is a line of nothing but these names, full ones of other people, agencies, and the names of papers and bureaus,
    which are left out as is what follows a bar or a dot: where they are, or whose they are.
    """
    for line in lines:
        if len(line) > _LONGEST or names[0] not in line or len(found := names_in(line)) <= len(names):
            continue
        others = found[len(names) :]
        if found[: len(names)] != names or not all(is_full_name(one) or is_agency(one) for one in others):
            continue
        at = line.find(names[-1])
        before = line[:at] + _APART.split(line[at:], maxsplit=1)[0]
        found = names + [one for one in others if one in before and (is_agency(one) or not is_newsroom(one))]
        if len(found) > len(names):
            return [{"name": one, "url": _address_of(one, root)} for one in found]
    return []


def _is_whole(name: str) -> bool:
    """Whether a name is as long as a person's in its script: where a paper signs, a word beside it is a label."""
    return not name.isascii() or is_full_name(name)


def _address_of(name: str, root: HtmlElement) -> str | None:
    """Where the first link leads that says this name and nothing else."""
    links = (link for link in islice(root.iter("a"), _LINKS_READ) if name in (link.text or ""))
    return next((link.get("href") for link in links if " ".join(inline_text(link).split()) == name), None)


def declared_names(page: Statements) -> list[str]:
    """Everybody whom the page declares to have written it, in the first way that names anybody."""
    return next((names for _, stated in _declared(page) if (names := names_in(stated))), [])


def _declared(page: Statements) -> Iterator[tuple[FieldSource, Any]]:
    said = page.article.get("author") or page.article.get("creator") or page.article.get("authors")
    if said:
        yield "declared", [page.deref(one) for one in said] if isinstance(said, list) else page.deref(said)
    for name in METAS:
        if name in page.metas:
            yield "declared", page.metas[name]
    if "written" in (page.meta("twitter:label1") or "").lower():
        yield "declared", page.metas.get("twitter:data1", [])


def _marked(elements: Iterable[HtmlElement]) -> Iterator[tuple[FieldSource, Any]]:
    yield "guess", _named_by(elements)


def _unmarked(names: Iterable[list[str]]) -> Iterator[tuple[FieldSource, Any]]:
    yield from (("guess", one) for one in names if one)


def _remembered(learned: Iterable[Mapping[str, str | None]]) -> Iterator[tuple[FieldSource, Any]]:
    yield "learned", list(learned)


def _shown(page: Statements) -> Iterator[tuple[FieldSource, Any]]:
    for way in _WAYS:
        shown = _named_by(islice(page.root.xpath(way), _LOOKED_AT))
        if shown:
            yield "guess", shown if "href" in way or "rel" in way else shown[:1]


def _named_by(elements: Iterable[HtmlElement]) -> list[dict[str, str | None]]:
    """What the elements of a byline say, and where they lead."""
    said = ((element, _said(element)) for element in islice(elements, _LOOKED_AT))
    return [{"name": text, "url": _link(element)} for element, text in said if text]


def _link(element: HtmlElement) -> str | None:
    """Where a byline's element leads, where that is one place."""
    links = [element] if element.tag == "a" else list(islice(element.iter("a"), 2))
    return links[0].get("href") if len(links) == 1 else None


def _said(element: HtmlElement) -> str | None:
    """What an element of a byline says; nothing where it stands with another story."""
    text = "\n".join(" ".join(line.split()) for line in inline_text(element, _is_time).split("\n"))
    text = text or element.get("content") or ""
    if not 2 - (text > _HAN) < len(text) < _LONGEST:
        return None
    for above in element.iterancestors():
        names = f"{above.get('class') or ''} {above.get('id') or ''}".lower()
        if above.tag in _ELSEWHERE or any(word in names for word in _OTHERS):
            return None
    return text


def _is_time(element: HtmlElement) -> bool:
    """Whether an element in a byline says when, and not who."""
    return bool(element.tag == "time")


def _is_publisher(name: str, page: Statements) -> bool:
    small = "".join(filter(str.isalnum, name.lower()))
    site = "".join(filter(str.isalnum, page.site_name.lower()))
    host = "".join(filter(str.isalnum, page.host))
    return not small or small == site or small in host or (len(site) > 3 and small.startswith(site))


def _addresses(stated: Any) -> dict[str, str]:
    """The pages of the people in a value of structured data, by name."""
    found: dict[str, str] = {}
    for one in stated if isinstance(stated, list) else [stated]:
        if isinstance(one, dict) and isinstance(address := one.get("url"), str):
            found.update(dict.fromkeys(names_in(one), address))
    return found
