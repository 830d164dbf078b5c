"""The body of an article, read from its markup as typed blocks in page order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from mtcrawler.article import Block, Embed, Heading, ImageBlock, ListBlock, Paragraph, Quote, Table
from mtcrawler.discovery.addresses import joined
from mtcrawler.extraction.embeds import BARE_TWEET, at, embed, script_embed

PHRASING = frozenset(
    """
    a abbr acronym b bdi bdo big br cite code data del dfn em font i ins kbd label mark nobr output q rp rt ruby s
    samp small span strike strong sub sup time tt u var wbr
    """.split()
)
NO_TEXT = frozenset(
    """
    area button canvas datalist dialog fieldset form frame frameset head hr input link map meta nav noframes
    noscript option param progress script select style svg template textarea title track
    """.split()
)
UNSEEN = frozenset("link meta noscript script style template wbr".split())
HEADINGS = {f"h{level}": level for level in range(1, 7)}
BREAKS = re.compile(r" ?\n ?")  # for a text whose runs of spaces are single spaces
SPACES = re.compile(r"[ \t\n\r\f\v]+")
DASH = re.compile(r"^\s*[–—-]\s*")
LINE_BREAK = "\x00"  # stands for <br> while white space is folded: no HTML text can hold it

Skip = Callable[[HtmlElement], bool]


def inline_text(element: HtmlElement, skip: Skip | None = None) -> str:
    """The text of an element as a reader sees it: white space folded, `<br>` a line break."""
    return fold("".join(_pieces(element, skip)))


def fold(text: str) -> str:
    """White space folded to single spaces, around the line breaks that `<br>` stands for."""
    return BREAKS.sub("\n", SPACES.sub(" ", text).replace(LINE_BREAK, "\n")).strip()


def _pieces(element: HtmlElement, skip: Skip | None) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in NO_TEXT and not (skip and skip(child)):
            if child.tag == "br":
                yield LINE_BREAK
            elif child.tag in PHRASING:
                yield from _pieces(child, skip)
            else:
                yield " "
                yield from _pieces(child, skip)
                yield " "
        yield child.tail or ""


@dataclass
class BlockReader:
    """Reads blocks from markup; `base` makes addresses absolute, `skip` names what is not the article."""

    base: str
    skip: Skip
    _blocks: list[Block] = field(default_factory=list, init=False)
    _run: list[str] = field(default_factory=list, init=False)

    def read(self, elements: Iterable[HtmlElement]) -> list[Block]:
        """The blocks of these elements, one after another."""
        self._blocks, self._run = [], []
        for element in elements:
            self._contents(element)
            self._end_run()
        return self._blocks

    def _contents(self, element: HtmlElement) -> None:
        self._run.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str) and not self.skip(child):
                self._child(child)
            self._run.append(child.tail or "")

    def _child(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag == "br":
            self._run.append(LINE_BREAK)
        elif tag in UNSEEN and embed(element, self.base) is None:
            return  # does not part the words around it
        elif tag in PHRASING and not _holds_blocks(element):
            self._run.extend(_pieces(element, self.skip))
        elif tag in PHRASING:
            self._contents(element)
        else:
            self._end_run()
            self._block(element)
            self._end_run()

    def _block(self, element: HtmlElement) -> None:
        tag = element.tag
        if level := HEADINGS.get(tag):
            if text := inline_text(element, self.skip):
                self._blocks.append(Heading(level=level, text=text))
        elif tag in {"ul", "ol", "menu"}:
            if items := self._items(element):
                self._blocks.append(ListBlock(ordered=tag == "ol", items=items))
        elif tag == "table":
            self._table(element)
        elif found := embed(element, self.base):
            self._blocks.append(found)
        elif tag == "blockquote":
            if quote := self.quote(element):
                self._blocks.append(quote)
        elif tag in {"figure", "picture", "img", "amp-img"}:
            self._pictures(element)
        elif tag not in NO_TEXT:
            self._contents(element)

    def _end_run(self) -> None:
        text = BREAKS.sub("\n", SPACES.sub(" ", "".join(self._run)).replace(LINE_BREAK, "\n"))
        self._run = []
        for paragraph in re.split(r"\n{2,}", text):
            if not (paragraph := paragraph.strip()):
                continue
            if BARE_TWEET.fullmatch(paragraph):
                self._blocks.append(at(paragraph))
            else:
                self._blocks.append(Paragraph(text=paragraph))

    def _items(self, element: HtmlElement) -> list[str | ListBlock]:
        items: list[str | ListBlock] = []
        for child in element:
            if not isinstance(child.tag, str) or self.skip(child):
                continue
            if child.tag in {"ul", "ol"}:
                nested = [child]
            else:
                if text := inline_text(child, lambda inner: inner.tag in {"ul", "ol"} or self.skip(inner)):
                    items.append(text)
                nested = [inner for inner in child.iterdescendants("ul", "ol") if _list_above(inner, child)]
            for inner in nested:
                if inner_items := self._items(inner):
                    items.append(ListBlock(ordered=inner.tag == "ol", items=inner_items))
        return items

    def _table(self, element: HtmlElement) -> None:
        caption = element.find("caption")
        if caption is not None and (text := inline_text(caption, self.skip)):
            self._blocks.append(Paragraph(text=text))
        rows = [
            [inline_text(cell, self.skip) for cell in row if cell.tag in {"td", "th"}]
            for row in element.iterdescendants("tr")
            if not self.skip(row)
        ]
        if rows := [row for row in rows if any(row)]:
            self._blocks.append(Table(rows=rows))

    def quote(self, element: HtmlElement, by: HtmlElement | None = None) -> Quote | None:
        """What is quoted and, from a cite or footer inside or given, by whom; None where nothing is."""
        inside = next((inner for inner in element.iterdescendants("cite", "footer")), None)
        paragraphs = [
            text
            for block in BlockReader(self.base, lambda inner: inner is inside or self.skip(inner)).read([element])
            if isinstance(block, Paragraph | Heading | Quote)
            for text in [block.text]
        ]
        return Quote(text="\n".join(paragraphs), cite=_cited(by if by is not None else inside)) if paragraphs else None

    def _pictures(self, element: HtmlElement) -> None:
        inner = [found for child in element.iter() if (found := embed(child, self.base))]
        self._blocks.extend(inner)
        if picture := picture_of(element, self.base):
            self._blocks.append(picture)


def picture_of(
    element: HtmlElement, base: str, caption: str | None = None, credit: str | None = None
) -> ImageBlock | None:
    """The photo in this element, with the caption and credit marked in it unless given; None where there is none."""
    image = next(iter(element.iter("img", "amp-img")), None)
    if image is None:
        return None
    # A picture that is loaded late has a placeholder for its address until then.
    source = next(
        (one for name in ("src", "data-src") if (one := image.get(name)) and not one.startswith("data:")), None
    )
    if (url := joined(base, source)) is None:
        return None
    return ImageBlock(
        url=url,
        caption=caption or _marked(element, "caption") or _plain_caption(element),
        credit=credit or _marked(element, "credit"),
        width=_pixels(image.get("width")),
        height=_pixels(image.get("height")),
    )


def _cited(element: HtmlElement | None) -> str | None:
    """Who said it, without the dash before the name."""
    return (DASH.sub("", inline_text(element)) or None) if element is not None else None


def embeds_in(element: HtmlElement, base: str) -> list[Embed]:
    """The embeds of a block that holds nothing else; a bare tweet address and a lone script count too."""
    found = [known for inner in element.iter() if isinstance(inner.tag, str) and (known := embed(inner, base))]
    found = [one for index, one in enumerate(found) if one not in found[:index]]
    if found:
        return found
    if tweet := BARE_TWEET.fullmatch(inline_text(element).strip()):
        return [at(tweet[0])]
    lone = script_embed(list(element.iter("script")), base)
    return [lone] if lone else []


def _holds_blocks(element: HtmlElement) -> bool:
    return any(
        inner.tag not in PHRASING and inner.tag not in NO_TEXT and inner.tag != "br"
        for inner in element.iterdescendants("*")
    )


def _list_above(inner: HtmlElement, child: HtmlElement) -> bool:
    return next(
        (above is child for above in inner.iterancestors() if above is child or above.tag in {"ul", "ol"}), False
    )


def _marked(element: HtmlElement, word: str) -> str | None:
    found = element.xpath(f".//*[contains(@class, '{word}')][not(self::figcaption)]")
    return inline_text(found[0]) or None if found else None


def _plain_caption(element: HtmlElement) -> str | None:
    caption = element.find(".//figcaption")
    if caption is None or caption.xpath(".//*[contains(@class, 'caption') or contains(@class, 'credit')]"):
        return None
    return inline_text(caption) or None


def _pixels(value: str | None) -> int | None:
    return int(value) if value and value.isdecimal() and int(value) > 1 else None
