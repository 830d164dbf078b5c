"""Which content management systems made a page: one look at its root, its head and what loads its scripts."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from lxml.html import HtmlElement

from mtcrawler.extraction.cms.definition import CmsDefinition, definitions

MOST: Final = 600
"""Meta tags, links and scripts of a page that are looked at."""
LONGEST: Final = 400
"""Characters of a value that is looked at."""
SLOTS: Final = 40
"""Elements right inside `body` that are looked at."""


class _Marks(NamedTuple):
    """The systems by what shows them, each mark once; parts and beginnings are tried one after the other."""

    metas: dict[str, set[str]]
    links: dict[str, set[str]]
    ids: dict[str, set[str]]
    html: dict[str, set[str]]
    generators: tuple[tuple[str, str], ...]
    addresses: tuple[tuple[str, str], ...]
    body: tuple[tuple[str, str], ...]


def cms_of(root: HtmlElement) -> tuple[CmsDefinition, ...]:
    """The systems that this page shows marks of, by name; a page may be made by one and served by another."""
    marks, found = _marks(), set[str]()
    for attribute in root.attrib:
        found |= marks.html.get(str(attribute), _NONE)
    for element in islice(root.iter("meta", "link", "script"), MOST):
        found |= _of(element, marks)
    body = root.find("body")
    if body is not None:
        for name in (body.get("class") or "")[: 4 * LONGEST].lower().split():
            found.update(cms for begins, cms in marks.body if name.startswith(begins))
        for slot in islice(body, SLOTS):
            if isinstance(slot.tag, str) and (ident := slot.get("id")):
                found |= marks.ids.get(ident.lower(), _NONE)
    return tuple(one for one in definitions() if one.name in found) if found else ()


_NONE: Final[frozenset[str]] = frozenset()


def _of(element: HtmlElement, marks: _Marks) -> AbstractSet[str]:
    tag = element.tag
    if tag == "meta":
        name = (element.get("name") or element.get("property") or "").lower()
        if name != "generator":
            return marks.metas.get(name, _NONE)
        said = (element.get("content") or "")[:LONGEST].strip().lower()
        return {cms for begins, cms in marks.generators if said.startswith(begins)}
    if tag == "link":
        address, named = element.get("href"), marks.links.get((element.get("rel") or "").lower(), _NONE)
    else:
        address, named = element.get("src"), marks.ids.get((element.get("id") or "").lower(), _NONE)
    if not address:
        return named
    address = address[:LONGEST].lower()
    return {*named, *(cms for part, cms in marks.addresses if part in address)}


@cache
def _marks() -> _Marks:
    by: dict[str, dict[str, set[str]]] = {name: {} for name in ("metas", "links", "ids", "html")}
    for one in definitions():
        for kind, known in by.items():
            for mark in getattr(one.detected, kind):
                known.setdefault(mark, set()).add(one.name)
    generators, addresses, body = (
        tuple((mark, one.name) for one in definitions() for mark in getattr(one.detected, kind))
        for kind in ("generator", "addresses", "body")
    )
    return _Marks(**by, generators=generators, addresses=addresses, body=body)
