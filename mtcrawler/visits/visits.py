"""The visits of one process: so many at a time, from a queue that makes no crawler before its turn."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import Context
from typing import Final

from mtcrawler.visits.planning import PlannedVisit
from mtcrawler.visits.results import VisitResult
from mtcrawler.visits.visit import Visit

logger = logging.getLogger(__name__)

COLLECTED: Final = 8
"""Visits after which Python looks for what they left: a crawl is full of circles."""


class Visits:
    """Visits the sites of a list, at most `at_once` at a time.

    `begin` makes the visit of a site, whose place in the list it is given.
    """

    def __init__(
        self,
        plans: Sequence[PlannedVisit],
        at_once: int,
        begin: Callable[[int, PlannedVisit], Visit],
    ) -> None:
        self.plans = plans
        self.under_way: dict[int, Visit] = {}
        self.results: dict[int, VisitResult] = {}
        self.begun_at = time.monotonic()
        self._at_once, self._begin = at_once, begin
        self._waiting: Iterator[tuple[int, PlannedVisit]] = iter(enumerate(plans))
        self.stopping = False
        self._crawled = 0

    @property
    def articles(self) -> int:
        """How many came so far, from all sites."""
        done = sum(one.articles for one in self.results.values())
        return done + sum(visit.articles for visit in self.under_way.values())

    async def run(self) -> None:
        """Visit all of them, or end with those under way once `stop` was called."""
        gc.freeze()  # what is there by now stays; looking through it after every few visits would cost more than they
        await asyncio.gather(*(self._work() for _ in range(min(self._at_once, len(self.plans)))))

    def stop(self) -> None:
        """Begin no further visit, and have those under way end in good order."""
        if not self.stopping:
            self.stopping = True
            for visit in list(self.under_way.values()):
                visit.stop()

    def close(self) -> None:
        """Have a result for every site, also for those that were not begun or are abandoned."""
        for place, visit in self.under_way.items():
            visit.abandon()
            self.results[place] = VisitResult.stopped(visit.plan.site, begun=True, run_id=visit.run_id)
        self.under_way.clear()
        for place, plan in enumerate(self.plans):
            self.results.setdefault(place, VisitResult.stopped(plan.site, begun=False))

    @property
    def in_order(self) -> list[VisitResult]:
        """The results so far, as the sites were named."""
        return [self.results[place] for place in sorted(self.results)]

    async def _work(self) -> None:
        for place, plan in self._waiting:
            if self.stopping:
                return
            visit = self.under_way[place] = self._begin(place, plan)
            # A context of its own: what a visit sets for its log is no other's.
            self.results[place] = await asyncio.create_task(visit.run(), context=Context())
            del self.under_way[place]
            self._crawled += not self.results[place].glance
            if self._crawled >= COLLECTED:
                self._crawled = 0
                gc.collect()
