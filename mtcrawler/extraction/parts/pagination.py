"""The parts of an article that goes on over several pages: which address is the next part, or that of the whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from lxml.html import HtmlElement

from mtcrawler.markup.addresses import Site, joined

LINKS: Final = 3_000
"""Links of a page that are looked at."""
LONGEST: Final = 40
"""Characters of a link that only leads to another part."""
_NAMES: Final = "page|pg|part|seite|teil|pagina|página|pagine|strona|sida|side|sivu|stranica|sayfa|страница"
_NUMBERED_PATH: Final = re.compile(
    rf"(?P<head>.*?[^/])(?:(?P<bare>[-_,;])|/|(?:/|[-_,;])(?P<name>{_NAMES})[-_/]?)"
    r"0?(?P<number>\d{1,2})(?P<tail>\.\w{2,5})?",
    re.IGNORECASE,
)
_QUERY: Final = re.compile(rf"{_NAMES}|p|paged|pageno|pagenum|page_?number", re.IGNORECASE)
_ON: Final = (
    "next( page| part)?|continue( reading)?|nächste( seite)?|weiter(lesen)?|suivante?|page suivante|siguiente( página)?"
    "|página siguiente|próxima( página)?|successiva|pagina successiva|avanti|volgende( pagina)?|nästa( sida)?"
    "|neste( side)?|næste( side)?|seuraava|następna( strona)?|další( strana)?|sonraki( sayfa)?|далее"
    "|следующая( страница)?|下一[页頁]|次の?ページ|次へ|다음( 페이지)?|التالي"
)
_BACK: Final = (
    "prev(ious)?( page| part)?|back|vorherige( seite)?|zurück|précédente?|page précédente|anterior|página anterior"
    "|precedente|pagina precedente|indietro|vorige( pagina)?|föregående|forrige( side)?|edellinen|poprzednia( strona)?"
    "|předchozí|önceki( sayfa)?|назад|предыдущая( страница)?|上一[页頁]|前の?ページ|前へ|이전( 페이지)?|السابق"
)
_SERIES: Final = frozenset({"part", "teil"})
"""Words that titles number the stories of a series by, too."""
_ONWARD: Final = re.compile(rf"[\W\d]*(?:{_ON})[\W\d]*|[\s»›→>⟩▶➔]+", re.IGNORECASE)
_BACKWARD: Final = re.compile(rf"[\W\d]*(?:{_BACK})[\W\d]*|[\s«‹←<⟨◀]+", re.IGNORECASE)
_NUMBER: Final = re.compile(
    rf"(?P<word>(?:(?:go )?to |zur? |gehe zu |ir a (?:la )?|aller à (?:la )?|vai a(?:lla)? |naar )?(?:{_NAMES})[ .]*)?"
    r"(?P<number>[0-9]{1,2})",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(rf"\b(?:{_NAMES})\b|[页頁]|ページ|페이지", re.IGNORECASE)
_BEFORE: Final = frozenset({"prev", "previous"})
_RELATIONS: Final = _BEFORE | {"next"}
_PLAIN_HREF: Final = re.compile(r"(?:/|https?:)[^%\x00-\x20]*+\Z", re.IGNORECASE)
"""From the root, and without what may stand for a letter, or within a word."""
_PLAIN: Final = re.compile(r"(?<![%0-9a-z])[a-z]+(?![0-9a-z%])")
_ROW: Final = re.compile(r"[0-9]{1,2}(?:[\s|·,/-]+[0-9]{1,2})+")
_COMMENTS: Final = re.compile(
    r"comment|kommentar|comentario|commentaire|reacties|disqus|discuss|\brepl(?:y|ies)\b|\bresponses\b|antworten"
    r"|respuestas|réponses|risposte",
    re.IGNORECASE,
)


class Part(NamedTuple):
    """What an address may be by its form: a part of the `whole`, with its number.

    A `bare` number is joined to a word without any other sign. Sites number other stories of the same name so, too.
    A number is `named` where the address says that it is a page's; one that is not may be a day or a story's id.
    """

    whole: str
    number: int
    bare: bool
    named: bool


class _Label(NamedTuple):
    number: int | None
    bare: bool
    onward: bool
    back: bool


class _Link(NamedTuple):
    """A link that leads to another part, if to anything of the article: by `rel`, by its words, or by its number.

    `page` says that its words are a page's, as those of a link to the next story are not. A number is `bare` without
    any word.
    """

    address: str
    number: int | None
    bare: bool
    page: bool
    onward: bool
    back: bool


def next_part(root: HtmlElement, base: str, first: str, here: str, site: Site) -> str | None:
    """The address of the part after this one, the part at `here` of the article at `first`.

    The page has to link to it as the next page, or by its number, and its address has to be that of the first part with
    the number added, or with the next number where the first part's has one. What `rel=next` names alone may be another
    story. Sites count from one, or from nought: then the second page is number 1.
    """
    starts, here = _starts(site.canonical(first)), site.canonical(here)
    at = {part.whole: part.number for part in _of_article(here, starts)} if here != site.canonical(first) else starts
    links = [
        (link, part)
        for link in _links(root, base, starts)
        for part in _of_article(site.canonical(link.address), starts)
    ]
    from_nought = any(_counts_from_nought(link, part) for link, part in links) or any(
        at.get(part.whole, 0) is None and link.onward and part.number == 1 for link, part in links
    )
    for link, part in links:
        if part.whole not in at:
            continue
        number = at[part.whole]
        following = (number if number is not None else 1 - from_nought) + 1
        if part.number != following or link.number not in {None, following + from_nought}:
            continue
        if part.bare:
            told = link.number is not None and link.bare
        else:
            told = part.named or starts[part.whole] is None or link.number is not None or link.page
        if told:
            return link.address
    return None


def is_same_part(first: str, one: str, other: str, site: Site) -> bool:
    """Whether two addresses are of the same part of the article at `first`, however they are written."""
    one, other = site.canonical(one), site.canonical(other)
    if one == other:
        return True
    starts = _starts(site.canonical(first))
    numbers = [{(part.whole, part.number) for part in _of_article(url, starts)} for url in (one, other)]
    return bool(numbers[0] & numbers[1])


def whole_of(root: HtmlElement, base: str, url: str, site: Site) -> str | None:
    """The address of the article that this page is a later part of; None where it is none.

    The page has to link to it as the first one, and its own address has to be that one with a number from two on added,
    or from one on where the site counts from nought. Where the address names that number a page's, a link to the page
    before, or to another part, will do.
    """
    here = site.canonical(url)
    ours = {part.whole: part for part in parts_in(here)}
    links = [(link, site.canonical(link.address)) for link in _links(root, base, ours)] if ours else []
    later = {whole for whole, part in ours.items() if part.number >= 2}
    for link, canonical in links:
        if canonical in ours and link.back:
            later.add(canonical)
        later.update(part.whole for part in parts_in(canonical) if _counts_from_nought(link, part))
    for link, canonical in links:
        if canonical in ours and canonical in later and (ours[canonical].named or link.number == 1):
            return canonical
        for part in parts_in(canonical) if canonical != here else ():  # another part of it
            if part.named and part.whole in ours and part.whole in later and ours[part.whole].named:
                return part.whole
    return None


def leads_only(text: str) -> bool:
    """Whether a text is nothing but that of a link to another part, or of a row of them."""
    plain = " ".join(text.split())
    return len(plain) <= LONGEST and any(one.fullmatch(plain) for one in (_ONWARD, _BACKWARD, _ROW))


def leads_on(text: str) -> bool:
    """Whether a text is nothing but that of a link to the next part of something."""
    plain = " ".join(text.split())
    return len(plain) <= LONGEST and _ONWARD.fullmatch(plain) is not None


def _starts(first: str) -> dict[str, int | None]:
    """What numbers are added to for the further parts, each with the number that the first part's own address has."""
    numbered = {part.whole: part.number for part in _forms(first) if part.number <= 1 and not _is_home(part.whole)}
    return {first: None, **numbered}


def _of_article(url: str, starts: dict[str, int | None]) -> list[Part]:
    return [part for part in _forms(url) if part.whole in starts and not _is_home(part.whole)]


def _counts_from_nought(link: _Link, part: Part) -> bool:
    return link.number == part.number + 1


def parts_in(url: str) -> Iterator[Part]:
    """What a canonical address may be a part of, by its form alone: each number from one on that it ends with, or asks
    for. The home page is no article that has parts.
    """
    return (part for part in _forms(url) if part.number >= 1 and not _is_home(part.whole))


def _is_home(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def _forms(url: str) -> Iterator[Part]:
    parts = urlsplit(url)
    if found := _NUMBERED_PATH.fullmatch(parts.path):
        path = found["head"] + (found["tail"] or "")
        named = bool(found["name"]) and found["name"].lower() not in _SERIES
        whole = urlunsplit(parts._replace(path=path))
        yield Part(whole, int(found["number"]), bare=found["bare"] is not None, named=named)
    asked = parts.query.split("&")
    for index, pair in enumerate(asked):
        name, _, value = pair.partition("=")
        name = unquote_plus(name)
        if _QUERY.fullmatch(name) and re.fullmatch(r"[0-9]{1,2}", value):
            left = "&".join(asked[:index] + asked[index + 1 :])  # as a canonical address has it
            # `p` is the id of a story in WordPress.
            yield Part(urlunsplit(parts._replace(query=left)), int(value), bare=False, named=name.lower() != "p")


def _links(root: HtmlElement, base: str, wholes: Iterable[str]) -> Iterator[_Link]:
    """The links of a page that lead on or back, or are a number, outside of comments; of those from the root only such
    as may lead to one of these addresses, or to a part of it.
    """
    near = _near(wholes)
    for element in islice(root.iter("link", "a"), LINKS):
        href = element.get("href")
        if not href or not near(href):  # most links of a page
            continue
        rel = _RELATIONS.intersection((element.get("rel") or "").lower().split())
        if element.tag == "link" and not rel:
            continue
        text = "" if element.tag == "link" else " ".join(element.text_content()[: 4 * LONGEST].split())
        named = text or element.get("aria-label") or element.get("title") or _pictured(element)
        short = named if len(named) <= LONGEST else ""
        if not (short or rel):
            continue
        label = _label(short)
        onward, back = label.onward or "next" in rel, label.back or bool(_BEFORE & rel)
        if not (onward or back or label.number is not None):
            continue
        address = joined(base, href)
        if address is not None and not _in_comments(element):
            yield _Link(address, label.number, label.bare, page=bool(_PAGE.search(short)), onward=onward, back=back)


def _near(wholes: Iterable[str]) -> Callable[[str], bool]:
    """Whether a link's address may be that of a part of one of these: as it has the longest word of that one's path, is
    relative, or is written in another way.
    """
    words = {max(_PLAIN.findall(urlsplit(whole).path.lower()), key=len, default="") for whole in wholes}
    return lambda href: not _PLAIN_HREF.match(href) or any(word in href.lower() for word in words)


@lru_cache(4096)  # a site's pages have the same links around their articles
def _label(text: str) -> _Label:
    """What the words of a link say of where it leads."""
    number = _NUMBER.fullmatch(text)
    return _Label(
        int(number["number"]) if number else None,
        bare=number is not None and number["word"] is None,
        onward=_ONWARD.fullmatch(text) is not None,
        back=_BACKWARD.fullmatch(text) is not None,
    )


def _pictured(element: HtmlElement) -> str:
    """What the pictures of a link say."""
    return " ".join(" ".join(one.get("alt") or "" for one in element.iter("img")).split())


def _in_comments(element: HtmlElement) -> bool:
    around = (element, *element.iterancestors())
    return any(
        _COMMENTS.search(f"{one.get('class') or ''} {one.get('id') or ''}") for one in around if one.tag != "body"
    )
