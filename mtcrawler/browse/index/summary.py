"""Numbers over the whole index, counted in the background: no page waits until a hundred thousand rows are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from time import monotonic
from typing import Final

from mtcrawler.browse.index import overview
from mtcrawler.browse.index.database import Database, TooSlow
from mtcrawler.browse.index.overview import SiteSum
from mtcrawler.model import clock

AGE: Final = 30.0
"""Seconds after which the numbers are counted anew while the index is being made."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How much there is, what a reader may choose from, every site, and new articles by day up to `last`."""

    last: date
    figures: dict[str, int]
    choices: dict[str, list[str]]
    sites: list[SiteSum]
    new_by_day: list[int]

    @classmethod
    def of(cls, db: Database) -> Summary:
        """Count. Raises TooSlow or IndexUnusable."""
        last = clock.now().date()
        return cls(
            last=last,
            figures=overview.figures(db),
            choices=overview.choices(db),
            sites=overview.sites(db, last),
            new_by_day=overview.new_by_day(db, last),
        )


@dataclass(slots=True)
class Summaries:
    """The last summary; safe for threads."""

    db: Database
    _guard: Lock = field(default_factory=Lock)
    _last: Summary | None = None
    _at: float = 0.0

    @property
    def current(self) -> Summary:
        """The last summary; the first is counted for whoever asks for it."""
        with self._guard:
            if self._last is None:
                self._last, self._at = Summary.of(self.db), monotonic()
            return self._last

    def renew(self, *, age: float = 0.0) -> None:
        """Count anew, where the last summary is so many seconds old; one that takes too long is left for later."""
        if monotonic() - self._at < age:
            return
        try:
            made = Summary.of(self.db)
        except TooSlow:
            made = None
        with self._guard:
            self._last, self._at = made or self._last, monotonic()
