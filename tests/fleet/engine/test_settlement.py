"""What a worker takes from the database, and how a visit's result decides what comes next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from mtcrawler.fleet.engine.settlement import END_OF_VISIT, _begun, _slice_of, end_of
from mtcrawler.fleet.schedule.arrivals import Arrivals
from mtcrawler.fleet.schedule.next_visit import VisitEnd
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.visits.results import VisitResult
from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked, make

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_database_sets_no_more_than_a_list_may() -> None:
    """A site's row gives its crawl the arguments and settings that a list of sites may give, and no others; what is
    none, and a rate that cannot be read, is as if it were not there.
    """
    row = {"url": "https://a.example", "every": None, "weight": 1.0, "failures": 0, "next_due": NOW, "now": NOW}
    given = {"arguments": {"since": "7d", "url": "https://b.example/x"}, "arrivals": {"hours": {"900": -1}}}
    settings = {"DOWNLOAD_DELAY": 3, "DOWNLOAD_HANDLERS": {"http": "os.system"}, "STORE_DIR": "/etc"}
    begun = _begun(7, "a.example", {**row, **given, "settings": settings})
    assert (begun.plan.arguments, begun.plan.settings) == ({"since": "7d"}, {"DOWNLOAD_DELAY": "3"})
    assert begun.arrivals == Arrivals()
    odd = _begun(7, "a.example", {**row, "arguments": [], "settings": None, "arrivals": "often"})
    assert (odd.plan.arguments, odd.plan.settings) == ({}, {})


def test_a_slice_does_not_keep_its_site_waiting() -> None:
    """A slice of a back-fill asks for thirty days at most, and ends when its site is due."""
    row: dict[str, Any] = {
        "url": "https://a.example",
        "every": None,
        "weight": 1.0,
        "failures": 0,
        "arrivals": {},
        "settings": {},
    }
    times = {"now": NOW, "next_due": NOW + timedelta(seconds=40), "arguments": {"since": "2d", "limit": "5"}}
    days = {"backfill_since": date(2026, 9, 1), "backfill_until": date(2026, 11, 21), "slice_tries": 0}
    visit = _begun(7, "a.example", {**row, **times})
    assert visit.seconds is None
    first = _slice_of(visit, days)
    assert first.plan.arguments == {"since": "2026-10-22", "until": "2026-11-21", "limit": "5"}
    assert (first.seconds, first.slice_since) == (40, date(2026, 10, 22))
    assert _slice_of(visit, {**days, "backfill_until": date(2026, 9, 3)}).slice_since == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("code", "overdue", "end"),
    [
        (ExitCode.DONE, False, VisitEnd.WHOLE),
        (ExitCode.PARTIAL, False, VisitEnd.WHOLE),
        (ExitCode.NOTHING_FOUND, False, VisitEnd.WHOLE),
        (ExitCode.BLOCKED, False, VisitEnd.FAILED),
        (ExitCode.STORAGE, False, VisitEnd.FAILED),
        (ExitCode.BUSY, False, VisitEnd.BUSY),
        (ExitCode.STOPPED, True, VisitEnd.OUT_OF_TIME),
        (ExitCode.STOPPED, False, VisitEnd.GIVEN_BACK),
    ],
)
def test_a_result_decides_what_comes_next(code: ExitCode, overdue: bool, end: VisitEnd) -> None:
    """What was stopped because its time was up goes on soon, what was stopped with its worker is given back, and only
    what tells nothing of the site's news is a failure.
    """
    assert end_of(VisitResult(site="a", outcome="", exit_code=code, message=""), overdue=overdue) is end


def test_the_end_of_a_visit_takes_its_job_first(dsn: str) -> None:
    """While the end of a visit waits for its site, it holds the job already, in the order of the reaper: the other way
    round each of the two could wait for the other.
    """
    make(dsn, "a.example")
    asked(dsn, "INSERT INTO worker (id, process, host, pid) VALUES (1, 'p', 'h', 1)")
    asked(dsn, "INSERT INTO procrastinate_workers (id) OVERRIDING SYSTEM VALUE VALUES (1)")
    columns = "(id, queue_name, task_name, lock, status, worker_id)"
    values = "(1, 'visits', 'visit', 'a.example', 'doing', 1)"
    asked(dsn, f"INSERT INTO procrastinate_jobs {columns} OVERRIDING SYSTEM VALUE VALUES {values}")
    told: dict[str, Any] = dict.fromkeys(("next", "started", "due"), NOW)
    told |= {"site": "a.example", "process": "p", "told": True, "slice": False, "arrivals": "{}", "outcome": "done"}
    told |= dict.fromkeys(("job", "failures", "code", "articles"), 1) | {"polite": None, "message": ""}
    waits = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    free = "SELECT id FROM procrastinate_jobs FOR UPDATE SKIP LOCKED"
    with psycopg.connect(dsn) as holder, psycopg.connect(dsn) as ending, ThreadPoolExecutor() as pool:
        holder.execute("SELECT 1 FROM site FOR UPDATE")
        end = pool.submit(ending.execute, END_OF_VISIT, told)
        until(lambda: asked(dsn, waits) != [])
        found = asked(dsn, free)
        holder.rollback()
        end.result()
    assert found == []
    assert asked(dsn, "SELECT 1 FROM procrastinate_jobs") == []
