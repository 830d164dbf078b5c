"""The text of an article in a page's data as markup, which is then read as that of any page is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from lxml import html
from lxml.html import HtmlElement

from mtcrawler.markup.document import fragment
from mtcrawler.model.errors import PageTooLarge

BLOCKS: Final = 3_000
"""Blocks of one article."""
ELEMENTS: Final = 10_000
"""Elements of one article, in markup tags; long articles have some hundreds."""
FRAGMENTS: Final = 3_000
"""Pieces of markup that are parsed for one article, each by a parser of its own: 50 µs."""
LINKED: Final = 0.9
"""The share of a paragraph's characters in links from which on it is nothing else."""
DEEPEST: Final = 8
"""Levels of a text's own tree: paragraph, link, bold type."""
_TAG: Final = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]{0,12}[\s/>]")
_PARTED: Final = re.compile(r"\n[ \t\r]*\n")
_KINDS: Final = ("type", "_type", "nodeType", "is", "__typename", "kind")
_TEXTS: Final = ("content", "html", "text", "value", "children", "data", "props", "model")
_PARAGRAPHS: Final = frozenset("paragraph text p block normal textblock paragraphblock".split())
_HEADINGS: Final = frozenset("heading header subheading h1 h2 h3 h4 h5 h6 headingblock".split())
_LISTS: Final = frozenset({"list", "unordered-list", "ordered-list", "ul", "ol", "bulletlist", "orderedlist"})
_QUOTES: Final = frozenset({"quote", "blockquote", "pullquote", "pull-quote"})
_EMBEDS: Final = frozenset({"embed", "oembed", "oembed_response", "video", "social"})
_IMAGES: Final = frozenset({"image", "figure", "picture", "photo"})


def markup_of(body: Any) -> HtmlElement | None:
    """An `article` that holds this text; None where nothing of it is understood. Raises PageTooLarge.

    What is no block of a text (advertisements, widgets, links to other stories) is left out.
    """
    found, made = html.Element("article"), _Maker()
    for one in islice([body] if isinstance(body, str) else body, BLOCKS):
        for block in _blocks(one, made):
            found.append(block)
    for paragraph in [one for one in found.iter("p") if _only_leads(one)]:
        paragraph.clear(keep_tail=True)
    return found if len(found) else None


class _Maker:
    """Makes the elements of one article, and no more of them than there may be."""

    def __init__(self) -> None:
        self._elements, self._fragments = ELEMENTS, FRAGMENTS

    def element(self, tag: str, text: str = "") -> HtmlElement:
        """An element with this text. Raises PageTooLarge, as all of these do."""
        self._take(1)
        found = html.Element(tag)
        found.text = _clean(text)
        return found

    def filled(self, tag: str, text: str) -> HtmlElement:
        """An element that holds this text, which may be markup."""
        if "<" not in text and "&" not in text:
            return self.element(tag, text)
        found = self.parsed(text)
        found.tag = tag
        return found

    def parsed(self, text: str) -> HtmlElement:
        """Markup as the content of a `div`."""
        self._fragments -= 1
        self._take(1 + text.count("<"))  # its beginnings and ends: libxml2 makes an element of a lone </p>, too
        if self._fragments < 0:
            raise PageTooLarge.of("", f"the text in its data has more than {FRAGMENTS:,} pieces of markup")
        return fragment(text)

    def _take(self, number: int) -> None:
        self._elements -= number
        if self._elements < 0:
            raise PageTooLarge.of("", f"the text in its data has more than {ELEMENTS:,} elements")


def _only_leads(paragraph: HtmlElement) -> bool:
    """Whether a paragraph is a link and nothing else: such lead to other stories."""
    if paragraph.find(".//p") is not None:
        return False  # so that no word is looked at twice
    linked = sum(len(link.text_content().strip()) for link in paragraph.iter("a"))
    return linked > 0 and linked >= LINKED * len(paragraph.text_content().strip())


def _texts(text: str, made: _Maker) -> Iterator[HtmlElement]:
    """The paragraphs of a text, which may be markup."""
    if _TAG.search(text):
        yield made.parsed(text)
    else:
        for part in islice(_PARTED.split(text), BLOCKS):
            if part.strip():
                yield made.element("p", part.strip())


def _blocks(one: Any, made: _Maker) -> Iterator[HtmlElement]:
    if isinstance(one, str):
        yield from _texts(one, made)
        return
    if not isinstance(one, Mapping):
        return
    kind = next((value.lower() for name in _KINDS if isinstance(value := one.get(name), str)), "")
    if kind in _LISTS:
        style = f"{one.get('list_type')}{kind}"
        yield _list(one, made, ordered="ord" in style and "unord" not in style)
    elif kind in _QUOTES:
        yield _quote(one, made)
    elif kind in _IMAGES:
        yield from _picture(one, made)
    elif kind == "table":
        yield from _table(one, made)
    elif kind in _EMBEDS:
        yield from _embed(one, made)
    elif (tag := _tag(one, kind)) and (text := _words(one)):
        yield made.filled(tag, text)


def _tag(one: Mapping[str, Any], kind: str) -> str | None:
    """What a block of words is; None for one that is none."""
    if kind in _PARAGRAPHS:
        return _styled(one) or "p"
    return f"h{_level(one, kind)}" if kind in _HEADINGS or kind.startswith("heading-") else None


def _quote(one: Mapping[str, Any], made: _Maker) -> HtmlElement:
    quote, inner = made.element("blockquote"), one.get("content_elements")
    for text in map(_words, islice(inner, BLOCKS)) if isinstance(inner, list) else [_words(one)]:
        if text:
            quote.append(made.filled("p", text))
    return quote


def _words(one: Any, level: int = 0) -> str:
    """What a block says, as it is written: its text, or that of its parts."""
    if isinstance(one, str):
        return one
    if level > DEEPEST:
        return ""
    if isinstance(one, list):
        return "".join(_words(part, level + 1) for part in islice(one, BLOCKS))
    if isinstance(one, Mapping):
        return next((text for name in _TEXTS if (text := _words(one.get(name), level + 1))), "")
    return ""


def _styled(one: Mapping[str, Any]) -> str | None:
    """The heading that a block of a portable text is by its style."""
    style = one.get("style")
    return style if isinstance(style, str) and style in {"h2", "h3", "h4", "h5", "h6"} else None


def _level(one: Mapping[str, Any], kind: str) -> int:
    for stated in (one.get("level"), kind[-1:]):
        if str(stated) in {"2", "3", "4", "5", "6"}:
            return int(str(stated))
    return 2


def _list(one: Mapping[str, Any], made: _Maker, *, ordered: bool) -> HtmlElement:
    found = made.element("ol" if ordered else "ul")
    items = one.get("items") or one.get("content") or one.get("children")
    for item in islice(items if isinstance(items, list) else (), BLOCKS):
        if text := _words(item):
            found.append(made.filled("li", text))
    return found


def _picture(one: Mapping[str, Any], made: _Maker) -> Iterator[HtmlElement]:
    address = one.get("url") or one.get("src")
    if not isinstance(address, str):
        return
    figure = made.element("figure")
    image = made.element("img")
    image.set("src", _clean(address))
    figure.append(image)
    if isinstance(caption := one.get("caption"), str) and caption.strip():
        figure.append(made.filled("figcaption", caption))
    yield figure


def _embed(one: Mapping[str, Any], made: _Maker) -> Iterator[HtmlElement]:
    address = one.get("url") or one.get("src")
    if isinstance(address, str):
        frame = made.element("iframe")
        frame.set("src", _clean(address))
        yield frame


def _table(one: Mapping[str, Any], made: _Maker) -> Iterator[HtmlElement]:
    table = made.element("table")
    rows = one.get("rows")
    head = one.get("header")
    for cells, tag in ((head, "th"), *((row, "td") for row in islice(rows if isinstance(rows, list) else (), BLOCKS))):
        if isinstance(cells, list) and cells:
            row = made.element("tr")
            for cell in cells[:100]:
                row.append(made.filled(tag, _words(cell)))
            table.append(row)
    if len(table):
        yield table


def _clean(text: str) -> str:
    """A text without the characters that no markup can hold."""
    return "".join(char for char in text if char >= " " or char in "\t\n\r").replace("\ufffe", "").replace("\uffff", "")
