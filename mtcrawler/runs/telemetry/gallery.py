"""Pictures of pages that overlays stood over: small copies of some of the evidence, for the run's report."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from mtcrawler.model.article import Overlay

PAGES: Final = 24
"""Pages whose pictures are held while the run goes on."""
SHOWN: Final = 8
"""Pages in the report; with two pictures each they take less than half a megabyte."""
ALIKE: Final = 2
WIDTH: Final = 560
QUALITY: Final = 55
MOST_BYTES: Final = 160 * 1024
"""Of one small picture; noise of that size would take as much."""


@dataclass(slots=True)
class Exhibit:
    """A page: its pictures as small JPEGs by when they were taken (before, after), and what stood over it."""

    file: str
    url: str = ""
    pictures: dict[str, bytes] = field(default_factory=dict)
    overlays: tuple[Overlay, ...] = ()

    @property
    def stuck(self) -> bool:
        """Whether something still stands over it."""
        return any(overlay.outcome == "stuck" for overlay in self.overlays)


class Gallery:
    """The exhibits of a run, by article id."""

    def __init__(self) -> None:
        self._exhibits: dict[str, Exhibit] = {}

    def wants(self, article_id: str) -> bool:
        """Whether there is room for pictures of this page."""
        return article_id in self._exhibits or len(self._exhibits) < PAGES

    def hang(self, article_id: str, name: str, file: str, small: bytes) -> None:
        """Take a picture in; `name` ends in before or after, `file` is where it lies whole."""
        exhibit = self._exhibits.setdefault(article_id, Exhibit(file))
        exhibit.pictures["before" if name.endswith("before") else "after"] = small

    def forget(self, article_ids: Collection[str]) -> None:
        """Take the pictures of these pages down."""
        for name in article_ids:
            self._exhibits.pop(name, None)

    def label(self, article_id: str, url: str, overlays: tuple[Overlay, ...]) -> None:
        """Say what a page's pictures show."""
        if exhibit := self._exhibits.get(article_id):
            exhibit.url, exhibit.overlays = url, overlays

    def chosen(self) -> Iterator[Exhibit]:
        """Those for the report: what is stuck first, and of what was dealt with alike two at most."""
        seen: dict[tuple[str, ...], int] = {}
        ranked = []
        for place, exhibit in enumerate(self._exhibits.values()):
            kind = tuple(f"{overlay.rule}/{overlay.outcome}" for overlay in exhibit.overlays)
            seen[kind] = seen.get(kind, 0) + 1
            ranked.append((seen[kind], not exhibit.stuck, place, exhibit))
        ranked = sorted((one for one in ranked if one[0] <= ALIKE), key=lambda one: one[:3])
        yield from (exhibit for *_, exhibit in ranked[:SHOWN])


def small(picture: bytes, width: int = WIDTH) -> bytes | None:
    """A small JPEG of a picture, at most so many pixels wide; None where it is none. Takes some milliseconds: not for
    the reactor's thread.
    """
    return _copy(picture, ("PNG", "JPEG"), width=width)


def checked(jpeg: bytes) -> bytes | None:
    """A small JPEG that somebody else may have put there, decoded and encoded anew; None where it is none."""
    return _copy(jpeg, ("JPEG",), most=WIDTH * WIDTH * 2) if len(jpeg) <= MOST_BYTES else None


def _copy(picture: bytes, formats: tuple[str, ...], most: int | None = None, width: int = WIDTH) -> bytes | None:
    """A small JPEG of a picture of at most so many pixels, or as Pillow bounds it, without whatever else is in it."""
    from PIL import Image  # noqa: PLC0415 - a run that shows no page does without

    most = most or Image.MAX_IMAGE_PIXELS or 2**26
    try:
        with Image.open(io.BytesIO(picture), formats=formats) as image:
            if image.width * image.height > most:
                return None
            image.thumbnail((width, width * 2))
            plain = image.convert("RGB")
            plain.info.clear()
            out = io.BytesIO()
            plain.save(out, "JPEG", quality=QUALITY, optimize=True)
            return out.getvalue()
    except (OSError, ValueError, SyntaxError, IndexError, KeyError, struct.error, Image.DecompressionBombError):
        return None  # whatever Pillow makes of bytes that are no picture


def embedded(jpeg: bytes) -> str:
    """A picture as an address that holds it."""
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
