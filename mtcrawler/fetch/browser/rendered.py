"""What happened while a page was shown: when, what stood over it, and what was seen of walls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mtcrawler.model.article import Access, Overlay
from mtcrawler.overlays.report import Shot


@dataclass(frozen=True)
class Rendered:
    """The account of a page that was shown; `shots` are pictures of its overlays, kept as evidence.

    `access` is the verdict on who may read it.

    `body` is what the server sent, unpacked, where the page may have to be kept and the browser still has it.

    `clearing` is the span in which overlays were looked for, in seconds of the monotonic clock.
    """

    at: datetime
    overlays: tuple[Overlay, ...]
    shots: tuple[Shot, ...]
    access: Access
    clearing: tuple[float, float] | None = None
    body: bytes | None = None
