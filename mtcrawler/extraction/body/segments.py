"""Segments: every run of text of a page in order, with the element it stands in; and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from lxml.html import HtmlElement

from mtcrawler.markup.text import LINE_BREAK, PHRASING, fold, is_clipped

DROPPED: Final = frozenset(
    """
    area button canvas datalist dialog frame frameset head input link map math meta nav noframes optgroup option
    param progress select style svg template textarea title track
    """.split()
)
"""What holds no running text."""
STORY: Final = ("h1", "article", "main")
"""What no button and no navigation holds: around these it was never closed, and is none."""
TEXTLESS: Final = frozenset("head math script style svg template textarea title".split())
MANY: Final = 40  # paragraphs that are looked at
LONG: Final = 60  # characters of a paragraph's own text
FEW: Final = 4
MEDIA: Final = frozenset("img amp-img iframe amp-iframe video audio object embed noscript script".split())
"""What may stand for a picture or for something another site shows."""
POSTS: Final = frozenset("twitter-tweet twitter-video instagram-media tiktok-embed".split())
UNSEEN_CLASSES: Final = frozenset(
    """
    sr-only sr_only visually-hidden visuallyhidden visuallyHidden screen-reader-text screen-reader-only
    screenreader-only screen-reader element-invisible u-visually-hidden u-hidden-visually a11y-hidden
    assistive-text show-for-sr is-visually-hidden visually-hidden-focusable hidden-text offscreen off-screen
    """.split()
)
"""Words for machines that read pages aloud; nobody sees them."""
_CONSENT: Final = re.compile(
    r"(?:onetrust|ot-sdk|optanon|didomi|usercentrics|cookie-?(?:banner|consent|notice|law)|cmp-?(?:box|layer|container)|"
    r"sp_message|truste|qc-cmp|gdpr-?(?:banner|consent))",
    re.IGNORECASE,
)
"""How consent layers are named, by those who make them and by others; they hold long texts."""
_CONSENT_IDS: Final = re.compile(
    r"(?:onetrust-consent-sdk|didomi-host|usercentrics-root|sp_message_container|qc-cmp2-container|truste-consent)"
)
"""The ids of those who make consent layers, which nothing else has: however long its texts are, it is no story."""
UNSEEN_MARK: Final = "data-mtcrawler-hidden"
"""The mark that read.js sets on what no reader sees while it writes the page down."""
_INDENT: Final = re.compile(r"[ \t\n\r]*(?:\u3000|\xa0[ \xa0]*\xa0)")
"""What a line begins with that is a paragraph, where pages know no other sign of one."""
HEADED: Final = frozenset("h2 h3 h4 h5 h6".split())
STRONG: Final = frozenset("b strong".split())
CARD: Final = 3
"""Links of a card."""


@dataclass(slots=True, eq=False)
class Segment:
    """A run of text: `linked` and `strong` are the shares of its characters in links and in bold type."""

    element: HtmlElement
    text: str
    linked: float
    strong: float


@dataclass(slots=True, eq=False)
class Medium:
    """An element that may be a picture or an embed; it stands before the segment with the number `before`."""

    element: HtmlElement
    before: int


@dataclass(slots=True)
class Segments:
    """The segments of a page, and the media between them, both in page order."""

    texts: list[Segment] = field(default_factory=list)
    media: list[Medium] = field(default_factory=list)


def segments_of(root: HtmlElement, withheld: Container[HtmlElement] = frozenset()) -> Segments:
    """Every run of text below `root`; what is withheld, dropped or visually hidden is passed over."""
    body = root.find("body")
    return _Walk(body if body is not None else root, withheld).found


class _Open(NamedTuple):
    """An element being read: what is left of it, the block its text is of, how many links and bold types are around."""

    left: Iterator[HtmlElement]
    element: HtmlElement
    block: HtmlElement
    links: int
    bold: int


class _Walk:
    """One way through a page, without recursion, as a page may nest deeper than Python does."""

    def __init__(self, top: HtmlElement, withheld: Container[HtmlElement]) -> None:
        self.found = Segments()
        self._withheld = withheld
        self._pieces: list[str] = []
        self._owner = top
        self._all = self._linked = self._strong = 0
        self._broken = False
        self._go(top)

    def _go(self, top: HtmlElement) -> None:
        self._text(top.text, top, 0, 0)
        ways = [_Open(iter(top), top, top, 0, 0)]
        while ways:
            here = ways[-1]
            for child in here.left:
                tag = child.tag
                if tag == "br":
                    self._break()
                elif isinstance(tag, str) and not self._passed_over(child, tag):
                    inside = tag in PHRASING
                    if not inside:
                        self._end()
                    opened = _Open(
                        iter(child),
                        child,
                        here.block if inside else child,
                        here.links + (tag == "a"),
                        here.bold + (tag in STRONG),
                    )
                    self._text(child.text, opened.block, opened.links, opened.bold)
                    ways.append(opened)
                    break
                self._text(child.tail, here.block, here.links, here.bold)
            else:
                ways.pop()
                if here.element is here.block:
                    self._end()
                if ways:
                    outer = ways[-1]
                    self._text(here.element.tail, outer.block, outer.links, outer.bold)

    def _passed_over(self, element: HtmlElement, tag: str) -> bool:
        if tag in MEDIA:
            self.found.media.append(Medium(element, len(self.found.texts) + bool(self._all)))
            return True
        if element in self._withheld or (tag in DROPPED and not _is_kept(element, tag)):
            return True
        if (names := element.get("class")) and not UNSEEN_CLASSES.isdisjoint(listed := names.split()):
            return True
        if tag == "blockquote" and names and not POSTS.isdisjoint(listed):
            self.found.media.append(Medium(element, len(self.found.texts) + bool(self._all)))
            return True
        if element.get(UNSEEN_MARK) is not None or (tag == "span" and self._all and len(element) and _is_card(element)):
            return True
        if (style := element.get("style")) and "clip" in style and is_clipped(style):
            return True
        if (ident := element.get("id") or names) and _CONSENT.match(ident):
            return not (_holds_story(element) if _CONSENT_IDS.match(ident) else _swallows(element))
        return element.get("role") == "navigation" and not _swallows(element)

    def _text(self, text: str | None, block: HtmlElement, links: int, bold: int) -> None:
        if not text:
            return
        if size := len(text.strip()):
            if self._broken and _INDENT.match(text):
                self._end()
            if not self._all:
                self._owner = block
            self._all += size
            self._linked += size if links else 0
            self._strong += size if bold else 0
            self._broken = False
        self._pieces.append(text)

    def _break(self) -> None:
        if self._broken:
            self._end()
        elif self._all:
            self._pieces.append(LINE_BREAK)
            self._broken = True

    def _end(self) -> None:
        if self._all and (text := fold("".join(self._pieces))):
            self.found.texts.append(Segment(self._owner, text, self._linked / self._all, self._strong / self._all))
        self._pieces.clear()
        self._all = self._linked = self._strong = 0
        self._broken = False


def _is_kept(element: HtmlElement, tag: str) -> bool:
    """Whether an element that commonly holds no running text does: a heading's button, which opens what it heads."""
    if tag == "button" and (above := element.getparent()) is not None and above.tag in HEADED:
        return True
    return _swallows(element)


def _is_card(element: HtmlElement) -> bool:
    """Whether an element within a sentence opens over it: a picture with links, and no word that is none."""
    if next(element.iter("img"), None) is None or len(links := list(element.iter("a"))) < CARD:
        return False
    linked, shown = (sum(len(text.strip()) for one in some for text in one.itertext()) for some in (links, [element]))
    return linked == shown


def _holds_story(element: HtmlElement) -> bool:
    return next(element.iterdescendants(*STORY), None) is not None


def _swallows(element: HtmlElement) -> bool:
    """Whether an element holds the story, as one does that the page forgot to close."""
    if element.tag in TEXTLESS or not len(element):
        return False
    if _holds_story(element):
        return True
    paragraphs = islice(element.iterdescendants("p"), MANY)
    return sum(len(paragraph.text or "") > LONG for paragraph in paragraphs) >= FEW
