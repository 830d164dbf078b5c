"""Where a picture is, also where the page loads it late and has something else in its place until then."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.markup.addresses import joined

_LATE: Final = ("data-src", "data-lazy-src", "data-original", "data-original-src", "data-hi-res-src", "data-full-src")
_SETS: Final = ("srcset", "data-srcset", "data-lazy-srcset")
_PLACEHOLDER: Final = re.compile(
    r"^data:|^about:|(?:^|[/_.-])(?:blank|placeholder|spacer|transparent|pixel|loading|lazy|1x1)[\w-]{0,100}\.(?:gif|png|svg|jpe?g|webp)",
    re.IGNORECASE,
)
MOST: Final = 20
"""Sets of one picture that are looked at."""
_SIZE: Final = re.compile(r"^(.*\S)\s+(\d+(?:\.\d+)?)[wx]$")


def image_address(image: HtmlElement, base: str) -> str | None:
    """The absolute address of an `<img>`'s picture: what it will load, the largest of a set; never a placeholder."""
    named = [image.get(name) for name in ("src", *_LATE)]
    shown = named[0] if named[0] and not _PLACEHOLDER.search(named[0].strip()) else None
    late = next((one for one in named[1:] if one and not _PLACEHOLDER.search(one.strip())), None)
    address = shown or late or _largest(image)
    return joined(base, address)


def is_late(noscript: HtmlElement, base: str) -> bool:
    """Whether a `<noscript>` holds the picture that stands before it without an address."""
    before = noscript.getprevious()
    if before is None or before.tag not in {"img", "amp-img", "picture"} or next(noscript.iter("img"), None) is None:
        return False
    return not any(image_address(image, base) for image in before.iter("img", "amp-img"))


def _largest(image: HtmlElement) -> str | None:
    """The largest picture of the sets that the image, or the `<picture>` around it, names."""
    # libxml2 does not know that <source> is empty, and puts the image into it.
    above = next(islice(image.iterancestors("picture"), 1), None)
    places = [image, *(islice(above.iter("source"), MOST) if above is not None else [])]
    sets = [given for place in places for name in _SETS if (given := place.get(name))]
    return max((one for given in sets for one in _sizes(given)), key=lambda one: one[0], default=(0.0, None))[1]


def _sizes(given: str) -> list[tuple[float, str]]:
    """The addresses of a set with their sizes; a comma inside an address is followed by no space."""
    found = []
    for one in re.split(r",\s+", given[:10_000].strip().rstrip(",")):
        match = _SIZE.match(one.strip())
        address = match[1] if match else one.strip()
        if address and not _PLACEHOLDER.search(address):
            found.append((float(match[2]) if match else 0.0, address))
    return found
