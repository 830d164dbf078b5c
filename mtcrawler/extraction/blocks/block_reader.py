"""The body of an article, read from its markup as typed blocks in page order."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Literal

from lxml.html import HtmlElement

from mtcrawler.extraction.blocks.embeds import BARE_TWEET, at, embed, linked_picture, poster, script_embed
from mtcrawler.markup.css import outermost
from mtcrawler.markup.images import image_address, is_late
from mtcrawler.markup.lists import LISTS, read_list, read_rows
from mtcrawler.markup.numbers import pixels
from mtcrawler.markup.text import INLINE, LINE_BREAK, NO_TEXT, PHRASING, Skip, fold, inline_text, pieces
from mtcrawler.model.article import (
    Block,
    Embed,
    Heading,
    ImageBlock,
    ListBlock,
    Media,
    Paragraph,
    Post,
    Quote,
    Table,
    text_of,
)

UNSEEN = frozenset("link meta noscript script style template wbr".split())
HEADINGS = {f"h{level}": level for level in range(1, 7)}
PICTURES = frozenset({"figure", "picture", "img", "amp-img"})
SHOWN = frozenset("img amp-img iframe amp-iframe video audio embed object script".split())
MOST = 20  # images in a figure in which an address is looked for
EDGES = re.compile(r"(?<!\s)\s++[|/·•–—-]\s*+$")  # what stood between a caption and its credit
DASH = re.compile(r"^\s*[–—-]\s*")


@dataclass
class BlockReader:
    """Reads blocks from markup; `base` makes addresses absolute, `skip` names what is not the article.

    An element that `withheld` holds is not read even where it is the one to be read.
    """

    base: str
    skip: Skip
    withheld: Container[HtmlElement] = frozenset()
    quoting: bool = False  # what quotes inside a quote say is said by the outer one
    _blocks: list[Block] = field(default_factory=list, init=False)
    _run: list[str] = field(default_factory=list, init=False)
    _bare: set[HtmlElement] = field(default_factory=set, init=False)  # figures known to show nothing
    _holders: set[HtmlElement] = field(default_factory=set, init=False)  # phrases known to hold blocks

    def read(self, elements: Iterable[HtmlElement]) -> list[Block]:
        """The blocks of these elements, one after another."""
        self._blocks, self._run = [], []
        for element in elements:
            if element not in self.withheld:
                self._contents(element)
                self._end_run()
        return self._blocks

    def _contents(self, element: HtmlElement) -> None:
        """All that is in an element, without recursion, as a page may nest deeper than Python does."""
        self._run.append(element.text or "")
        ways: list[tuple[Iterator[HtmlElement], bool, str]] = [(iter(element), False, "")]
        while ways:
            children, parts, after = ways[-1]
            for child in children:
                opened = self._child(child) if isinstance(child.tag, str) and not self.skip(child) else None
                if opened is None:
                    self._run.append(child.tail or "")
                    continue
                self._run.append(child.text or "")
                ways.append((iter(child), opened == "block", child.tail or ""))
                break
            else:
                if parts:
                    self._end_run()
                self._run.append(after)
                ways.pop()

    def _child(self, element: HtmlElement) -> Literal["phrase", "block"] | None:
        """Take an element, or say as what its contents are to be taken."""
        tag = element.tag
        if tag == "br":
            self._run.append(LINE_BREAK)
        elif tag == "noscript" and is_late(element, self.base):
            self._end_run()
            self._pictures(element)
        elif tag in UNSEEN and embed(element, self.base) is None:
            return None  # does not part the words around it
        elif tag in PHRASING and not self._holds_blocks(element):
            self._run.extend(pieces(element, self.skip))
        elif tag in PHRASING:
            return "phrase"
        else:
            self._end_run()
            if not self._block(element):
                return "block"
        return None

    def _block(self, element: HtmlElement) -> bool:
        """Take an element that stands apart; false where there is nothing to it but its contents."""
        tag = element.tag
        if level := HEADINGS.get(tag):
            if text := inline_text(element, self.skip):
                self._blocks.append(Heading(level=level, text=text))
        elif tag in LISTS:
            for found in read_list(element, self.skip, self._stands_apart):
                if isinstance(found, ListBlock):
                    self._blocks.append(found)
                else:
                    self._block(found)
        elif tag == "table":
            self._table(element)
        elif known := embed(element, self.base):
            self._blocks.append(known)
        elif tag == "blockquote" and not self.quoting:
            self._blocks.extend(self.quote(element))
        elif tag in PICTURES:
            return self._pictures(element)
        else:
            return tag in NO_TEXT
        return True

    def _stands_apart(self, element: HtmlElement) -> bool:
        """Whether an element in a list's item is no words of it."""
        if element.tag in PICTURES:
            return not self._shows_nothing(element)
        return embed(element, self.base) is not None

    def _shows_nothing(self, figure: HtmlElement) -> bool:
        """Whether a figure holds neither picture nor embed; what is found of one is known of those in it."""
        if figure in self._bare:
            return True
        if any(inner.tag in SHOWN or (inner.get("class") and embed(inner, self.base)) for inner in figure.iter("*")):
            return False
        self._bare.update(figure.iter("figure"))
        return True

    def _holds_blocks(self, element: HtmlElement) -> bool:
        """Whether a phrase holds what is none; what is found of one is known of those on the way to it."""
        if element in self._holders:
            return True
        for inner in element.iterdescendants("*"):
            if inner.tag not in INLINE:
                self._holders.add(element)
                for above in inner.iterancestors():
                    if above in self._holders:
                        break
                    self._holders.add(above)
                return True
        return False

    def _end_run(self) -> None:
        text = fold("".join(self._run))
        self._run = []
        for paragraph in re.split(r"\n{2,}", text):
            if not (paragraph := paragraph.strip()):
                continue
            if BARE_TWEET.fullmatch(paragraph):
                self._blocks.append(at(paragraph))
            else:
                self._blocks.append(Paragraph(text=paragraph))

    def _table(self, element: HtmlElement) -> None:
        caption = element.find("caption")
        if caption is not None and (text := inline_text(caption, self.skip)):
            self._blocks.append(Paragraph(text=text))
        if rows := read_rows(element, self.skip):
            self._blocks.append(Table(rows=rows))

    def quote(self, element: HtmlElement, by: HtmlElement | None = None) -> list[Block]:
        """What is quoted and, from a cite or footer inside or given, by whom; pictures in it stand where they stood."""
        inside = next((inner for inner in element.iterdescendants("cite", "footer")), None)
        named = {inside, *_cites(element)}
        reader = BlockReader(self.base, lambda inner: inner in named or self.skip(inner), quoting=True)
        found: list[Block] = []
        for apart, group in groupby(reader.read([element]), lambda block: isinstance(block, ImageBlock | Embed)):
            blocks = list(group)
            # A line a paragraph, as a quotation is printed.
            found.extend(blocks if apart else [Quote(text="\n".join(text_of([block]) for block in blocks))])
        last = next((index for index in range(len(found) - 1, -1, -1) if isinstance(found[index], Quote)), None)
        if last is not None and (cite := _cited(by if by is not None else inside)):
            found[last] = found[last].model_copy(update={"cite": cite})
        return found

    def _pictures(self, element: HtmlElement) -> bool:
        """Take the picture and the embeds of a figure; false where it has none and holds something else."""
        if element.tag == "figure" and self._shows_nothing(element):
            return False
        embeds = _embeds(element, self.base)
        picture = picture_of(element, self.base)
        self._blocks.extend([*embeds, *([picture] if picture else [])])
        if element.tag != "figure":
            return True
        for table in outermost(element.iter("table")) if embeds or picture else ():
            self._table(table)
        return True


def picture_of(
    element: HtmlElement, base: str, caption: str | None = None, credit: str | None = None
) -> ImageBlock | None:
    """The photo in this element, with the caption and credit marked in it unless given; None where there is none."""
    image, url = next(
        ((image, url) for image in islice(element.iter("img", "amp-img"), MOST) if (url := image_address(image, base))),
        (None, None),
    )
    if image is None or url is None:
        return None
    return ImageBlock(
        url=url,
        caption=caption or _marked(element, "caption") or _plain_caption(element),
        credit=credit or _marked(element, "credit"),
        width=pixels(image.get("width")),
        height=pixels(image.get("height")),
    )


def pictures_in(blocks: Iterable[Block]) -> list[Media]:
    """The pictures among these blocks and inside posts."""
    found: list[Media] = []
    for block in blocks:
        if isinstance(block, ImageBlock):
            found.append(Media(type="image", url=block.url, caption=block.caption, credit=block.credit))
        elif isinstance(block, Post):
            found.extend(pictures_in(block.blocks))
    return found


def _cited(element: HtmlElement | None) -> str | None:
    """Who said it, without the dash before the name."""
    return (DASH.sub("", inline_text(element)) or None) if element is not None else None


def embeds_in(element: HtmlElement, base: str) -> list[Embed]:
    """The embeds of a block that holds nothing else; a bare tweet address and a lone script count too."""
    if found := list(dict.fromkeys(_embeds(element, base))):
        return found
    if tweet := BARE_TWEET.fullmatch(inline_text(element).strip()):
        return [at(tweet[0])]
    lone = script_embed(list(element.iter("script")), base) or linked_picture(element, base)
    return [lone] if lone else []


def _embeds(element: HtmlElement, base: str) -> list[Embed]:
    """Every embed in an element; a post inside a quoted post is a part of it."""
    quotes = [one for one in element.iter("blockquote") if poster(one)]
    parts = set(quotes).difference(outermost(quotes))
    return [known for inner in element.iter("*") if inner not in parts and (known := embed(inner, base))]


def _cites(element: HtmlElement) -> Iterator[HtmlElement]:
    """Of the quotes inside a quote who said each: the first cite or footer in it."""
    known = {element}
    for cite in element.iterdescendants("cite", "footer"):
        first = False
        for above in cite.iterancestors():
            if above in known:
                break
            known.add(above)
            first = first or above.tag == "blockquote"
        if first:
            yield cite


def _marked(element: HtmlElement, word: str) -> str | None:
    found = element.xpath(f".//*[contains(@class, '{word}')][not(self::figcaption)]")
    return _without_credit(found[0], word) if found else None


def _plain_caption(element: HtmlElement) -> str | None:
    caption = element.find(".//figcaption")
    return _without_credit(caption, "caption") if caption is not None else None


def _without_credit(element: HtmlElement, word: str) -> str | None:
    """The words of a caption, of which the photographer's name in it is none."""
    credit = (lambda inner: "credit" in (inner.get("class") or "")) if word == "caption" else None
    return EDGES.sub("", inline_text(element, credit)) or None
