"""Back-fills: slice by slice, beside the visits and never before them."""

from __future__ import annotations

import asyncio
import signal
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.roster import quarantine
from mtcrawler.fleet.status import FleetStatus, status
from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked, make, said, visits, worker

TODAY = date(2026, 11, 30)


def back_to(dsn: str, site: str, days: int) -> None:
    """Have a site filled back by so many days; its next visit is far away."""
    asked(
        dsn,
        "UPDATE site SET backfill_until = %s, backfill_since = %s, next_due = now() + interval '1 h' WHERE name = %s",
        *(TODAY, TODAY - timedelta(days=days), site),
    )


@pytest.mark.slow
def test_a_back_fill_goes_back_slice_by_slice(dsn: str, tmp_path: Path) -> None:
    """Thirty days at a time the cursor goes back to the day that was asked for, and no further; at most one slice
    waits, however many sites are filled back, and visits go on beside it.
    """
    file, names = tmp_path / "visits", [f"old-{number}" for number in range(4)]
    make(dsn, "site", *names)
    for name in names:
        back_to(dsn, name, 70)
    done = "SELECT name FROM site WHERE backfill_until = backfill_since"
    most = 0
    with worker(dsn, file):

        def all_done() -> bool:
            nonlocal most
            (row,) = asked(dsn, "SELECT count(*) AS many FROM procrastinate_jobs WHERE queue_name = 'slices'")
            most = max(most, row["many"])
            return len(asked(dsn, done)) == len(names)

        until(all_done, seconds=40)
    days = [TODAY - timedelta(days=number) for number in (0, 30, 60, 70)]
    for name in names:
        found = [site.partition("/")[2] for site in visits(file) if site.startswith(name)]
        assert found == [f"{since}/{until}" for until, since in pairwise(days)]
    assert most <= 2  # one waits, and one is under way
    assert len(visits(file)["site"]) > 4
    assert asked(dsn, "SELECT id FROM visit WHERE slice AND outcome <> 'done'") == []


def test_a_slice_has_its_time(dsn: str, tmp_path: Path) -> None:
    """A slice whose time is up ends in good order, and goes on where it was; its site is visited meanwhile."""
    file = tmp_path / "visits"
    make(dsn, "slow")
    back_to(dsn, "slow", 10)
    with worker(dsn, file):
        until(lambda: any("/" in site for site in visits(file)))
        until(lambda: asked(dsn, "SELECT outcome FROM visit WHERE slice") == [{"outcome": "out of time"}])
        asked(dsn, "UPDATE site SET backfill_due = now() + interval '1 h', next_due = now()")
        until(lambda: "slow" in visits(file))
    assert asked(dsn, "SELECT backfill_until FROM site") == [{"backfill_until": TODAY}]


def test_a_slice_that_leaves_something_out_is_crawled_again(dsn: str, tmp_path: Path) -> None:
    """Its days are over, and no later visit would ask for what is missing: three times in all, an hour apart; then the
    back-fill goes on, and the log says what to run.
    """
    file = tmp_path / "visits"
    make(dsn, "torn")
    back_to(dsn, "torn", 10)
    with worker(dsn, file):
        for number in (1, 2):
            until(lambda: asked(dsn, "SELECT 1 FROM site WHERE slice_tries = %s", number) != [])  # noqa: B023
            (row,) = asked(dsn, "SELECT backfill_until, backfill_due > now() + interval '50 min' AS later FROM site")
            assert row == {"backfill_until": TODAY, "later": True}
            asked(dsn, "UPDATE site SET backfill_due = now()")
        until(lambda: asked(dsn, "SELECT 1 FROM site WHERE backfill_until = backfill_since AND slice_tries = 0") != [])
        # The log says it once the row is there: a worker that was ended between the two never would.
        until(lambda: f"scrapy crawl news -a site=torn -a since=2026-11-20 -a until={TODAY}" in said(file))
    assert sum(len(events) // 2 for site, events in visits(file).items() if "/" in site) == 3


@pytest.mark.slow  # a process has to be missed three times
def test_a_back_fill_that_ends_processes_stops(dsn: str, tmp_path: Path) -> None:
    """A site whose slices end processes loses its back-fill with the third, the last of which it ended alone, however
    well its visits go; `status` says why, nothing else is blamed for long, and a release takes it up again.
    """
    file = tmp_path / "visits"
    make(dsn, "slayer", "site")
    back_to(dsn, "slayer", 10)
    soon = "UPDATE site SET backfill_due = now() WHERE name = 'slayer'"
    for number in range(3):
        with worker(dsn, file) as process:
            if number:
                until(lambda: asked(dsn, "SELECT 1 FROM site WHERE slices_lost = %s", number) != [])  # noqa: B023
                asked(dsn, soon)
            process.join(30)
            assert process.exitcode == -signal.SIGKILL
    with worker(dsn, file):
        until(lambda: asked(dsn, "SELECT 1 FROM site WHERE slices_lost = 3") != [])
        asked(dsn, "UPDATE site SET backfill_due = now(), next_due = now()")
        until(lambda: asked(dsn, "SELECT 1 FROM site WHERE name = 'slayer' AND next_due > now() AND lost = 0") != [])
        asked(dsn, "UPDATE site SET next_due = now() + interval '1 h' WHERE name = 'slayer'")
        times = len(visits(file)["site"])
        until(lambda: len(visits(file)["site"]) > times + 6)
    assert sum(len(events) for site, events in visits(file).items() if "/" in site) == 3
    assert "The back-fill of slayer stops: 3 worker processes ended while crawling a slice of it." in said(file)

    async def told() -> FleetStatus:
        async with FleetDatabase(dsn) as database:
            await database.transaction(lambda connection: quarantine(connection, ["site"], None))
            before = await database.transaction(status)
            await database.transaction(lambda connection: quarantine(connection, ["slayer"], None))
            return before

    found = asyncio.run(told())
    reason = "3 worker processes ended while crawling a slice of it"
    assert (found.backfilling, found.stopped_backfills) == (0, [{"name": "slayer", "reason": reason}])
    assert asked(dsn, "SELECT slices_lost FROM site WHERE name = 'slayer'") == [{"slices_lost": 0}]
