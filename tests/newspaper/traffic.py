"""What the newspaper was asked and what it sent: the measure of what reading it costs both sides."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass
class Traffic:
    """Requests, bytes of bodies, and when the first request came and the last, in seconds of the monotonic clock."""

    requests: int = 0
    stories: int = 0  # requests for the page of a dated story
    body_bytes: int = 0
    first: float = 0.0
    last: float = 0.0

    def add(self, sent: int, *, story: bool) -> None:
        """One answer of so many bytes."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.requests += 1
        self.stories += story
        self.body_bytes += sent
