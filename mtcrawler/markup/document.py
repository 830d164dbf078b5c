"""Markup becomes a tree of elements, within limits: a page beyond them is refused by name and never read in part."""

from __future__ import annotations

import codecs
from contextlib import suppress
from itertools import islice, takewhile
from typing import Final

import lxml.html
from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction

from mtcrawler.markup.addresses import joined
from mtcrawler.model.errors import PageTooLarge
from mtcrawler.model.limits import LONGEST_BASE

BYTES: Final = 16 * 1024 * 1024
"""The longest page in UTF-8; large news pages have 2 to 5 MB, and some put their pictures into the markup."""
ELEMENTS: Final = 100_000
"""The most elements; a live blog of a whole day has some 20,000."""
ATTRIBUTES: Final = 1_000
"""The most attributes of one element: libxml2 takes quadratic time to append them."""
DEEP: Final = 2_048
"""Where libxml2 stops reading; Chromium never nests deeper than 512."""
LONGEST_OWN: Final = 2_048
"""Characters of the page's own address where that is the base."""
SHADOW: Final = "shadowrootmode"
MOST_SHADOWS: Final = 50
"""Shadow roots of one page."""
PROSE: Final = 20
"""Words of a shadow root's paragraphs."""
SAMPLE: Final = 40
"""Letters of a page by which it is told whether it was encoded twice, before all of them are."""
_BYTES: Final = {number: number for number in range(256)} | {
    ord(sign): number for number in range(128, 160) if (sign := bytes([number]).decode("cp1252", "ignore"))
}
"""Letters and the bytes that are taken for them, in Latin-1 or in Windows-1252."""
IN_HEAD: Final = frozenset("base basefont bgsound link meta noframes noscript script style template title".split())
"""What stands in a head."""
_SMALL: Final = 80_000  # bytes in which neither so many elements nor attributes that take long have room
# lxml.html's own lookup asks Python for the class of every element that is looked at; only forms have one of their own.
_CLASSES: Final = etree.ElementDefaultClassLookup(HtmlElement, HtmlComment, HtmlProcessingInstruction, HtmlEntity)


def parsed(html: str, url: str = "") -> HtmlElement:
    """The root of a page; an empty page gives an empty root. Raises PageTooLarge; `url` is for its message alone.

    A page whose UTF-8 was taken for a Western set before it was sent, or saved, is read as it was written.
    """
    html = _twice_encoded(html)
    text = html.encode("utf-8", "replace")
    _weigh(text, url)
    parser = _parser()
    try:
        root = lxml.html.document_fromstring(text, parser=parser)
    except lxml.etree.ParserError:
        return lxml.html.document_fromstring("<html></html>")
    _not_cut(parser, url)
    _end_head(root)
    if SHADOW in html:
        _open_shadows(root)
    return root


def fragment(markup: str, url: str = "") -> HtmlElement:
    """Markup as the content of a `div`, which is empty where there is none in it. Raises PageTooLarge."""
    text = markup.encode("utf-8", "replace")
    _weigh(text, url)
    parser = _parser()
    try:
        root = lxml.html.fragment_fromstring(text, create_parent="div", parser=parser)
    except (lxml.etree.ParserError, ValueError):
        return lxml.html.Element("div")
    _not_cut(parser, url)
    return root


def base_of(root: HtmlElement, url: str) -> str | None:
    """What the page's relative addresses are relative to, where it says so."""
    declared = str(root.xpath("string(//base[@href]/@href)"))
    return joined(url, declared) if len(declared) <= LONGEST_BASE else None


def _twice_encoded(html: str) -> str:
    """The page as it was before its UTF-8 was taken for Windows-1252 or Latin-1, where all of it was; else as it is."""
    try:
        html.encode("ascii")
    except UnicodeEncodeError as err:
        first = "".join(takewhile(lambda sign: not sign.isascii(), html[err.start : err.start + SAMPLE]))
        with suppress(UnicodeError):
            _western(first, final=len(first) < SAMPLE)  # fails on nearly every page
            return _western(html)
    return html


def _western(text: str, *, final: bool = True) -> str:
    """What the bytes that these letters were taken for say in UTF-8; raises UnicodeError."""
    said = codecs.charmap_encode(text, "strict", _BYTES)[0]
    return codecs.getincrementaldecoder("utf-8")().decode(said, final)


class _Scales:
    """Counts elements and attributes while a page is parsed, and stops when there are too many of them."""

    def __init__(self, url: str) -> None:
        self._url, self._elements = url, 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """One more element."""
        self._count_one()
        if len(attributes) > ATTRIBUTES:
            raise PageTooLarge.of(self._url, f"an element of it has {len(attributes):,} attributes")

    def comment(self, text: str) -> None:
        """A comment takes as much memory as an element and is counted as one."""
        self._count_one()

    def pi(self, target: str, data: str | None) -> None:
        """So does a processing instruction."""
        self._count_one()

    def close(self) -> None:
        """Nothing is left to do."""

    def _count_one(self) -> None:
        self._elements += 1
        if self._elements > ELEMENTS:
            raise PageTooLarge.of(self._url, f"it has more than {ELEMENTS:,} elements")


def _weigh(text: bytes, url: str) -> None:
    """Raise PageTooLarge before a tree is made of what is too large; a page of the usual size needs no weighing."""
    if len(text) > BYTES:
        raise PageTooLarge.of(url, f"it is {len(text):,} bytes long, and {BYTES:,} are read at most")
    if len(text) > _SMALL:
        etree.fromstring(text, etree.HTMLParser(target=_Scales(url), encoding="utf-8", huge_tree=True))


def _end_head(root: HtmlElement) -> None:
    """Let the head end where something begins that no head holds, as browsers do: pages may leave out the tags.

    libxml2 ends it for the elements of HTML 4 alone, not for an `article` or a `header`.
    """
    head = root.find("head")
    if head is None:
        return
    first = next((at for at, one in enumerate(head) if one.tag not in IN_HEAD and isinstance(one.tag, str)), None)
    if first is not None:
        body = root.find("body")
        if body is None:
            body = etree.SubElement(root, "body")
        moved = head[first:]
        moved[-1].tail, body.text = (moved[-1].tail or "") + (body.text or ""), None
        body[:0] = moved


def _open_shadows(root: HtmlElement) -> None:
    """Put what declared shadow roots show in the place of what their hosts hold, as a browser shows it.

    Like the browser's own reading (read.js) it opens those that hold paragraphs: the others are buttons and players.
    """
    for template in list(islice(root.iter("template"), MOST_SHADOWS))[::-1]:  # the inner ones first
        host = template.getparent()
        words = (word for paragraph in template.iter("p") for word in paragraph.text_content().split())
        opened = template.find(".//mtcrawler-shadow") is not None
        if host is None or template.get(SHADOW) != "open" or not (opened or len(list(islice(words, PROSE))) == PROSE):
            continue
        given = [child for child in host if child is not template and isinstance(child.tag, str)]
        for slot in list(template.iter("slot")):
            mine = [child for child in given if child.get("slot", "") == slot.get("name", "")]
            if mine:
                slot[:], slot.text = mine, None if slot.get("name") else host.text
            slot.drop_tag()
        template.tag, template.tail = "mtcrawler-shadow", None
        host[:], host.text = [template], None


def _parser() -> etree.HTMLParser:
    """A parser of one page, of its bytes: lxml refuses a str with an XML encoding declaration.

    Without `huge_tree` it reads the first 256 levels and says nothing of the rest.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    parser.set_element_class_lookup(_CLASSES)
    return parser


def _not_cut(parser: etree.HTMLParser, url: str) -> None:
    if any(each.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for each in parser.error_log.filter_from_fatals()):
        raise PageTooLarge.of(url, f"it is nested more than {DEEP:,} elements deep")
