"""What happened while a page was shown: when, what stood over it, and what was seen of walls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mtcrawler.model.article import Access, Overlay
from mtcrawler.overlays import Shot


@dataclass(frozen=True)
class Rendered:
    """The account of a page that was shown; `shots` are pictures of its overlays, kept as evidence.

    `clearing` is the span in which overlays were looked for, in seconds of the monotonic clock.
    """

    at: datetime
    overlays: tuple[Overlay, ...]
    shots: tuple[Shot, ...]
    verdict: Access
    clearing: tuple[float, float] | None = None

    def access(self, declared: Access) -> Access:
        """Who may read it: as the page and the publisher's policy declare, unless a wall was seen."""
        walled = self.verdict.tier not in {"free", "unknown"}
        return declared if declared.tier == "free" and not walled else self.verdict
