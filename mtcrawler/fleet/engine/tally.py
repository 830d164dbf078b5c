"""What a worker has done since it began, in numbers: the tally is kept by its parts and read by its metrics."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from mtcrawler.fleet.schedule.next_visit import VisitEnd

LATENESS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
"""Upper bounds of the classes of lateness, in seconds; a last class has what is later."""


@dataclass(slots=True)
class Tally:
    """Visits and slices of back-fills by outcome, the articles that both gave, and the visits by how late they began.

    `glances` are visits that ended without a crawl, `taken` are visits that this worker took from ended processes,
    `quarantined` sites that it quarantined for that. `last_end` is when it last recorded the end of a visit or slice
    that was neither put back nor given back, in seconds since 1970. Only the event loop writes; others may read.
    """

    visits: Counter[str] = field(default_factory=Counter)
    slices: Counter[str] = field(default_factory=Counter)
    articles: int = 0
    glances: int = 0
    lateness: list[int] = field(default_factory=lambda: [0] * (len(LATENESS) + 1))
    lateness_seconds: float = 0.0
    taken: int = 0
    quarantined: int = 0
    last_end: float | None = None

    def began(self, late: float) -> None:
        """A visit began so many seconds after its site was due."""
        late = max(late, 0.0)
        self.lateness[bisect_left(LATENESS, late)] += 1
        self.lateness_seconds += late

    def ended(self, end: VisitEnd, outcome: str, articles: int, *, sliced: bool, glance: bool = False) -> None:
        """The end of a visit, or of a slice, is recorded."""
        self.glances += glance
        (self.slices if sliced else self.visits)[outcome] += 1
        self.articles += articles
        if end not in {VisitEnd.BUSY, VisitEnd.GIVEN_BACK}:
            self.last_end = time.time()
