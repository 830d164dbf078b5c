"""The text of an article in a page's data as markup, which is then read as that of any page is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from lxml import html
from lxml.html import HtmlElement

from mtcrawler.markup.document import fragment

BLOCKS: Final = 3_000
"""Blocks of one article."""
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
    found = html.Element("article")
    if isinstance(body, str):
        for block in _texts(body):
            found.append(block)
    else:
        for one in islice(body, BLOCKS):
            for block in _blocks(one):
                found.append(block)
    for paragraph in [one for one in found.iter("p") if _only_leads(one)]:
        paragraph.drop_tree()
    return found if len(found) else None


def _only_leads(paragraph: HtmlElement) -> bool:
    """Whether a paragraph is a link and nothing else: such lead to other stories."""
    linked = sum(len(link.text_content().strip()) for link in paragraph.iter("a"))
    return linked > 0 and linked >= LINKED * len(paragraph.text_content().strip())


def _texts(text: str) -> Iterator[HtmlElement]:
    """The paragraphs of a text, which may be markup."""
    if _TAG.search(text):
        yield fragment(text)
    else:
        for part in islice(_PARTED.split(text), BLOCKS):
            if part.strip():
                yield _element("p", part.strip())


def _blocks(one: Any) -> Iterator[HtmlElement]:
    if isinstance(one, str):
        yield from _texts(one)
        return
    if not isinstance(one, Mapping):
        return
    kind = next((value.lower() for name in _KINDS if isinstance(value := one.get(name), str)), "")
    if kind in _LISTS:
        style = f"{one.get('list_type')}{kind}"
        yield _list(one, ordered="ord" in style and "unord" not in style)
    elif kind in _QUOTES:
        yield _quote(one)
    elif kind in _IMAGES:
        yield from _picture(one)
    elif kind == "table":
        yield from _table(one)
    elif kind in _EMBEDS:
        yield from _embed(one)
    elif (tag := _tag(one, kind)) and (text := _words(one)):
        yield _filled(tag, text)


def _tag(one: Mapping[str, Any], kind: str) -> str | None:
    """What a block of words is; None for one that is none."""
    if kind in _PARAGRAPHS:
        return _styled(one) or "p"
    return f"h{_level(one, kind)}" if kind in _HEADINGS or kind.startswith("heading-") else None


def _quote(one: Mapping[str, Any]) -> HtmlElement:
    quote, inner = _element("blockquote"), one.get("content_elements")
    for text in map(_words, islice(inner, BLOCKS)) if isinstance(inner, list) else [_words(one)]:
        if text:
            quote.append(_filled("p", text))
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


def _list(one: Mapping[str, Any], *, ordered: bool) -> HtmlElement:
    found = _element("ol" if ordered else "ul")
    items = one.get("items") or one.get("content") or one.get("children")
    for item in islice(items if isinstance(items, list) else (), BLOCKS):
        if text := _words(item):
            found.append(_filled("li", text))
    return found


def _picture(one: Mapping[str, Any]) -> Iterator[HtmlElement]:
    address = one.get("url") or one.get("src")
    if not isinstance(address, str):
        return
    figure = _element("figure")
    image = _element("img")
    image.set("src", _clean(address))
    figure.append(image)
    if isinstance(caption := one.get("caption"), str) and caption.strip():
        figure.append(_filled("figcaption", caption))
    yield figure


def _embed(one: Mapping[str, Any]) -> Iterator[HtmlElement]:
    address = one.get("url") or one.get("src")
    if isinstance(address, str):
        frame = _element("iframe")
        frame.set("src", _clean(address))
        yield frame


def _table(one: Mapping[str, Any]) -> Iterator[HtmlElement]:
    table = _element("table")
    rows = one.get("rows")
    head = one.get("header")
    for cells, tag in ((head, "th"), *((row, "td") for row in islice(rows if isinstance(rows, list) else (), BLOCKS))):
        if isinstance(cells, list) and cells:
            row = _element("tr")
            for cell in cells[:100]:
                row.append(_filled(tag, _words(cell)))
            table.append(row)
    if len(table):
        yield table


def _filled(tag: str, text: str) -> HtmlElement:
    """An element that holds this text, which may be markup."""
    if "<" not in text and "&" not in text:
        return _element(tag, text)
    found = fragment(text)
    found.tag = tag
    return found


def _element(tag: str, text: str = "") -> HtmlElement:
    found = html.Element(tag)
    found.text = _clean(text)
    return found


def _clean(text: str) -> str:
    """A text without the characters that no markup can hold."""
    return "".join(char for char in text if char >= " " or char in "\t\n\r").replace("\ufffe", "").replace("\uffff", "")
