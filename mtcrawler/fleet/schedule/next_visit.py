"""When a site is due again, by how its last visit ended and by what is known of its rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from mtcrawler.fleet.schedule.arrivals import HOUR, Arrivals

SOON: Final = timedelta(minutes=1)
"""Until a visit that ran out of time goes on."""
BUSY: Final = timedelta(seconds=10)
"""Until a site whose lease another holds is tried again: a lease that nobody renews runs out within a minute."""
STEP: Final = timedelta(minutes=10)
"""The rate counts as constant for so long."""
DOUBLINGS: Final = 8


class VisitEnd(StrEnum):
    """How a visit ended, as far as it matters for the next one."""

    WHOLE = "whole"
    FAILED = "failed"
    OUT_OF_TIME = "out of time"
    BUSY = "busy"
    GIVEN_BACK = "given back"


@dataclass(frozen=True, slots=True)
class Intervals:
    """The shortest and the longest time between two visits of a site."""

    least: timedelta
    most: timedelta

    def next(
        self,
        end: VisitEnd,
        now: datetime,
        *,
        arrivals: Arrivals,
        every: timedelta | None = None,
        weight: float = 1.0,
        failures: int = 0,
    ) -> datetime:
        """When the site is due again; `failures` are those in a row, this one included."""
        if end is VisitEnd.GIVEN_BACK:
            return now
        if end is VisitEnd.OUT_OF_TIME:
            return now + SOON
        if end is VisitEnd.BUSY:
            return now + BUSY
        if end is VisitEnd.FAILED:
            usual = every or self.least
            return now + min(max(self.most, usual), usual * (1 << min(failures, DOUBLINGS)))
        return now + (every or self._by_rate(now, arrivals, weight))

    def soonest(self, visited: datetime, every: timedelta | None) -> datetime:
        """When a site that was visited at that time may be visited again because somebody tells that it has news."""
        return visited + (self.least if every is None else min(every, self.least))

    def _by_rate(self, now: datetime, arrivals: Arrivals, weight: float) -> timedelta:
        """Until √(rate × weight), in visits an hour, has added up to one visit.

        Shared like this the visits find the most articles soon: √ gives a site with a hundred times the news ten times
        the visits. A site with an article an hour is visited hourly, one with one a day five times a day.
        """
        passed, visits = timedelta(), 0.0
        while passed < self.most:
            speed = math.sqrt(max(0.0, arrivals.rate(now + passed) * weight))
            gained = speed * (STEP / HOUR)
            if visits + gained >= 1:
                passed += STEP * ((1 - visits) / gained)
                break
            passed, visits = passed + STEP, visits + gained
        return min(max(passed, self.least), self.most)
