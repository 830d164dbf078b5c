"""The words of an element as a reader sees them, white space folded; what is no text has none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice

from lxml.html import HtmlElement

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
INLINE = PHRASING | NO_TEXT | {"br"}
# The publisher's own mark, and the one that read.js sets on what no reader sees while it writes the page down.
UNSEEN = ("hidden", "data-mtcrawler-hidden")
# Chinese, Japanese and Thai, in which every character is counted as a word; Korean puts gaps between words.
GAPLESS = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
BREAKS = re.compile(r" ?\n ?")  # for a text whose runs of spaces are single spaces
NOTHING = frozenset({"inset(50%)", "inset(100%)"})
RECTANGLE = re.compile(r"rect\(([^()]*)\)")
EDGES = frozenset({"0", "0px", "1px"})
SPACES = re.compile(r"[ \t\n\r\f\v]+")
LINE_BREAK = "\x00"  # stands for <br> while white space is folded: no HTML text can hold it

Skip = Callable[[HtmlElement], bool]


def inline_text(element: HtmlElement, skip: Skip | None = None, most: int | None = None) -> str:
    """The text of an element as a reader sees it: white space folded, `<br>` a line break; `most` as in `pieces`."""
    return fold("".join(pieces(element, skip, most)))


def fold(text: str) -> str:
    """White space folded to single spaces, around the line breaks that `<br>` stands for."""
    return BREAKS.sub("\n", SPACES.sub(" ", text).replace(LINE_BREAK, "\n")).strip()


def pieces(element: HtmlElement, skip: Skip | None, most: int | None = None) -> list[str]:
    """The text in an element, in pieces; without recursion, as a page may nest deeper than Python does.

    With `most` only about so many of the first: of elements that stand in each other the whole is read once, then.
    """
    found = [element.text or ""]
    ways: list[tuple[Iterator[HtmlElement], str]] = [(iter(element), "")]
    while ways:
        children, after = ways[-1]
        for child in children:
            if most is not None and len(found) >= most:
                return found
            tag = child.tag
            if not isinstance(tag, str) or tag in NO_TEXT or (skip and skip(child)):
                found.append(child.tail or "")
            elif tag == "br":
                found.append(LINE_BREAK + (child.tail or ""))
            else:
                apart = "" if tag in PHRASING else " "
                found.append(apart + (child.text or ""))
                ways.append((iter(child), apart + (child.tail or "")))
                break
        else:
            found.append(after)
            ways.pop()
    return found


def is_clipped(style: str) -> bool:
    """Whether a style leaves nothing of an element to see, as notes for those who have a page read to them have it.

    `clip` holds for what is positioned alone, and hides where its four edges are zero or one pixel.
    """
    declared = dict[str, str]()
    for one in style.lower().split(";"):
        name, _, value = one.partition(":")
        declared[name.strip()] = value.replace("!important", "").strip()
    if declared.get("clip-path", "").replace(" ", "") in NOTHING:
        return True
    edges = RECTANGLE.fullmatch(declared.get("clip", ""))
    if edges is None or declared.get("position") not in {"absolute", "fixed"}:
        return False
    sides = edges[1].replace(",", " ").split()
    return len(sides) == 4 and all(side in EDGES for side in sides)


def is_unseen(element: HtmlElement) -> bool:
    """Whether markup says that no reader sees the element."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or is_clipped(style) or any(element.get(mark) is not None for mark in UNSEEN)


def words_in(element: HtmlElement) -> int:
    """How many words an element's paragraphs have."""
    return sum(len(inline_text(paragraph).split()) for paragraph in element.iter("p"))


def count_words(text: str) -> int:
    """How many words a text has, by its gaps; in writing without gaps every character is one, as publishers count."""
    return len((text if text.isascii() else GAPLESS.sub(" x ", text)).split())


def text_before(element: HtmlElement) -> str:
    """What stands right before an element in the same parent, among its ten nearest siblings; blanks do not count."""
    before = list(islice(element.itersiblings(preceding=True), 10))
    for sibling in before:
        said = sibling.tail if (sibling.tail or "").strip() else sibling.xpath("string()")
        if said and said.strip():
            return str(said)
    parent = element.getparent()
    return (parent.text or "") if parent is not None and len(before) < 10 else ""
