"""Where a page's story stands, found by the mass of its prose, for everything that asks: access, overlays, extraction.

The rules are here as words and numbers (`LOCATING`). Two readers follow them: `Story.of` on markup, and
mtcrawler/overlays/js/story.js in the browser, which also knows what can be seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, Self

from lxml import etree
from lxml.html import HtmlElement

from mtcrawler.markup.text import GAPLESS, NO_TEXT, PHRASING, count_words

LOCATING: Final[dict[str, Any]] = {
    # Phrases are counted to the element they stand in; what is dull has no text of the page's.
    "phrasing": sorted(PHRASING),
    "dull": sorted((NO_TEXT - {"dialog", "fieldset", "form"}) | {"text", "tspan", "desc", "optgroup"}),
    # What stands beside a story is none, however long it is.
    "beside": "aside,footer,nav,[role=complementary],[role=contentinfo],[role=navigation]",
    "remarks": r"(?:^|[\s_-])(?:comments?|comment-?list|comment-?thread|disqus|discussion|replies)(?:$|[\s_-])",
    "regions": "article,[itemprop~=articleBody],main,[role=main]",
    "gapless": GAPLESS.pattern,
    # Characters: of a headline that tells a page's story, of prose, and what counts of a long passage.
    "headlines": 7,
    "prose": 40,
    "long": 1200,
    # Which part of a passage must not be links, and how much prose must be seen for the unseen to be left aside.
    "share": 0.5,
    "mass": 300,
    # What text beside a story weighs, and text under another headline.
    "side": 0.1,
    "other": 0.35,
    # How far up a passage counts, and how much of it is left with each step.
    "depth": 3,
    "decay": 0.6,
}
_DULL: Final = frozenset(LOCATING["dull"])
_REMARKS: Final = re.compile(LOCATING["remarks"], re.IGNORECASE)
_BESIDE: Final = frozenset({"aside", "footer", "nav"})
_ROLES: Final = frozenset({"complementary", "contentinfo", "navigation"})
_LAYERS: Final = frozenset({"dialog", "alertdialog"})
_HEADED: Final = etree.XPath("descendant::h1")
_TEASER: Final = etree.XPath(
    "boolean(descendant::*[self::h2 or self::h3 or self::h4][descendant::a or ancestor::a] [not(ancestor::h1)])"
)


@dataclass
class Passage:
    """An element that holds text directly, with the phrases in it; `prose` are the characters not in links."""

    element: HtmlElement
    text: str = ""
    size: int = 0
    prose: int = 0

    @property
    def is_prose(self) -> bool:
        """Whether it is a passage of prose, and not a label or a list of links."""
        enough = self.prose >= max(LOCATING["prose"], LOCATING["share"] * self.size)
        return bool(enough) and self.element.tag != "figcaption"

    @property
    def words(self) -> int:
        """How many words it has."""
        return count_words(self.text)


@dataclass(frozen=True)
class Story:
    """Where the story stands: `body` holds most of its prose, `region` is the article around it, None on a bare page.

    `passages` are its text in page order, `around` all text of the page; `hidden` those passages of the story that the
    markup itself hides.
    """

    body: HtmlElement | None
    region: HtmlElement | None
    title: HtmlElement | None
    passages: tuple[Passage, ...]
    around: tuple[Passage, ...]
    hidden: frozenset[HtmlElement]

    @classmethod
    def of(cls, root: HtmlElement) -> Self:
        """The story of a parsed page; its tree is not changed."""
        return cls(*_Finder(root).found())

    @property
    def seen(self) -> tuple[Passage, ...]:
        """The passages that the markup does not hide; all of them where it hides every one."""
        seen = tuple(one for one in self.passages if one.element not in self.hidden)
        return seen if any(one.is_prose for one in seen) else self.passages


def beside(element: HtmlElement, story: Story) -> bool:
    """Whether an element stands beside a story: in a column or a footer outside of it, in a menu, among remarks."""
    way = (element, *element.iterancestors())
    inside = any(one is story.region for one in way)
    return any(_is_remark(one) or (not inside and _stands_beside(one)) for one in way)


class _Finder:
    """One search; every element is looked at once, however deep the page."""

    def __init__(self, root: HtmlElement) -> None:
        self._root = root
        bodies = root.xpath("descendant-or-self::body[1]")
        self._top: HtmlElement = bodies[0] if bodies else root
        self._order: dict[HtmlElement, int] = {element: at for at, element in enumerate(self._top.iter("*"))}
        self._beside: dict[HtmlElement, bool] = {}
        self._hidden: dict[HtmlElement, bool] = {}
        self._teasers: dict[HtmlElement, bool] = {}

    def found(self) -> tuple[Any, ...]:
        """The fields of a Story."""
        around = tuple(self._gather())
        title = self._title()
        body = self._heaviest(around, title)
        region = body
        if body is not None:
            region = next((one for one in (body, *body.iterancestors()) if _is_region(one)), body)
        own = body is not None and self._is_beside(body)
        passages = tuple(
            one
            for one in around
            if region is not None and _within(one.element, region) and (own or not self._is_beside(one.element))
        )
        hidden = frozenset(one.element for one in passages if self._is_hidden(one.element))
        headed = next(iter(_HEADED(region)), None) if region is not None else None
        return body, region, headed if headed is not None else title, passages, around, hidden

    def _gather(self) -> Iterator[Passage]:
        known: dict[HtmlElement, Passage] = {}
        for text, holder, linked in _texts(self._top):
            passage = known.get(holder)
            if passage is None:
                passage = known[holder] = Passage(holder)
            bare = text.strip()
            size = len(bare) + 2 * len(GAPLESS.findall(bare))
            passage.size += size
            passage.prose += 0 if linked else size
            passage.text += text
        yield from known.values()

    def _heaviest(self, around: tuple[Passage, ...], title: HtmlElement | None) -> HtmlElement | None:
        seeds = []
        belongs = self._belonging(title)
        for passage in filter(lambda one: one.is_prose, around):
            parent = passage.element.getparent()
            if parent is None:
                continue
            apart = self._is_beside(passage.element) or self._is_teaser(parent)
            weight = (
                min(passage.prose, LOCATING["long"]) * (LOCATING["side"] if apart else 1) * belongs(passage.element)
            )
            seeds.append((parent, weight, not self._is_hidden(passage.element)))
        shown = sum(weight for _, weight, seen in seeds if seen)
        scores: dict[HtmlElement, float] = {}
        for parent, weight, seen in seeds:
            left = weight * (1 if seen or shown < LOCATING["mass"] else LOCATING["side"])
            holder, step = parent, 0
            while holder is not None and step < LOCATING["depth"]:
                if step and holder is self._top:
                    break
                scores[holder] = scores.get(holder, 0.0) + left
                only = holder is not self._top and next(islice(holder, 1, None), None) is None  # `len` counts them all
                holder = holder.getparent()
                if not only:
                    left *= LOCATING["decay"]
                    step += 1
        return max(scores, key=lambda one: scores[one], default=None)

    def _title(self) -> HtmlElement | None:
        """The page's own headline; where none is, the first that the markup does not hide."""
        headings = list(self._top.iter("h1"))
        title = _plain(str(self._root.xpath("string(//title[not(ancestor::svg)])")))
        texts = [(one, _plain(one.text_content())) for one in headings]
        named = next((one for one, text in texts if len(text) > LOCATING["headlines"] and text in title), None)
        if named is not None:
            return named
        return next((one for one in headings if not self._is_hidden(one)), headings[0] if headings else None)

    def _belonging(self, title: HtmlElement | None) -> Any:
        home = next(title.iterancestors("article"), None) if title is not None else None
        several = home is not None and sum(1 for _ in self._top.iter("article")) > 1
        at = self._order.get(title, -1) if title is not None else -1
        later = min((self._order[one] for one in self._top.iter("h1") if self._order[one] > at), default=None)

        def belongs(element: HtmlElement) -> float:
            if several and home is not None and _within(element, home):
                return 1 / float(LOCATING["other"])
            after = title is not None and later is not None and self._order[element] > later
            return float(LOCATING["other"]) if after else 1.0

        return belongs

    def _is_beside(self, element: HtmlElement) -> bool:
        return self._told(element, self._beside, _stands_beside)

    def _is_hidden(self, element: HtmlElement) -> bool:
        return self._told(element, self._hidden, _is_hidden)

    def _told(self, element: HtmlElement, known: dict[HtmlElement, bool], test: Any) -> bool:
        """Whether this holds for an element or for anything around it."""
        way = []
        node: HtmlElement | None = element
        while node is not None and node not in known:
            way.append(node)
            node = node.getparent()
        told = node is not None and known[node]
        for inner in reversed(way):
            told = told or test(inner)
            known[inner] = told
        return told

    def _is_teaser(self, holder: HtmlElement) -> bool:
        if holder not in self._teasers:
            few = holder is not self._top and len(holder) < 9
            self._teasers[holder] = bool(few and _TEASER(holder) and not _HEADED(holder))
        return self._teasers[holder]


def _texts(top: HtmlElement) -> Iterator[tuple[str, HtmlElement, bool]]:
    """Every text of the page with the element it is counted to, and whether it is in a link; without recursion."""
    ways: list[tuple[Iterator[HtmlElement], HtmlElement, HtmlElement, bool]] = []
    if top.text and top.text.strip():
        yield top.text, top, False
    ways.append((iter(top), top, top, False))
    while ways:
        children, element, holder, linked = ways[-1]
        for child in children:
            tag = child.tag
            if isinstance(tag, str) and tag not in _DULL:
                phrase = tag in PHRASING
                inner = holder if phrase else child
                inside = (linked and phrase) or tag == "a"
                if child.text and child.text.strip():
                    yield child.text, inner, inside
                ways.append((iter(child), child, inner, inside))
                break
            if child.tail and child.tail.strip():
                yield child.tail, holder, linked
        else:
            ways.pop()
            if ways and element.tail and element.tail.strip():
                yield element.tail, ways[-1][2], ways[-1][3]


def _plain(text: str) -> str:
    return " ".join(text.lower().split())


def _within(element: HtmlElement, region: HtmlElement) -> bool:
    return element is region or any(above is region for above in element.iterancestors())


def _is_region(element: HtmlElement) -> bool:
    is_body = "articleBody" in (element.get("itemprop") or "").split()
    return element.tag in {"article", "main"} or is_body or element.get("role") == "main"


def _is_remark(element: HtmlElement) -> bool:
    names = f"{element.get('id') or ''} {element.get('class') or ''}"
    return element.tag == "nav" or (bool(_REMARKS.search(names)) and not _HEADED(element))


def _stands_beside(element: HtmlElement) -> bool:
    if element.tag in _BESIDE or element.get("role") in _ROLES:
        return True
    if element.tag == "dialog" or element.get("role") in _LAYERS or element.get("aria-modal") == "true":
        return not _HEADED(element)
    return _is_remark(element)


def _is_hidden(element: HtmlElement) -> bool:
    style = "".join((element.get("style") or "").lower().split())
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style
