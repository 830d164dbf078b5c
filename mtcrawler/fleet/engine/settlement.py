"""The beginning and the end of a visit in the database: each one transaction, in the database's time."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from psycopg.types.json import Jsonb
from pydantic import ValidationError

from mtcrawler.fleet.database.connection import Connection, FleetDatabase
from mtcrawler.fleet.engine.jobs import FleetJobs
from mtcrawler.fleet.engine.tally import Tally
from mtcrawler.fleet.schedule.arrivals import Arrivals
from mtcrawler.fleet.schedule.next_visit import BUSY, Intervals, VisitEnd
from mtcrawler.fleet.websub.offers import Offers, record
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.sites.site_list import ARGUMENTS
from mtcrawler.visits.planning import SITE_SETTINGS, PlannedVisit
from mtcrawler.visits.results import VisitResult

logger = logging.getLogger(__name__)

FAILED: Final = frozenset(
    (
        ExitCode.FAILED,
        ExitCode.WRONG_INPUT,
        ExitCode.BLOCKED,
        ExitCode.UNREACHABLE,
        ExitCode.STORAGE,
        ExitCode.BROWSER,
        ExitCode.STALLED,
    )
)
"""Exit codes of visits that tell nothing of whether the site has news."""
BEGIN: Final = """
SELECT url, arguments, settings, every, weight, failures, arrivals, next_due, now() AS now, backfill_since,
    backfill_until, slice_tries
FROM site, fleet
WHERE name = %s AND NOT paused AND quarantined IS NULL AND NOT draining
"""
MINE: Final = """
DELETE FROM procrastinate_jobs AS job USING worker
WHERE job.id = %(job)s AND job.lock = %(site)s AND job.status = 'doing' AND worker.id = job.worker_id
    AND worker.process = %(process)s
"""
AGAIN: Final = """
next_due = CASE
        -- A hub told of news since the visit began (mtcrawler/fleet/websub/notices.py).
        WHEN %(polite)s::timestamptz < %(next)s AND EXISTS (
            SELECT FROM websub_subscription AS own WHERE own.site = site.name AND own.notified > %(started)s
        ) THEN greatest(now(), %(polite)s::timestamptz) ELSE %(next)s
    END, lost = CASE WHEN %(told)s THEN 0 ELSE lost END, failures = %(failures)s, arrivals = %(arrivals)s,
    visited = %(started)s, outcome = %(outcome)s, message = %(message)s
"""
SLICED: Final = """
backfill_until = coalesce(%(reached)s, backfill_until), backfill_due = %(next)s,
slices_lost = CASE WHEN %(told)s THEN 0 ELSE slices_lost END, slice_tries = %(tries)s
"""
END: Final = """
WITH over AS ({mine} RETURNING job.id),
-- The job first, as the reaper does: who held one and waited for the other would wait for ever.
again AS (UPDATE site SET {again} WHERE name = %(site)s AND (SELECT count(*) FROM over) >= 0)
INSERT INTO visit (site, process, due, started, outcome, exit_code, articles, slice)
VALUES (%(site)s, %(process)s, %(due)s, %(started)s, %(outcome)s, %(code)s, %(articles)s, %(slice)s)
"""
"""The end of a visit as one question: its job is over, its site is due again, the record has it."""
END_OF_VISIT: Final = END.format(mine=MINE, again=AGAIN)
END_OF_SLICE: Final = END.format(mine=MINE, again=SLICED)
SLICE_DAYS: Final = timedelta(days=30)
"""How far back one slice of a back-fill goes."""
SLICE_AGAIN: Final = timedelta(hours=1)
"""Until a slice that failed, or left something out, is tried again."""
SLICE_TRIES: Final = 3
"""How often a slice is crawled that leaves something out, before the back-fill goes on without it."""
LONGEST: Final = 500
"""Characters of a message that are kept."""


@dataclass(frozen=True, slots=True)
class BegunVisit:
    """A visit that was handed out: what it is to do, when it was due, and what its site's schedule goes by."""

    job: int
    plan: PlannedVisit
    due: datetime
    started: datetime
    every: timedelta | None
    weight: float
    failures: int
    arrivals: Arrivals
    slice_since: date | None = None
    """The first day of its slice, where it is one of a back-fill."""
    slice_tries: int = 0
    """How often that slice has left something out."""
    began: float = field(default_factory=time.monotonic)

    @property
    def now(self) -> datetime:
        """The database's time: what it was when the visit began, and what has passed since."""
        return self.started + timedelta(seconds=time.monotonic() - self.began)

    @property
    def seconds(self) -> float | None:
        """How long it may take at most; a slice ends when its site is due, which is not to wait for it."""
        return None if self.slice_since is None else max((self.due - self.started).total_seconds(), 1.0)


class Settlement:
    """Begins and ends the visits of one process in the database, and keeps its tally of them."""

    def __init__(self, database: FleetDatabase, jobs: FleetJobs, intervals: Intervals, tally: Tally) -> None:
        self._database, self._jobs, self._intervals, self._tally = database, jobs, intervals, tally

    async def begin(self, job: int, site: str, *, sliced: bool = False) -> BegunVisit | None:
        """What the visit, or the slice of a back-fill, is to do; None where the site is not to be visited any more, the
        fleet is drained or the back-fill is done, and the job is over.
        """

        async def begun(connection: Connection) -> BegunVisit | None:
            row = await (await connection.execute(BEGIN, (site,))).fetchone()
            if row is None or (sliced and not _is_open(row)):
                await connection.execute(MINE, {"job": job, "site": site, "process": self._jobs.process})
                return None
            return _slice_of(_begun(job, site, row), row) if sliced else _begun(job, site, row)

        visit = await self._database.transaction(begun)
        if visit is not None and not sliced:
            self._tally.began((visit.started - visit.due).total_seconds())
        return visit

    async def end(
        self,
        visit: BegunVisit,
        result: VisitResult,
        end: VisitEnd,
        times: Sequence[datetime],
        *,
        changed: bool,
        offers: Offers,
    ) -> None:
        """Record the visit, say when its site is due again, and end its job, all or nothing.

        `times` are those of the articles that were found, `changed` whether anything was new, `offers` the hubs that
        its sources name.
        """

        async def ended(connection: Connection) -> str:
            told = self._told(visit, result, end, times, changed=changed)
            await connection.execute(END_OF_VISIT if visit.slice_since is None else END_OF_SLICE, told)
            await record(connection, visit.plan.site, offers)
            return str(told["outcome"])

        outcome = await self._database.transaction(ended)
        if visit.slice_since is not None and _gives_up(visit, result):
            logger.error(
                "%s is filled back to %s without all of it: %s. It was tried %d times. For what is missing run"
                " scrapy crawl news -a site=%s -a since=%s -a until=%s.",
                *(visit.plan.site, visit.slice_since, result.message or result.outcome, SLICE_TRIES),
                *(visit.plan.site, visit.slice_since, visit.plan.arguments["until"]),
            )
        self._tally.ended(end, outcome, result.articles, sliced=visit.slice_since is not None, glance=result.glance)

    def _told(
        self,
        visit: BegunVisit,
        result: VisitResult,
        end: VisitEnd,
        times: Sequence[datetime],
        *,
        changed: bool,
    ) -> dict[str, Any]:
        now = visit.now
        arrivals = visit.arrivals
        if end is VisitEnd.WHOLE:
            arrivals = arrivals.visited(visit.started, times, changed=changed)
        failures = visit.failures + 1 if end is VisitEnd.FAILED else 0 if end is VisitEnd.WHOLE else visit.failures
        due = self._intervals.next(
            end, now, arrivals=arrivals, every=visit.every, weight=visit.weight, failures=failures
        )
        # What a slice leaves out no later visit asks for: its days are over.
        again = _left_out(result) and not _gives_up(visit, result)
        reached, tries = None, visit.slice_tries + again
        if end is VisitEnd.WHOLE and not again:
            reached, tries = visit.slice_since, 0
        if visit.slice_since is not None:
            due = now + SLICE_AGAIN if again or end is VisitEnd.FAILED else min(due, now + BUSY)
        return {
            "job": visit.job,
            "site": visit.plan.site,
            "next": due,
            "polite": self._intervals.soonest(visit.started, visit.every) if end is VisitEnd.WHOLE else None,
            "slice": visit.slice_since is not None,
            "reached": reached,
            "tries": tries,
            "told": end not in {VisitEnd.BUSY, VisitEnd.GIVEN_BACK},
            "failures": failures,
            "arrivals": Jsonb(arrivals.model_dump(mode="json", exclude_defaults=True)),
            "started": visit.started,
            "outcome": end.value if end in {VisitEnd.OUT_OF_TIME, VisitEnd.GIVEN_BACK} else result.outcome,
            "message": result.message[:LONGEST],
            "process": self._jobs.process,
            "due": visit.due,
            "code": result.exit_code,
            "articles": result.articles,
        }


def end_of(result: VisitResult, *, overdue: bool) -> VisitEnd:
    """How a visit ended, by its result; `overdue` says that it was stopped because its time was up."""
    if result.exit_code == ExitCode.STOPPED:
        return VisitEnd.OUT_OF_TIME if overdue else VisitEnd.GIVEN_BACK
    if result.exit_code == ExitCode.BUSY:
        return VisitEnd.BUSY
    return VisitEnd.FAILED if result.exit_code in FAILED else VisitEnd.WHOLE


def _left_out(result: VisitResult) -> bool:
    """Whether pages or sources of it could not be used."""
    return result.exit_code == ExitCode.PARTIAL


def _gives_up(visit: BegunVisit, result: VisitResult) -> bool:
    """Whether its slice left something out for the last time."""
    return _left_out(result) and visit.slice_tries + 1 >= SLICE_TRIES


def _begun(job: int, site: str, row: dict[str, Any]) -> BegunVisit:
    try:
        arrivals = Arrivals.model_validate(row["arrivals"])
    except ValidationError:  # what cannot be read is learned anew
        arrivals = Arrivals()
    return BegunVisit(
        job=job,
        plan=PlannedVisit(
            site, row["url"], _texts(row["arguments"], ARGUMENTS), _texts(row["settings"], SITE_SETTINGS)
        ),
        due=row["next_due"],
        started=row["now"],
        every=row["every"],
        weight=row["weight"],
        failures=row["failures"],
        arrivals=arrivals,
    )


def _is_open(row: dict[str, Any]) -> bool:
    """Whether there is more to fill back."""
    first, until = row["backfill_since"], row["backfill_until"]
    return first is not None and until is not None and first < until


def _slice_of(visit: BegunVisit, row: dict[str, Any]) -> BegunVisit:
    """The same visit as the next slice of its site's back-fill."""
    first, until = row["backfill_since"], row["backfill_until"]
    since = max(first, until - SLICE_DAYS)
    asked = {**visit.plan.arguments, "since": since.isoformat(), "until": until.isoformat()}
    return replace(visit, plan=replace(visit.plan, arguments=asked), slice_since=since, slice_tries=row["slice_tries"])


def _texts(given: Any, known: Collection[str]) -> dict[str, str]:
    """The values that a site may have of its own, by name: whoever can write to the database can set no others."""
    told = given.items() if isinstance(given, dict) else ()
    return {name: str(value) for name, value in told if name in known}
