"""Pictures as readers see them: the largest address of each, whatever loads it, with caption and credit apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.extraction.metadata.wording import IMAGES, wording_of
from mtcrawler.markup.addresses import joined
from mtcrawler.markup.document import fragment
from mtcrawler.markup.numbers import pixels
from mtcrawler.model.article import ImageBlock

_LATE: Final = tuple(
    """
    data-src data-lazy-src data-original data-lazy data-url data-full-src data-hi-res-src data-original-src
    data-large-src
    """.split()
)
_SETS: Final = ("data-srcset", "data-lazy-srcset", "srcset")
_PLACEHOLDER: Final = re.compile(
    r"^data:|(?:^|[/_.-])(?:blank|spacer|pixel|placeholder|loading|lazy|transparent|1x1|empty|dummy|grey|gray)[^/]{0,100}\."
    r"(?:gif|png|svg|jpe?g|webp)(?:$|\?)",
    re.IGNORECASE,
)
_SMALLEST: Final = 60  # pixels: smaller ones are icons and counters
_ICON: Final = re.compile(
    r"(?:^|[/_.-])(?:icon|logo|avatar|sprite|emoji|badge)s?(?:[/_.-]|$)|\.svg(?:$|\?)", re.IGNORECASE
)


def addresses_of(image: HtmlElement) -> Iterator[str]:
    """The addresses of a picture, the largest first, as they stand on the page; placeholders are none."""
    above = image.getparent()
    holders = [image]
    if above is not None and above.tag == "picture":
        holders += above.iterchildren("source")
    sized = [pair for holder in holders for name in _SETS for pair in _candidates(holder.get(name) or "")]
    sized.sort(key=lambda pair: -pair[0])
    plain = [image.get(name) for name in (*_LATE, "src")]
    for address in (*(address for _, address in sized), *plain):
        if address and (address := address.strip()) and not _PLACEHOLDER.search(address):
            yield address


def picture_of(image: HtmlElement, base: str) -> ImageBlock | None:
    """The picture that an element shows; None for placeholders, icons, and what has no address."""
    shown = image
    address = next(addresses_of(image), None)
    if address is None and (spare := _spare(image)) is not None:
        shown, address = spare, next(addresses_of(spare), None)
    url = joined(base, address)
    width, height = pixels(shown.get("width")), pixels(shown.get("height"))
    if url is None or any(size is not None and size < _SMALLEST for size in (width, height)):
        return None
    if _ICON.search(url.rpartition("/")[2]):
        return None
    words = wording_of(image)
    return ImageBlock(url=url, caption=words.caption, credit=words.credit, width=width, height=height)


def in_noscript(element: HtmlElement) -> HtmlElement | None:
    """The picture for browsers without scripts; a browser that has them writes its markup down as text."""
    found = next(element.iter(*IMAGES), None)
    if found is None and "<img" in (text := element.text or ""):
        found = next(fragment(text).iter(*IMAGES), None)
    return found


def _spare(image: HtmlElement) -> HtmlElement | None:
    """The picture in the noscript that stands beside one without an address."""
    for beside in (image.getnext(), image.getprevious()):
        if beside is not None and beside.tag == "noscript":
            return in_noscript(beside)
    above = image.getparent()
    if above is not None and above.tag != "body":
        beside = above.getnext()
        if beside is not None and beside.tag == "noscript":
            return in_noscript(beside)
    return None


def _candidates(text: str) -> Iterator[tuple[float, str]]:
    """The addresses of a srcset with their sizes; commas may stand in an address, too."""
    for part in re.split(r",\s+|,(?=https?:|//|/)", text.strip()):
        address, _, size = part.strip().partition(" ")
        number = re.match(r"[\d.]+", size.strip())
        if address:
            try:
                yield float(number[0]) if number else 1.0, address
            except ValueError:
                yield 1.0, address
