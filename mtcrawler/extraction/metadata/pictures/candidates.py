"""Pictures as readers see them: the largest address of each, whatever loads it, with caption and credit apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.extraction.metadata.pictures.wording import IMAGES, wording_of
from mtcrawler.markup.addresses import joined
from mtcrawler.markup.document import fragment
from mtcrawler.markup.numbers import pixels, whole
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
_PICTURE: Final = re.compile(r"(?:https?:)?[^\s,;:{}<>]{1,2000}\.(?:jpe?g|png|webp|avif)(?:$|[?#])", re.IGNORECASE)
_POOR: Final = re.compile(r"small|thumb|low|preview|placeholder|medium|blur", re.IGNORECASE)
SOURCES: Final = 4
"""Sources of one picture that are looked at."""
LONGEST_SET: Final = 2_000
"""Characters of what a source says that are looked at."""
_OTHERS: Final = re.compile(r"author|avatar|logo|profile|icon", re.IGNORECASE)
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
    found = False
    for address in (*(address for _, address in sized), *plain):
        if address and (address := address.strip()) and not _PLACEHOLDER.search(address):
            found = True
            yield address
    if not found:
        yield from _nested(image)
        yield from _unnamed(image)


def _nested(image: HtmlElement) -> Iterator[str]:
    """What the sources around an image say that says nothing itself; libxml2 puts it into the last of them."""
    around = list(islice(takewhile(lambda one: one.tag in {"source", "picture"}, image.iterancestors()), SOURCES))
    sized = [pair for one in around for name in _SETS for pair in _candidates((one.get(name) or "")[:LONGEST_SET])]
    yield from (address for _, address in sorted(sized, key=lambda pair: -pair[0]) if not _PLACEHOLDER.search(address))


def _unnamed(image: HtmlElement) -> Iterator[str]:
    """What else is the address of a picture, for a script of the site's own; small ones last."""
    named = [
        (bool(_POOR.search(name)), value.strip())
        for name, value in image.items()
        if name.startswith("data-") and not _OTHERS.search(name)
    ]
    yield from (value for _, value in sorted(named) if _PICTURE.match(value) and not _PLACEHOLDER.search(value))


def picture_of(image: HtmlElement, base: str) -> ImageBlock | None:
    """The picture that an element shows; None for placeholders, icons, and what has no address."""
    shown = image
    address = next(addresses_of(image), None)
    if address is None and (spare := _spare(image)) is not None:
        shown, address = spare, next(addresses_of(spare), None)
    url = (joined(base, address) or "").replace(" ", "%20")
    width, height = pixels(shown.get("width")), pixels(shown.get("height"))
    if not url or any(size is not None and size < _SMALLEST for size in (width, height)):
        return None
    if address == (shown.get("src") or "").strip() and _is_counter(shown):
        return None
    if _ICON.search(url.rpartition("/")[2]):
        return None
    words = wording_of(image)
    return ImageBlock(url=url, caption=words.caption, credit=words.credit, width=width, height=height)


def _is_counter(image: HtmlElement) -> bool:
    """Whether an image is a dot that counts readers; style sheets give many pictures another size."""
    return {whole(image.get("width")), whole(image.get("height"))} == {1} and "width" not in (image.get("style") or "")


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
