"""When a site has news: articles an hour, by hour of the week, learned from its visits and slowly forgotten."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field

HALF: Final = timedelta(days=28)
"""After so long what was seen counts half."""
FIRST_LOOK: Final = timedelta(days=7)
"""How far back the articles of a first visit tell of the rate."""
WEEK: Final = 7 * 24
"""Hours of a week."""
PRIOR: Final = 2.0
"""Hours of the mean rate that an hour of the week begins with, so that a few articles make no pattern."""
HOUR: Final = timedelta(hours=1)

Number = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Arrivals(BaseModel):
    """What the visits of a site told of its rate.

    `hours` are decayed numbers of articles by hour of the week (UTC, Monday's first is 0), `watched` the decayed hours
    that they came in. `looks` and `changes` are decayed numbers of visits and of those that found something new without
    a time, `looked` the decayed hours between them. `at` is when the last visit began.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    hours: dict[Annotated[int, Field(ge=0, lt=WEEK)], Number] = {}
    watched: Number = 0
    looks: Number = 0
    changes: Number = 0
    looked: Number = 0
    at: datetime | None = None

    def visited(self, at: datetime, times: Iterable[datetime], *, changed: bool) -> Self:
        """The same after a visit that began at `at` and found articles of these times; `changed` says that something
        was new. Times from before the last visit, and from the future, tell nothing.
        """
        last = self.at
        found = sorted(time for time in times if (last or at - FIRST_LOOK) < time <= at)
        passed = (at - last if last else (at - found[0] if found else timedelta())) / HOUR
        if passed <= 0:
            return self if last else self.model_copy(update={"at": at})
        fade = 0.5 ** (passed * HOUR / HALF) if last else 1.0
        hours = {hour: number * fade for hour, number in self.hours.items()}
        for time in found:
            hours[_hour(time)] = hours.get(_hour(time), 0.0) + 1
        timed = bool(found) or not changed
        return self.model_copy(
            update={
                "hours": {hour: round(number, 3) for hour, number in hours.items() if number >= 0.01},
                "watched": self.watched * fade + passed,
                "looks": self.looks * fade + 1,
                "changes": self.changes * fade + (not timed),
                "looked": self.looked * fade + passed,
                "at": at,
            }
        )

    def rate(self, at: datetime) -> float:
        """Articles an hour to be expected in that hour; 0 only where nothing was ever watched."""
        return max(self._timed(at), self._untimed)

    def _timed(self, at: datetime) -> float:
        """From the times of articles: the hour's own, drawn towards the mean of all hours as long as it is little."""
        if not self.watched:
            return 0.0
        mean = (sum(self.hours.values()) + 0.5) / (self.watched + 1)
        return (self.hours.get(_hour(at), 0.0) + PRIOR * mean) / (self.watched / WEEK + PRIOR)

    @property
    def _untimed(self) -> float:
        """Where visits only tell "changed or not": −ln((n − X + ½)/(n + ½))/I, which is not biased by the changes that
        fell between two visits (Cho and Garcia-Molina, Estimating frequency of change, 2003).
        """
        if not self.changes or not self.looked:
            return 0.0
        interval = self.looked / self.looks
        return -math.log((self.looks - self.changes + 0.5) / (self.looks + 0.5)) / interval


def _hour(time: datetime) -> int:
    moment = time.astimezone(UTC)
    return moment.weekday() * 24 + moment.hour
