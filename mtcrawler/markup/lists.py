"""Lists and tables: every word of them once, however they are nested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from lxml.html import HtmlElement

from mtcrawler.markup.text import Skip, inline_text
from mtcrawler.model.article import ListBlock

LISTS = frozenset({"ul", "ol", "menu"})
NESTED = frozenset({"ul", "ol"})  # what is a list of its own inside an item
DEEPEST = 8
"""Lists in lists; deeper items are added to the innermost list."""


class _Open(NamedTuple):
    """A list that is being read: what is left of it, where its items go, and how deep it is."""

    left: Iterator[HtmlElement]
    items: list[str | ListBlock]
    ordered: bool
    depth: int


def read_list(element: HtmlElement, skip: Skip) -> ListBlock | None:
    """The list, or None where nothing is listed."""
    items: list[str | ListBlock] = []
    ways = [_Open(iter(element), items, element.tag == "ol", 1)]
    while ways:
        here = ways[-1]
        child = next(here.left, None)
        if child is None:
            ways.pop()
            if ways and here.items and here.items is not ways[-1].items:
                ways[-1].items.append(ListBlock(ordered=here.ordered, items=here.items))
        elif not isinstance(child.tag, str) or skip(child):
            continue
        elif child.tag in NESTED:
            deeper = here.depth < DEEPEST
            inner: list[str | ListBlock] = [] if deeper else here.items
            ways.append(_Open(iter(child), inner, child.tag == "ol", here.depth + deeper))
        else:
            text, lists = _item(child, skip)
            if text:
                here.items.append(text)
            ways.append(_Open(iter(lists), here.items, here.ordered, here.depth))
    return ListBlock(ordered=element.tag == "ol", items=items) if items else None


def _item(element: HtmlElement, skip: Skip) -> tuple[str, list[HtmlElement]]:
    """The words of an item, and the lists in it, which are not among them."""
    lists: list[HtmlElement] = []

    def is_apart(inner: HtmlElement) -> bool:
        if inner.tag in NESTED:
            lists.append(inner)
        return inner.tag in NESTED or skip(inner)

    return inline_text(element, is_apart), lists


def read_rows(element: HtmlElement, skip: Skip) -> list[list[str]]:
    """The rows of a table that say anything, as the words of their cells; a table inside a cell is words of it."""
    rows = []
    ways = [iter(element)]
    while ways:
        child = next(ways[-1], None)
        if child is None:
            ways.pop()
        elif isinstance(child.tag, str) and child.tag not in {"td", "th", "caption"}:
            if child.tag == "tr" and not skip(child):
                rows.append([inline_text(cell, skip) for cell in child if cell.tag in {"td", "th"}])
            ways.append(iter(child))
    return [row for row in rows if any(row)]
