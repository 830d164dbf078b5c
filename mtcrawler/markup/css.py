"""CSS selectors that take time in proportion to the page, whatever the page: each step is one walk, never a product."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache, reduce
from typing import NamedTuple
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
FEW = 24
"""Elements of a class that are looked at one by one, each with what stands above it; for more the page is walked."""
_WITH_CLASS = etree.XPath("descendant::*[@class]")
_UNITED = etree.XPath("$one | $other")
_SPACES = str.maketrans("\t\r\n", "   ")
_translator = HTMLTranslator()

ByClass = dict[str, list[HtmlElement]]

_pages: WeakKeyDictionary[HtmlElement, ByClass] = WeakKeyDictionary()
"""The elements of each class of a page, in page order, by its root, which is none of them."""


class _Step(NamedTuple):
    """A step of a selector: the combinator that leads to it, its XPath condition, and the classes it asks for.

    `bare` is one that asks for a class and nothing else.
    """

    by: str
    test: str
    classes: frozenset[str]
    bare: bool


class Selector:
    """A compiled CSS selector; called with an element, it gives the elements below it that match, in page order.

    XPath joins the steps of `.a .b` by merging one set for every `.a`, which is quadratic where many stand in one
    another. Here the last step is one walk, and what it finds is kept where the steps before it lead to it. The
    elements of each class are listed once for all selectors, and a step that asks for a class of few looks at these
    alone. So nobody may give a page another class, or add or move an element, once a selector was called with it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        selectors = parse(text)
        if any(selector.pseudo_element for selector in selectors):
            raise SelectorError("a pseudo-element is no element of the page")
        self._ways = [_path(selector.parsed_tree) for selector in selectors]
        self._plain = tuple(way[0].test for way in self._ways if len(way) == 1 and not way[0].classes)
        self._classed = [way for way in self._ways if len(way) > 1 or way[0].classes]
        for way in self._ways:
            for step in way:
                _walk((step.test,))  # raises what is no XPath

    @property
    def steps(self) -> int:
        """How many steps its combinators make."""
        return sum(len(way) for way in self._ways if len(way) > 1)

    def __call__(self, scope: HtmlElement) -> list[HtmlElement]:
        """The elements below this one that match."""
        lists: list[list[HtmlElement]] = []
        if self._plain and (found := _walk(self._plain)(scope)):
            lists.append(found)
        if self._classed:
            page, many = _by_class(scope), list[str]()
            begun: dict[str, list[HtmlElement]] = {}
            for way in self._classed:
                if any(name not in page for step in way for name in step.classes):
                    continue
                if len(way) == 1 and _many(way[0], page):
                    many.append(way[0].test)
                elif found := _followed(way, scope, page, begun):
                    lists.append(found)
            if many and (found := _walk(tuple(many))(scope)):
                lists.append(found)
        if len(lists) < 2:
            return lists[0] if lists else []
        return _together(lists, scope)


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


def _by_class(scope: HtmlElement) -> ByClass:
    """The elements of each class of the page that an element is of; listed once, while somebody holds its root."""
    root = scope
    while (above := root.getparent()) is not None:
        root = above
    if (known := _pages.get(root)) is None:
        known = _pages[root] = {}
        for element in _WITH_CLASS(root):
            for name in dict.fromkeys(element.get("class").translate(_SPACES).split(" ")):
                known.setdefault(name, []).append(element)
    return known


def _classes_in(tree: Tree) -> Iterator[str]:
    """The classes that a step asks for; not those that it may not have."""
    part: Tree | None = tree
    while part is not None:
        if isinstance(part, Class):
            yield part.class_name
        part = getattr(part, "selector", None)


def _is_class(tree: Tree) -> bool:
    """Whether a step asks for a class and nothing else."""
    return isinstance(tree, Class) and isinstance(tree.selector, Element) and tree.selector.element is None


def _path(tree: Tree) -> list[_Step]:
    """The steps of a selector."""
    parts: list[tuple[str, Tree]] = []
    while isinstance(tree, CombinedSelector):
        if tree.combinator == "~":
            raise SelectorError("the combinator ~ is not supported")
        parts.append((tree.combinator, tree.subselector))
        tree = tree.selector
    parts.append((" ", tree))
    return [_Step(by, _condition(one), frozenset(_classes_in(one)), _is_class(one)) for by, one in reversed(parts)]


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


@lru_cache(256)
def _fits(test: str) -> etree.XPath:
    """Whether one element passes this test."""
    return etree.XPath(f"boolean(self::*[{test}])")


def _many(step: _Step, page: ByClass) -> bool:
    """Whether so many elements have the classes of a step that a walk is cheaper."""
    return not step.classes or min(len(page[name]) for name in step.classes) > FEW


def _all(step: _Step, scope: HtmlElement, page: ByClass) -> list[HtmlElement]:
    """Every element below this one that a step asks for."""
    if _many(step, page):
        walked: list[HtmlElement] = _walk((step.test,))(scope)
        return walked
    few = min((page[name] for name in step.classes), key=len)
    return [one for one in few if (step.bare or _fits(step.test)(one)) and scope in one.iterancestors()]


def _followed(
    way: list[_Step], scope: HtmlElement, page: ByClass, begun: dict[str, list[HtmlElement]]
) -> list[HtmlElement]:
    """What the last step finds, from step to step; ways that begin alike share their first step."""
    first, *rest = way
    if first.test not in begun:
        begun[first.test] = _all(first, scope, page)
    found = begun[first.test]
    for step in rest:
        if not found:
            break
        if step.by == " " and _many(step, page):
            # What stands in one another is walked through once.
            found = [element for holder in outermost(found) for element in _walk((step.test,))(holder)]
        elif step.by == " ":
            above = set(found)
            found = [one for one in _all(step, scope, page) if not above.isdisjoint(one.iterancestors())]
        elif step.by == ">":
            above = set(found)
            found = [one for one in _all(step, scope, page) if one.getparent() in above]
        else:
            after = {nearest for one in found if (nearest := next(one.itersiblings("*"), None)) is not None}
            found = [one for one in _all(step, scope, page) if one in after]
    return found


def _together(lists: list[list[HtmlElement]], scope: HtmlElement) -> list[HtmlElement]:
    """All elements of these lists, each once, in page order."""
    if sum(map(len, lists)) <= FEW:
        united: list[HtmlElement] = reduce(lambda one, other: _UNITED(scope, one=one, other=other), lists)
        return united
    together = set().union(*lists)
    return [element for element in scope.iterdescendants("*") if element in together]
