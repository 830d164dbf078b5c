"""A run's time, cut into parts: what happened in each. It never holds more parts than fit a chart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

PARTS: Final = 96
"""At most; when a run outlasts them, each two become one."""
BOUNDS: Final = tuple(0.025 * 2 ** (step / 2) for step in range(24))
"""Seconds; the upper ends of the classes of latency, each √2 of the one before, up to 72 s; one more is open."""


EARLIER: Final = "earlier"
"""The hours that are no longer told apart."""
OTHERS: Final = "other sections"
"""The sections that are not told apart."""


@dataclass(slots=True)
class Latency:
    """Latencies by class; adds up without keeping any."""

    classes: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    count: int = 0
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        low, high = 0, len(BOUNDS)
        while low < high:
            middle = (low + high) // 2
            if BOUNDS[middle] < seconds:
                low = middle + 1
            else:
                high = middle
        self.classes[low] += 1
        self.count += 1
        self.total += seconds

    def join(self, other: Latency) -> None:
        """Those of another, too."""
        self.classes = [mine + theirs for mine, theirs in zip(self.classes, other.classes, strict=True)]
        self.count += other.count
        self.total += other.total

    def quantile(self, share: float) -> float | None:
        """The latency in seconds that this share (0 to 1) stays below, to within a class; None for no page."""
        if not self.count:
            return None
        wanted, seen = share * self.count, 0
        for place, number in enumerate(self.classes):
            if number and seen + number >= wanted:
                if place == len(BOUNDS):
                    return BOUNDS[-1]
                below = BOUNDS[place - 1] if place else 0.0
                return below + (BOUNDS[place] - below) * (wanted - seen) / number
            seen += number
        return BOUNDS[-1]


@dataclass(slots=True)
class Part:
    """What happened in one part: pages answered; articles stored (new or revised), spared (unchanged, duplicates …),
    and lost, as pages were that gave none.
    """

    pages: int = 0
    stored: int = 0
    others: int = 0
    lost: int = 0
    latency: Latency = field(default_factory=Latency)

    def join(self, other: Part) -> None:
        """What happened in another, too."""
        self.pages += other.pages
        self.stored += other.stored
        self.others += other.others
        self.lost += other.lost
        self.latency.join(other.latency)


class Timeline:
    """The parts of a run, each `width` seconds long, from its beginning on."""

    def __init__(self, width: float = 0.5) -> None:
        self.width = width
        self.parts: list[Part] = []

    def at(self, seconds: float) -> Part:
        """The part that holds this moment, in seconds since the run began."""
        while seconds >= self.width * PARTS:
            self._halve()
        place = max(0, int(seconds / self.width))
        while len(self.parts) <= place:
            self.parts.append(Part())
        return self.parts[place]

    def _halve(self) -> None:
        for place in range(0, len(self.parts) - 1, 2):
            self.parts[place].join(self.parts[place + 1])
        self.parts = self.parts[::2]
        self.width *= 2
