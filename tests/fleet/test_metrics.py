"""The numbers of a worker for Prometheus, as they are served."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.engine.tally import Tally
from mtcrawler.fleet.engine.worker import FleetWorker
from mtcrawler.fleet.metrics import FleetMetrics
from mtcrawler.fleet.schedule.next_visit import VisitEnd
from mtcrawler.runs.monitoring.metrics_server import MetricsServer
from tests.fixtures.waiting import until
from tests.fleet.stand_in import LIMITS, StandIn, asked, make, visits, worker

DOCUMENT = Path(__file__).parents[2] / "docs" / "operating.md"
LIVES_ON = replace(LIMITS, seconds=60)


@contextmanager
def served(dsn: str, file: Path) -> Iterator[Callable[[], dict[str, float]]]:
    """A worker in a thread of this process, and a call that asks for its numbers, by name and labels."""
    loop, server = asyncio.new_event_loop(), MetricsServer()
    database = FleetDatabase(dsn)
    fleet = FleetWorker(database, lambda plan: StandIn(plan, file), LIVES_ON)
    metrics = FleetMetrics(fleet, database, loop)
    thread = Thread(target=loop.run_until_complete, args=(fleet.run(),))
    thread.start()
    server.add(metrics, "127.0.0.1", 0)
    serving = server._serving
    assert serving is not None

    def samples() -> dict[str, float]:
        metrics._asked_at = 0  # what it said a moment ago is not to be said again
        with urlopen(f"http://127.0.0.1:{serving[0].server_port}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        told = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name.removeprefix("mtcrawler_fleet_"): float(value) for name, value in told}

    try:
        yield samples
    finally:
        server.remove(metrics)
        loop.call_soon_threadsafe(fleet.stop)
        thread.join()
        loop.close()


def test_a_worker_tells_what_it_does_and_what_the_fleet_is(dsn: str, tmp_path: Path) -> None:
    """Visits are counted by how they ended and how late they began, what is under way is told, and sites by state are
    those of the database; each family that is served is documented, and no other.
    """
    file = tmp_path / "visits"
    make(dsn, "site-1", "site-2", "slow", due="now() - interval '20 seconds'")
    make(dsn, "late", due="now() - interval '10 minutes'")
    make(dsn, "quarantined", "later", due="now() + interval '1 hour'")
    asked(dsn, "UPDATE site SET every = interval '1 hour'")
    asked(dsn, "UPDATE site SET quarantined = to_timestamp(1700000000) WHERE name = 'quarantined'")
    columns = "(queue_name, task_name, lock, queueing_lock)"
    asked(dsn, f"INSERT INTO procrastinate_jobs {columns} VALUES ('nobody', 'visit', 'late', 'late')")
    asked(dsn, "INSERT INTO websub_notification VALUES ('too soon', 7)")
    with served(dsn, file) as samples:
        until(lambda: len(asked(dsn, "SELECT id FROM visit")) == 2 and "slow" in visits(file))
        until(lambda: samples()['visits_total{outcome="done"}'] == 2)
        told = samples()
    assert told["visits_under_way"] == told["database_up"] == told["workers"] == 1
    assert (told['lateness_seconds_bucket{le="10"}'], told['lateness_seconds_bucket{le="+Inf"}']) == (0, 3)
    assert told["lateness_seconds_sum"] > 60
    assert told["last_visit_timestamp_seconds"] > 1.7e9
    states = {state: told[f'sites{{state="{state}"}}'] for state in ("all", "quarantined", "due", "late", "under_way")}
    assert states == {"all": 6, "quarantined": 1, "due": 1, "late": 1, "under_way": 1}
    assert 600 <= told["longest_wait_seconds"] < 700
    assert told['quarantined_timestamp_seconds{site="quarantined"}'] == 1.7e9
    assert (told['notifications_total{fate="too soon"}'], told['subscriptions{state="active"}']) == (7, 0)
    names = {re.sub(r"\{.*|_(bucket|sum|count)\b.*", "", name) for name in told if not name.endswith("_created")}
    documented = set(re.findall(r"`mtcrawler_fleet_(\w+)", DOCUMENT.read_text("utf-8")))
    assert names | {"slices_total"} == documented


def test_a_database_that_is_away_is_among_the_numbers(dsn: str, tmp_path: Path) -> None:
    """While the database is away a worker says so, and for how long; the state of the fleet is left out until it is
    back.
    """
    file, server, name = tmp_path / "visits", f"{dsn.rpartition('/')[0]}/postgres", dsn.rpartition("/")[2]
    make(dsn)
    with served(dsn, file) as samples:
        until(lambda: samples().get('sites{state="all"}') == 0)
        asked(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        asked(server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", name)
        until(lambda: samples()["database_up"] == 0)
        told = samples()
        assert 'sites{state="all"}' not in told
        until(lambda: samples()["database_away_seconds_total"] > told["database_away_seconds_total"])
        asked(server, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        until(lambda: samples()["database_up"] == 1)
        until(lambda: 'sites{state="all"}' in samples())
        assert samples()["database_away_seconds_total"] > 0


def test_what_ended_processes_left_is_counted(dsn: str, tmp_path: Path) -> None:
    """Visits that a worker takes from processes that have ended are counted, and the sites that it quarantines."""
    file = tmp_path / "visits"
    make(dsn, "slow")
    asked(dsn, "UPDATE site SET lost = 2")
    with worker(dsn, file) as process:
        until(lambda: "slow" in visits(file))
        process.kill()
        process.join()
    with served(dsn, file) as samples:
        until(lambda: samples()["quarantined_total"] == 1)
        assert samples()["taken_total"] == 1


def test_a_visit_that_is_put_back_is_no_end() -> None:
    """Only the ends of visits that crawled their sites move the time of the last one: a fleet in which every visit
    finds its site taken stands still.
    """
    tally = Tally()
    for end in (VisitEnd.BUSY, VisitEnd.GIVEN_BACK):
        tally.ended(end, end.value, 0, sliced=False)
    assert (tally.last_end, tally.visits.total()) == (None, 2)
    tally.ended(VisitEnd.FAILED, "blocked", 0, sliced=True)
    assert (tally.last_end is not None, dict(tally.slices)) == (True, {"blocked": 1})
