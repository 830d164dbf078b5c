"""What is written with a picture: its caption, and its credit apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from lxml.html import HtmlElement

from mtcrawler.markup.text import PHRASING, inline_text

IMAGES: Final = ("img", "amp-img")
_SIGN: Final = (
    r"(?:photograph(?:s|y|er)?|photos?(?:\ credit)?|images?(?:\ credit)?|pictures?(?!\ alliance)|pic|fotos?"
    r"|bild(?:er|quelle|rechte)?|credits?|cr[eé]dito?s?(?:\ photo)?|fot\.|fotograf(?:ie|ía|ia|o)?|fotó|isithombe|zdroj"
    r"|imagen|quelle|source|fuente|фото|写真|提供|撮影|图|圖|사진|©|\(c\)|copyright|courtesy(?:\ of)?|illustrations?"
    r"|screenshot|graphic|grafik|video|vídeo)"
)
_BEFORE: Final = re.compile(rf"^\W*{_SIGN}(?:\s*(?:\bby\b|\bvon\b|\bpar\b|:|：|©|/|-|–)\s*|\s+|$)", re.IGNORECASE)
_AGENCY: Final = (
    r"(?:reuters|getty|afp|dpa|epa|ap\b|imago|picture[\ -]alliance|shutterstock|istock|efe\b|ansa\b|bloomberg|sipa"
    r"|xinhua|tass\b|apa\b)"
)
_AT_END: Final = re.compile(
    rf"""(?:(?:^|[\s|/–—(\[.])
    (?P<signed>[(\[|]?\s?{_SIGN}\s?(?:\bby\b|\bvon\b|:|：|/|©|-|–)\s?[^.|]{{2,90}}|©\s?[^.|]{{2,90}})
    |(?P<agency>\([^()]{{0,120}}?{_AGENCY}[^()]{{0,120}}\))|\s[|/–—]\s(?P<barred>[^|.]{{2,60}}))[)\].]?$""",
    re.IGNORECASE | re.VERBOSE,
)
_NAMED_CREDIT: Final = re.compile(
    r"credit|copyright|source|attribution|author|photographer|byline|quelle|agency|owner|licen|rights", re.IGNORECASE
)
_NAMED_CAPTION: Final = re.compile(
    r"caption|legend|description|alt-text|img-info|image-text|bildunterschrift|desc", re.IGNORECASE
)
_ATTRIBUTES: Final = (
    ("data-caption", "data-title"),
    ("data-credit", "data-copyright", "data-source", "data-attribution"),
)
_EDGES: Final = " |–—-•/()[]·,;:\n"
_APART: Final = ("h1", "h2", "h3", "form", "nav", "blockquote", "time", "video")
_HIGHEST: Final = 6  # elements above a picture in which its words are looked for
_LONGEST: Final = 700  # characters of all that a picture's box says
_CREDIT: Final = 160
_SHORT: Final = 70  # characters of a line without a full stop that stands after a caption
_MOST_PICTURES: Final = 3
_MOST_ELEMENTS: Final = 200  # in a picture's box; larger ones are no box of one picture
_STOPS: Final = frozenset("body article main html td".split())


class Wording(NamedTuple):
    """A caption without the credit, and a credit without the word before it."""

    caption: str | None
    credit: str | None


def wording_of(image: HtmlElement) -> Wording:
    """What the smallest box that holds a picture and words says of it."""
    stated = _stated(image)
    holder = next((above for above in image.iterancestors("figure", "table") if _frames_picture(above)), None)
    if holder is None:
        holder = next((above for above in image.iterancestors() if above.tag not in {"picture", "source"}), None)
    for _ in range(_HIGHEST):
        if holder is None or holder.tag in _STOPS:
            break
        if _holds_more(holder) or _holds_another(holder, image):
            break
        lines = list(_lines(holder))
        if sum(len(text) for text, _ in lines) > _LONGEST:
            break
        if not lines and (beside := _beside(holder, image)) is not None:
            return _both(beside, stated)
        if lines:
            if holder.tag == "a" or any(True for _ in holder.iter(*_APART)):
                break  # another story's picture, or the whole head of the page
            return _both(_read(lines, image.get("alt") or ""), stated)
        holder = holder.getparent()
    return stated


def _frames_picture(above: HtmlElement) -> bool:
    """Whether an element is a figure; Blogger makes a table of a picture and its caption."""
    return above.tag == "figure" or "tr-caption-container" in (above.get("class") or "")


def _holds_more(holder: HtmlElement) -> bool:
    """Whether a box holds more than a picture with its words; a large one is not read to its end for that."""
    return any(
        next(islice(holder.iter(*names), most, None), None) is not None
        for names, most in ((IMAGES, _MOST_PICTURES), ((), _MOST_ELEMENTS))
    )


def _holds_another(holder: HtmlElement, image: HtmlElement) -> bool:
    """Whether a box that is no figure shows another picture, too: what it says may be of that one."""
    if holder.tag in {"figure", "table"}:
        return False
    ours = " ".join(image.values())
    others = (other.get("src") or "" for other in islice(holder.iter(*IMAGES), _MOST_PICTURES) if other is not image)
    return any(name not in ours for source in others if (name := _file_of(source)))


def _file_of(source: str) -> str:
    """The name of a picture's file; an empty text for what stands in for one that comes later."""
    return "" if source.startswith("data:") else source.partition("?")[0].rpartition("/")[2]


def split_credit(caption: str) -> Wording:
    """A caption and the credit at its end."""
    if (found := _AT_END.search(caption)) and (credit := found["signed"] or found["agency"] or found["barred"]):
        stop = "." if caption[found.start()] == "." else ""
        return Wording(_tidy(caption[: found.start()] + stop) or None, bare_credit(credit))
    return Wording(_tidy(caption) or None, None)


def bare_credit(credit: str) -> str | None:
    """A credit without the words that say that it is one."""
    whole = said = credit.strip(_EDGES)
    while (shorter := _BEFORE.sub("", said).strip(_EDGES)) and shorter != said:
        said = shorter
    if _BEFORE.fullmatch(said):  # "Courtesy photo" names nobody, and half of it would say nothing
        said = whole
    return _balanced(" ".join(said.split())) or None


def _read(lines: list[tuple[str, str]], alt: str) -> Wording:
    """Which of the lines, given with the names around them, is the caption and which the credit."""
    signed = [text for text, names in lines if _is_credit(text, names)]
    others = [text for text, names in lines if not _is_credit(text, names)]
    named = [text for text, names in lines if text in others and _NAMED_CAPTION.search(names)]
    told = [text for text in others if len(text) > 8 and text[:40] in alt]
    caption = next(iter(told or named or sorted(others, key=len, reverse=True)), "")
    if not signed and len(others) > 1 and caption:
        after = others[others.index(caption) + 1 :]
        signed = [text for text in after if len(text) <= _SHORT and not text.endswith(".")]
    if not signed:
        return split_credit(caption)
    for credit in signed:
        caption = caption.replace(credit, " ")
    joined = ", ".join(dict.fromkeys(bare for credit in signed[:2] if (bare := bare_credit(credit))))
    return Wording(_tidy(caption) or None, joined or None)


def _beside(holder: HtmlElement, image: HtmlElement) -> Wording | None:
    """What the element after a box without words says, where its name or the picture says that it belongs to it."""
    lines = []
    alt = image.get("alt") or ""
    for beside in islice(holder.itersiblings("*"), 3):
        if not _is_line(beside):
            break
        text = " ".join(inline_text(beside).split())
        names = f"{beside.get('class') or ''} {'caption' if beside.tag == 'figcaption' else ''}"
        is_its = _NAMED_CAPTION.search(names) or _NAMED_CREDIT.search(names) or (len(text) > 8 and text[:40] in alt)
        if not text or len(text) > _LONGEST or not (is_its or _BEFORE.match(text)):
            break
        lines += list(_lines_of(beside, names))
    return _read(lines, alt) if lines else None


def _is_credit(text: str, names: str) -> bool:
    if len(text) > _CREDIT:
        return False
    return _BEFORE.match(text) is not None or (
        _NAMED_CREDIT.search(names) is not None and not _NAMED_CAPTION.search(names.rpartition(" ")[2])
    )


def _lines(holder: HtmlElement) -> Iterator[tuple[str, str]]:
    """The lines of a box, each with the names of the elements that it alone stands in; marked words are lines."""
    for element in holder.iterdescendants("*"):
        if element.tag in {"script", "style", "noscript", "svg", "button", "figure"} or _inside_line(element, holder):
            continue
        if _is_line(element):
            above = element.getparent()
            outer = above.get("class") or "" if above is not None and above is not holder else ""
            yield from _lines_of(element, f"{outer} {element.get('class') or ''} {element.get('itemprop') or ''}")
    if (text := " ".join((holder.text or "").split())) and holder.tag not in {"picture"}:
        yield text, holder.get("class") or ""


def _lines_of(element: HtmlElement, names: str) -> Iterator[tuple[str, str]]:
    """What an element of phrases says; what is named as a credit in it is a line of its own."""
    text = " ".join(inline_text(element).split())
    parts = [inner for inner in element.iterdescendants("*") if _NAMED_CREDIT.search(inner.get("class") or "")]
    if parts and len(text) > len(part := " ".join(inline_text(parts[0]).split())) > 1:
        yield text.replace(part, " ").strip(), names
        yield part, parts[0].get("class") or ""
    elif text:
        yield text, names


def _is_line(element: HtmlElement) -> bool:
    """Whether an element holds words and nothing but phrases."""
    if next(element.iter(*IMAGES), None) is not None:
        return False
    return all(inner.tag in PHRASING or inner.tag in {"br", "svg", "button"} for inner in element.iterdescendants("*"))


def _inside_line(element: HtmlElement, holder: HtmlElement) -> bool:
    above = element.getparent()
    while above is not None and above is not holder:
        if _is_line(above):
            return True
        above = above.getparent()
    return False


def _stated(image: HtmlElement) -> Wording:
    """What the attributes of the picture say."""
    values = [next((text for name in names if (text := (image.get(name) or "").strip())), "") for names in _ATTRIBUTES]
    caption, credit = (" ".join(re.sub(r"<[^<>]*+>", " ", value).split()) for value in values)
    return Wording(caption or None, bare_credit(credit) if credit else None)


def _both(one: Wording, other: Wording) -> Wording:
    return Wording(one.caption or other.caption, one.credit or other.credit)


def _tidy(caption: str) -> str:
    return _balanced(" ".join(caption.split()).strip(" |–—-•/·,\n"))


def _balanced(text: str) -> str:
    """The text without a bracket at an end that nothing closes or opens."""
    for opened, closed in ("()", "[]"):
        if text.count(opened) > text.count(closed):
            text = text.removeprefix(opened).removesuffix(opened).strip()
        elif text.count(closed) > text.count(opened):
            text = text.removesuffix(closed).removeprefix(closed).strip()
    return text
