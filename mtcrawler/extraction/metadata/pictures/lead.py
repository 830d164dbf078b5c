"""The lead picture: what the page declares, with the words that stand under it where it is shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.metadata.names import names_in
from mtcrawler.extraction.metadata.pictures.candidates import addresses_of, picture_of
from mtcrawler.extraction.metadata.pictures.wording import IMAGES, Wording, split_credit, wording_of
from mtcrawler.extraction.metadata.statements import Statements, plain_text
from mtcrawler.markup.addresses import joined
from mtcrawler.markup.numbers import whole
from mtcrawler.markup.structured import is_of, string
from mtcrawler.model.article import Image
from mtcrawler.model.provenance import FieldSource

METAS: Final = tuple(
    """
    og:image og:image:url og:image:secure_url twitter:image twitter:image:src parsely-image-url sailthru.image.full
    thumbnail
    """.split()
)
_MOST: Final = 80  # pictures of a page that are compared
_FIRST: Final = 8  # pictures of a story that may lead
_TELLING: Final = 8  # characters of a name that no two pictures share by chance
_ENDING: Final = re.compile(r"\.(?:jpe?g|png|webp|gif|avif).*$", re.IGNORECASE)
_SIZE: Final = re.compile(r"[-_]?\d{2,4}x\d{2,4}$")
_NUMBER: Final = re.compile(r"\d{7,}|[0-9a-f]{16,}")
_LARGEST: Final = "2147483647"  # the width that image servers are asked for when any will do
_SMALL: Final = re.compile(
    r"(?i)(?<![a-z])(?:avatars?|authors?|byline|gravatar|logos?|icons?|share|social|banners?|sprites?|pixel|emojis?|ads?)"
    r"(?![a-z])"
)
"""Words of a class that say what a picture is, each by itself."""
_SMALL_FILE: Final = re.compile(
    r"(?i)(?<![a-z])(?:avatars?|gravatar|logos?|icons?|banners?|sprites?|pixel|emojis?|ads?)(?![a-z])"
)
"""The same of an address; what else stands there may be the picture's subject."""
_HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WIDE: Final = 200  # pixels from which a picture is no portrait and no sign
_AROUND: Final = 3
_ELSEWHERE: Final = frozenset("aside footer nav".split())


Words = Callable[[HtmlElement], Wording]


class Pictures(NamedTuple):
    """The first pictures of a story in page order, and the one in a figure above its text that opens it, if any."""

    first: list[HtmlElement]
    opening: HtmlElement | None = None


def _nothing(image: HtmlElement) -> Wording:
    del image
    return Wording(None, None)


class Lead(NamedTuple):
    """The lead picture, and where it came from."""

    image: Image
    source: FieldSource


class Described(NamedTuple):
    """The element that shows the lead picture, and the words that the page declares of it."""

    shown: HtmlElement
    declared: Wording


def lead_of(page: Statements, base: str, story: Pictures, learned: Words = _nothing) -> Lead | None:
    """The declared picture with the words of the one shown; where none is declared, the first of the story.

    A declared picture that the page shows nowhere is made for shares: then the one that opens the story leads, be it
    declared after that one, say as a thumbnail, or not at all. `learned` says what stands where the site is known to
    show the words of a picture.
    """
    objects = list(_objects(page))
    declared = [url for url in _declared(page, objects, base) if url]
    matching = _matching(page.root, declared)
    if declared and (opening := _pictured(story.opening, base, learned)) is not None:
        if matching is None and _name(opening.url) not in map(_name, declared):
            return Lead(opening, "guess")
        if matching is story.opening and not _shows(matching, declared[:1]):
            return Lead(opening, "declared")
        matching = matching if matching is not None else story.opening
    if declared:
        shown = matching if matching is not None else _captioned(page.root)
        words = _worded(shown, learned) if shown is not None else Wording(None, None)
        if words.caption is None:
            near = (found for image in story.first[:2] if (found := wording_of(image)).caption)
            words = next(near, words)
        stated: Any = next((one for one in objects if _marks(_address(one)) & _marks(declared[0])), {})
        said = split_credit(_said(stated, "caption") or _said(stated, "description") or "")
        return Lead(
            Image(
                url=declared[0],
                caption=words.caption or said.caption,
                credit=words.credit or _credit(stated) or said.credit,
                width=whole(stated.get("width")) if stated else None,
                height=whole(stated.get("height")) if stated else None,
            ),
            "declared",
        )
    pictures = (_pictured(image, base, learned) for image in story.first)
    return next((Lead(picture, "guess") for picture in pictures if picture is not None), None)


def _pictured(shown: HtmlElement | None, base: str, learned: Words) -> Image | None:
    """The picture that an element shows, with its words."""
    if shown is None or (picture := picture_of(shown, base)) is None:
        return None
    words = _worded(shown, learned)
    return Image(**{**picture.model_dump(exclude={"type", "title"}), **words._asdict()})


def described_lead(page: Statements, base: str) -> Described | None:
    """What the page declares of the picture that it shows; None where it declares no words, or does not show it."""
    objects = list(_objects(page))
    declared = [url for url in _declared(page, objects, base) if url]
    stated: Any = next((one for one in objects if declared and _marks(_address(one)) & _marks(declared[0])), None)
    stated = stated or (objects[0] if objects else {})
    words = Wording(_said(stated, "caption"), _credit(stated))
    if words == Wording(None, None):
        return None
    matching = _matching(page.root, declared)
    shown = matching if matching is not None else _captioned(page.root)
    return Described(shown, words) if shown is not None else None


def _worded(shown: HtmlElement, learned: Words) -> Wording:
    known = learned(shown)
    if known.caption and known.credit:
        return known
    found = wording_of(shown)
    return Wording(known.caption or found.caption, known.credit or found.credit)


def may_lead(image: HtmlElement) -> bool:
    """Whether a picture between the headline and the text may be the article's: a large one, and no link elsewhere."""
    size, small = whole(image.get("width")), _says_small(image) or _SMALL_FILE.search(image.get("src") or "")
    if small or (size is not None and size < _WIDE) or _is_elsewhere(image):
        return False
    for above in islice(image.iterancestors(), _AROUND):
        if _says_small(above) or above.tag in {"header", "form", "li", "button"}:
            return False
        if above.tag == "a" and not _ENDING.search(above.get("href") or ""):
            return False
    return True


def pictures_of(page: Observation, chosen: Sequence[int], inside: Container[HtmlElement]) -> Pictures:
    """The pictures between the headline and the text that may be the article's, and those among the text."""
    first = next((index for index in chosen if page.segments[index].element in inside), -1)
    found: list[HtmlElement] = []
    opening: HtmlElement | None = None
    for medium in page.media:
        image = medium.element
        if image.tag not in IMAGES or len(found) >= _FIRST:
            continue
        above = 0 <= page.headline < medium.before <= first and may_lead(image)
        if above or image in inside:
            found.append(image)
        if above and opening is None and next(image.iterancestors("figure"), None) is not None:
            opening = image
    return Pictures(found, opening)


def _says_small(element: HtmlElement) -> bool:
    return _SMALL.search(_HUMP.sub(" ", element.get("class") or "")) is not None


def _declared(page: Statements, objects: list[Any], base: str) -> Iterator[str | None]:
    for one in objects[:1]:
        yield joined(base, _address(one))
    for name in METAS:
        if name in page.metas:
            yield joined(base, page.metas[name][0])


def _objects(page: Statements) -> Iterator[Any]:
    """The picture objects of the article, then those of the page."""
    stated = page.article.get("image")
    for one in stated[:10] if isinstance(stated, list) else [stated]:
        if isinstance(one, dict) and set(one) <= {"@id", "@type"} and isinstance(one.get("@id"), str):
            yield next((node for node in page.nodes if node.get("@id") == one["@id"] and node.get("url")), one)
        elif isinstance(one, dict | str) and one:
            yield {"url": one} if isinstance(one, str) else one
    for node in page.nodes:
        if is_of(node, "ImageObject") and _address(node):
            yield node


def _address(node: Any) -> str | None:
    if not isinstance(node, dict):
        return None
    for name in ("url", "contentUrl", "@id"):
        value = node.get(name)
        value = value[0] if isinstance(value, list) and value else value
        if isinstance(value, str) and value.strip():
            return value
    return None


def _matching(root: HtmlElement, declared: list[str]) -> HtmlElement | None:
    """The element that shows one of the declared pictures."""
    shown = (image for image in islice(root.iter(*IMAGES), _MOST) if _shows(image, declared))
    return next((image for image in shown if not _is_elsewhere(image)), None)


def _shows(image: HtmlElement, declared: list[str]) -> bool:
    """Whether an element shows one of these pictures, in whatever size."""
    wanted = [(_name(url), _marks(url)) for url in declared]
    found = ((_name(address), _marks(address)) for address in addresses_of(image))
    return any(_same(name, other) or marks & others for name, marks in found for other, others in wanted)


def _captioned(root: HtmlElement) -> HtmlElement | None:
    """The first picture in a figure of the story that has a caption."""
    return next((image for image in islice(root.iter(*IMAGES), _MOST) if _leads(image)), None)


def _is_elsewhere(image: HtmlElement) -> bool:
    return any(above.tag in _ELSEWHERE for above in image.iterancestors())


def _leads(image: HtmlElement) -> bool:
    above = {element.tag: element for element in image.iterancestors()}
    if "figure" not in above or not above.keys().isdisjoint(_ELSEWHERE) or above.keys().isdisjoint({"article", "main"}):
        return False
    return above["figure"].find(".//figcaption") is not None


def _same(one: str, other: str) -> bool:
    if len(one) > 4 and one == other:
        return True
    return min(len(one), len(other)) > _TELLING and (one in other or other in one)


def _name(url: str) -> str:
    try:
        last = unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        return ""
    return _SIZE.sub("", _ENDING.sub("", last)).lower()


def _marks(url: str | None) -> set[str]:
    """Numbers in an address by which a picture is known whatever its size."""
    return set(_NUMBER.findall((url or "").lower())) - {_LARGEST}


def _said(node: Any, name: str) -> str | None:
    text = string(node, name) if isinstance(node, dict) else None
    return plain_text(text) or None if text else None


def _credit(node: Any) -> str | None:
    if not isinstance(node, dict):
        return None
    if text := _said(node, "creditText"):
        return text
    for name in ("creator", "author", "copyrightHolder", "copyrightNotice"):
        if names := names_in(node.get(name)):
            return ", ".join(names)
    return None
