"""What hands out visits: each site in its turn, whatever happens to workers and to the database."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.engine.dispatcher import WAITING, Dispatcher
from tests.fixtures.waiting import until
from tests.fleet.stand_in import LIMITS, asked, make, said, visits, worker


def ended(file: Path, site: str) -> int:
    return sum(what == "end" for what, _ in visits(file).get(site, []))


def test_sites_are_visited_again_and_again(dsn: str, tmp_path: Path) -> None:
    """Two workers share the sites, none is visited by both at once, each is visited again when it is due, and neither
    one that is paused or quarantined nor one that is not due is visited at all.
    """
    file, names = tmp_path / "visits", [f"site-{number}" for number in range(12)]
    make(dsn, *names, "paused", "quarantined")
    make(dsn, "later", due="now() + interval '1 hour'")
    asked(dsn, "UPDATE site SET paused = true WHERE name = 'paused'")
    asked(dsn, "UPDATE site SET quarantined = now() WHERE name = 'quarantined'")
    patient = replace(LIMITS, stalled=30)  # on a busy machine a worker may be silent for seconds, and is not dead
    with worker(dsn, file, patient), worker(dsn, file, patient):
        until(lambda: all(ended(file, name) >= 2 for name in names))
    found = visits(file)
    assert set(found) == set(names)
    for site, events in found.items():
        assert [what for what, _ in events[:4]] == ["begin", "end"] * 2, site
    assert len({process for events in found.values() for _, process in events}) == 2
    assert asked(dsn, "SELECT site FROM visit WHERE started < due") == []


def test_no_more_visits_wait_than_can_be_looked_through(dsn: str) -> None:
    """However many sites are due, a bounded number of jobs waits: those first that have priority, then those that were
    due first. As many as are taken up are made anew, and none for a site that has one.
    """
    make(dsn)
    many = "SELECT n::text, n::text, 'test', n / 400, now() - n * interval '1 s' FROM generate_series(1, 500) AS n"
    asked(dsn, f"INSERT INTO site (name, url, source, priority, next_due) {many}")

    async def dispatched() -> int:
        async with FleetDatabase(dsn) as database:
            return await Dispatcher(database).dispatch()

    assert [asyncio.run(dispatched()) for _ in range(2)] == [WAITING, 0]
    first = {*range(400, 501), *range(301, 400)}
    assert {int(row["lock"]) for row in asked(dsn, "SELECT lock FROM procrastinate_jobs")} == first
    asked(dsn, "UPDATE procrastinate_jobs SET status = 'doing' WHERE lock::integer > 480")
    asked(dsn, "DELETE FROM procrastinate_jobs WHERE lock = '480'")
    assert asyncio.run(dispatched()) == 21
    assert asked(dsn, "SELECT lock FROM procrastinate_jobs GROUP BY lock HAVING count(*) > 1") == []


def test_a_stop_gives_visits_back(dsn: str, tmp_path: Path) -> None:
    """SIGTERM ends a visit in good order, its site is due at once and blamed for nothing, and another worker takes it
    up; the worker ends with no word but that.
    """
    file = tmp_path / "visits"
    make(dsn, "slow")
    with worker(dsn, file) as first:
        until(lambda: "slow" in visits(file))
        first.terminate()
        first.join(20)
        assert (first.exitcode, said(file)) == (0, "")
    assert [what for what, _ in visits(file)["slow"]] == ["begin", "end"]
    told = "SELECT outcome, lost, next_due <= now() AS due FROM site"
    assert asked(dsn, told) == [{"outcome": "given back", "lost": 0, "due": True}]
    assert asked(dsn, "SELECT id FROM procrastinate_jobs") == asked(dsn, "SELECT id FROM procrastinate_workers") == []
    with worker(dsn, file):
        until(lambda: len(visits(file)["slow"]) == 3)


@pytest.mark.slow
def test_a_visit_has_its_time(dsn: str, tmp_path: Path) -> None:
    """A visit whose time is up ends in good order and its site is due again soon; one that does not end even then is
    abandoned as failed. Meanwhile others are visited, and the worker lives.
    """
    file = tmp_path / "visits"
    make(dsn, "slow", "hung", "site")
    with worker(dsn, file) as process:
        until(lambda: len(asked(dsn, "SELECT id FROM visit WHERE site IN ('slow', 'hung')")) == 2)
        assert process.is_alive()
    told = {row["site"]: row["outcome"] for row in asked(dsn, "SELECT site, outcome FROM visit")}
    assert told == {"slow": "out of time", "hung": "hung", "site": "done"}
    assert visits(file)["hung"][1][0] == "abandon"
    assert asked(dsn, "SELECT failures FROM site ORDER BY name") == [{"failures": n} for n in (1, 0, 0)]


@pytest.mark.slow
def test_a_lost_visit_is_found_again(dsn: str, tmp_path: Path) -> None:
    """A worker that is killed with -9 in the middle of a visit costs its sites their time alone: another one visits
    them again, and no visit of a site begins before the one before it was over or its process was dead.
    """
    file = tmp_path / "visits"
    make(dsn, "slow-1", "slow-2", "site")
    with worker(dsn, file) as first:
        until(lambda: {"slow-1", "slow-2"} <= set(visits(file)))
        with worker(dsn, file) as second:
            first.kill()
            first.join()
            until(lambda: all(len(visits(file)[name]) >= 2 for name in ("slow-1", "slow-2")))
            for name in ("slow-1", "slow-2"):
                assert visits(file)[name][:2] == [("begin", str(first.pid)), ("begin", str(second.pid))]
            until(lambda: asked(dsn, "SELECT max(lost) AS lost FROM site") == [{"lost": 0}])


@pytest.mark.slow
def test_a_site_that_ends_processes_is_quarantined(dsn: str, tmp_path: Path) -> None:
    """A site at which processes end is quarantined with the third, and says why; sites that were visited beside it are
    blamed for none of it, and are visited on.
    """
    file = tmp_path / "visits"
    make(dsn, "slow", "site")
    asked(dsn, "INSERT INTO site (name, url, source, priority) VALUES ('poison', 'poison', 'test', -1)")
    for _ in range(3):
        with worker(dsn, file) as process:
            process.join(30)
            assert process.exitcode == -signal.SIGKILL
    with worker(dsn, file):
        until(lambda: asked(dsn, "SELECT lost, reason FROM site WHERE quarantined IS NOT NULL") != [])
        ends = ended(file, "site")
        until(lambda: ended(file, "site") > ends + 1)
    (told,) = asked(dsn, "SELECT name, reason FROM site WHERE quarantined IS NOT NULL")
    assert told["name"] == "poison"
    assert told["reason"].startswith(f"3 worker processes ended while visiting it (the last was {process_of(file)} on")
    assert [what for what, _ in visits(file)["poison"]] == ["begin"] * 3


def process_of(file: Path) -> str:
    return visits(file)["poison"][-1][1]
