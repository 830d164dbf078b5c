"""CSS selectors that take time in proportion to the page, whatever the page: each step is one walk, never a product."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from cssselect import HTMLTranslator, SelectorError, parse
from cssselect.parser import Class, CombinedSelector, Element, Tree
from lxml import etree
from lxml.html import HtmlElement

# What a publisher's own data may name: names, classes, ids and attributes, and no functions, which cost more.
PLAIN = re.compile(r"[\w\s.#\-\[\]=\"'^$*~|,>+]{1,300}")
# Of all selectors that a page names, together.
MOST = 20
CHARS = 1_000
STEPS = 12  # that combinators make, each some 25 ms in 100 kB
_WITH_CLASS = etree.XPath("descendant::*[@class]")
_CLASSES = etree.XPath("descendant::*/@class", smart_strings=False)
_SPACES = str.maketrans("\t\r\n", "   ")
_translator = HTMLTranslator()


_pages: WeakKeyDictionary[HtmlElement, str] = WeakKeyDictionary()
"""All classes of a page, between blanks, by its root."""


class _Way(NamedTuple):
    """A selector's alternative: its steps, and the classes without which nothing can match it."""

    steps: list[tuple[str, str]]
    needs: frozenset[str]


class Selector:
    """A compiled CSS selector; called with an element, it gives the elements below it that match, in page order.

    XPath joins the steps of `.a .b` by merging one set for every `.a`, which is quadratic where many stand in one
    another. Here the last step is one walk, and what it finds is kept where the steps before it lead to it. The classes
    of a page are listed once for all selectors: no step is taken for what needs one that the page does not have. So
    nobody may give a page another class once a selector was called with it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        selectors = parse(text)
        if any(selector.pseudo_element for selector in selectors):
            raise SelectorError("a pseudo-element is no element of the page")
        trees = [selector.parsed_tree for selector in selectors]
        self._classes = {name: _condition(tree) for tree in trees if (name := _only_class(tree))}
        ways = [_Way(_path(tree), frozenset(_classes_in(tree))) for tree in trees if not _only_class(tree)]
        self._lone = [(way.steps[0][1], way.needs) for way in ways if len(way.steps) == 1]
        chains = [way for way in ways if len(way.steps) > 1]
        self._chains = [([(by, _walk((test,))) for by, test in way.steps], way.needs) for way in chains]
        self._named = bool(self._classes) or any(way.needs for way in ways)

    @property
    def steps(self) -> int:
        """How many steps its combinators make."""
        return sum(len(chain) for chain, _ in self._chains)

    def __call__(self, scope: HtmlElement) -> list[HtmlElement]:
        """The elements below this one that match."""
        names = _classes_of_page(scope) if self._named else ""
        classes = frozenset(name for name in self._classes if f" {name} " in names)
        lone = [test for test, needs in self._lone if _has(names, needs)]
        lists = []
        if len(classes) > 1:
            # One look at each class attribute, where XPath takes one for every class that is asked for.
            lists.append([one for one in _WITH_CLASS(scope) if not classes.isdisjoint(one.get("class").split())])
        else:
            lone += [self._classes[name] for name in classes]
        if lone:
            lists.append(_walk(tuple(lone))(scope))
        begun: dict[etree.XPath, Any] = {}
        lists += [_followed(chain, scope, begun) for chain, needs in self._chains if _has(names, needs)]
        lists = [found for found in lists if found]
        if len(lists) < 2:
            return lists[0] if lists else []
        together = set().union(*lists)
        return [element for element in scope.iterdescendants("*") if element in together]


@cache
def css(selector: str) -> Selector:
    """A CSS selector, compiled once; for those that are written in the code. Raises SelectorError."""
    return Selector(selector)


def named(selectors: Collection[str]) -> list[Selector] | None:
    """The selectors that a page names, without those that are none; None where they are too many to follow cheaply."""
    if len(selectors) > MOST or sum(map(len, selectors)) > CHARS:
        return None
    made = []
    for selector in selectors:
        if PLAIN.fullmatch(selector):
            with suppress(SelectorError, etree.XPathError):
                made.append(Selector(selector))
    return made if sum(selector.steps for selector in made) <= STEPS else None


def outermost(found: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Of elements in page order those that stand in no other of them: what is inside one is a part of it."""
    elements = list(found)
    if len(elements) < 2:
        return elements
    within: dict[HtmlElement, bool] = {}
    return [element for element in elements if not _within(element, within)]


def innermost(found: Iterable[HtmlElement]) -> list[HtmlElement]:
    """Of elements in page order those in which no other of them stands."""
    holders: set[HtmlElement] = set()
    kept = []
    for element in reversed(list(found)):
        if element not in holders:
            kept.append(element)
        for above in element.iterancestors():
            if above in holders:
                break
            holders.add(above)
    return kept[::-1]


def _within(element: HtmlElement, known: dict[HtmlElement, bool]) -> bool:
    """Whether one that was asked for before is above; every element on the way is looked at once."""
    way = []
    above = element.getparent()
    while above is not None and above not in known:
        way.append(above)
        above = above.getparent()
    answer = above is not None and known[above]
    known.update(dict.fromkeys(way, answer))
    known[element] = True
    return answer


def _classes_of_page(scope: HtmlElement) -> str:
    """All classes of the page that an element is of; listed once, for as long as somebody holds the page's root."""
    root = scope
    while (above := root.getparent()) is not None:
        root = above
    if (known := _pages.get(root)) is None:
        known = _pages[root] = f" {' '.join(_CLASSES(root))} ".translate(_SPACES)
    return known


def _has(names: str, needs: Iterable[str]) -> bool:
    return all(f" {name} " in names for name in needs)


def _classes_in(tree: Tree) -> Iterator[str]:
    """The classes that what matches a selector needs, on itself or around it; not those that it may not have."""
    ways = [tree]
    while ways:
        part = ways.pop()
        if isinstance(part, Class):
            yield part.class_name
        if isinstance(part, CombinedSelector):
            ways.append(part.subselector)
        if (inner := getattr(part, "selector", None)) is not None:
            ways.append(inner)


def _only_class(tree: Tree) -> str | None:
    """The class, where a selector asks for a class and nothing else."""
    if isinstance(tree, Class) and isinstance(tree.selector, Element) and tree.selector.element is None:
        return tree.class_name
    return None


def _path(tree: Tree) -> list[tuple[str, str]]:
    """The steps of a selector, each with the combinator that leads to it and its XPath condition."""
    steps = []
    while isinstance(tree, CombinedSelector):
        if tree.combinator == "~":
            raise SelectorError("the combinator ~ is not supported")
        steps.append((tree.combinator, _condition(tree.subselector)))
        tree = tree.selector
    return [(" ", _condition(tree)), *reversed(steps)]


def _condition(tree: Tree) -> str:
    xpath = _translator.xpath(tree)
    if xpath.path:
        raise SelectorError("a selector inside a selector has combinators of its own")
    name = [] if xpath.element == "*" else [f"self::{xpath.element}"]
    return " and ".join([*name, f"({xpath.condition})"] if xpath.condition else name) or "true()"


@lru_cache(256)
def _walk(tests: tuple[str, ...]) -> etree.XPath:
    """One walk for all of these tests."""
    if len(tests) == 1 and (found := re.fullmatch(r"self::([\w-]+)(?: and (.*))?", tests[0], re.DOTALL)):
        return etree.XPath(f"descendant::{found[1]}[{found[2] or 'true()'}]")  # libxml2 compares names fastest so
    return etree.XPath(f"descendant::*[{' or '.join(tests)}]")


def _followed(chain: list[tuple[str, etree.XPath]], scope: HtmlElement, begun: dict[etree.XPath, Any]) -> list[Any]:
    """What the last step finds, from step to step; chains that begin alike share their first walk."""
    (_, first), *rest = chain
    if first not in begun:
        begun[first] = first(scope)
    found: list[HtmlElement] = begun[first]
    for by, walk in rest:
        if not found:
            break
        if by == " ":
            # What stands in one another is walked through once.
            found = [element for holder in outermost(found) for element in walk(holder)]
        elif by == ">":
            above = set(found)
            found = [element for element in walk(scope) if element.getparent() in above]
        else:
            after = {nearest for one in found if (nearest := next(one.itersiblings("*"), None)) is not None}
            found = [element for element in walk(scope) if element in after]
    return found
