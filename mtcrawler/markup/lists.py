"""Lists and tables: every word of them once, however they are nested."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from lxml.html import HtmlElement

from mtcrawler.markup.text import LINE_BREAK, NO_TEXT, PHRASING, Skip, fold, inline_text
from mtcrawler.model.article import ListBlock

LISTS = frozenset({"ul", "ol", "menu"})
NESTED = frozenset({"ul", "ol"})  # what is a list of its own inside an item
Ending = Literal["list", "deep list", "item", "block", "phrase"]
Apart = Callable[[HtmlElement], bool]
DEEPEST = 8
"""Lists in lists; deeper items are added to the innermost list."""


class _Level:
    """A list that is being read."""

    def __init__(self, *, ordered: bool) -> None:
        self.ordered = ordered
        self.items: list[str | ListBlock] = []

    def taken(self, inner: ListBlock | None) -> ListBlock | None:
        """What was read of it, with what was read of a list in it; None where that is nothing."""
        items = [*self.items, inner] if inner else self.items
        self.items = []
        return ListBlock(ordered=self.ordered, items=items) if items else None


class _Open(NamedTuple):
    """An element that is being read: what is left of it, what follows it, and what its end ends."""

    left: Iterator[HtmlElement]
    tail: str
    ends: Ending


def read_list(element: HtmlElement, skip: Skip, apart: Apart) -> Iterator[ListBlock | HtmlElement]:
    """The list, in as many parts as things `apart` stand in it, with these between them; nothing where it is empty.

    Its words, the lists in it and what stands apart keep their order.
    """
    reader = _ListReader(element)
    while (child := reader.step()) is not None:
        if not isinstance(child.tag, str) or skip(child):
            reader.run.append(child.tail or "")
        elif apart(child):
            if before := reader.taken():
                yield before
            yield child
            reader.run.append(child.tail or "")
        else:
            reader.enter(child)
    if whole := reader.taken():
        yield whole


class _ListReader:
    """Walks through a list without recursion; `run` are the words of the item that is being read."""

    def __init__(self, element: HtmlElement) -> None:
        self.run: list[str] = []
        self._levels = [_Level(ordered=element.tag == "ol")]
        self._ways = [_Open(iter(element), "", "list")]

    def step(self) -> HtmlElement | None:
        """The next element, after what ends before it; None at the end of the list."""
        while self._ways:
            child = next(self._ways[-1].left, None)
            if child is not None:
                return child
            _, tail, ends = self._ways.pop()
            if ends not in {"block", "phrase"}:
                self._end_item()
            if ends == "list" and self._ways and (inner := self._levels.pop().taken(None)):
                self._levels[-1].items.append(inner)
            self.run.append(f" {tail}" if ends == "block" else tail)
        return None

    def enter(self, element: HtmlElement) -> None:
        """Take an element, whose contents come next where they are words of the list."""
        tail = element.tail or ""
        if element.tag in NESTED:
            self._end_item()
            deeper = len(self._levels) < DEEPEST
            if deeper:
                self._levels.append(_Level(ordered=element.tag == "ol"))
            self._open(element, "list" if deeper else "deep list")
        elif element.tag == "br":
            self.run.append(LINE_BREAK + tail)
        elif element.tag in NO_TEXT:
            self.run.append(tail)
        elif self._ways[-1].ends in {"list", "deep list"}:
            self._end_item()
            self._open(element, "item")
        else:
            self._open(element, "phrase" if element.tag in PHRASING else "block")

    def taken(self) -> ListBlock | None:
        """What was read since it was taken last, each list in the one before it."""
        self._end_item()
        inner: ListBlock | None = None
        for level in reversed(self._levels):
            inner = level.taken(inner)
        return inner

    def _open(self, element: HtmlElement, ends: Ending) -> None:
        self.run.append((" " if ends == "block" else "") + (element.text or ""))
        self._ways.append(_Open(iter(element), element.tail or "", ends))

    def _end_item(self) -> None:
        if text := fold("".join(self.run)):
            self._levels[-1].items.append(text)
        self.run.clear()


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
