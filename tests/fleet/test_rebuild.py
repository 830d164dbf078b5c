"""The fleet's database made anew: what the bucket tells is believed as far as it can be, what people said is kept."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.fleet import rebuild as rebuilding
from mtcrawler.fleet.database.connection import FleetDatabase
from mtcrawler.fleet.rebuild import Rebuilt, histories, rebuild
from mtcrawler.fleet.schedule.next_visit import Intervals, VisitEnd
from mtcrawler.sites.loading import Sites
from mtcrawler.visits.planning import PlannedVisit
from tests.fixtures.moody import described_in
from tests.fleet.stand_in import asked, make

NOW = datetime.now(UTC)
INTERVALS = Intervals(timedelta(minutes=10), timedelta(days=1))


@pytest.fixture
def sites(tmp_path: Path) -> Sites:
    return Sites(Path(described_in(tmp_path / "sites")))


def run(site: object, hours: float, new: int = 0) -> dict[str, Any]:
    """The manifest of a run so many hours ago, as far as it matters."""
    began = (NOW - timedelta(hours=hours)).isoformat()
    return {"site": site, "started_at": began, "counts": {"stored": {"new": new}}}


def test_runs_tell_the_rate_of_their_site(sites: Sites) -> None:
    """A site whose hourly runs all found something is expected to have news sooner than one whose runs found nothing;
    both are known by the names under which they are crawled, and were last visited when their last run began.
    """
    runs = [
        run(f"https://{name}.example", hours, new) for hours in range(72) for name, new in (("busy", 3), ("paper", 0))
    ]
    busy, quiet = histories(runs, sites)
    assert [one.plan.site for one in (busy, quiet)] == ["busy.example", "paper.example"]
    assert busy.visited == NOW
    assert busy.arrivals.rate(NOW) > 10 * quiet.arrivals.rate(NOW)


def test_a_wrong_clock_costs_no_site_its_visits(sites: Sites) -> None:
    """A run that says it began in the far future counts as one that began now, and its site is due as others are."""
    (found,) = histories([run("https://a.example", -24 * 365 * 900, 1)], sites)
    assert found.visited < NOW + timedelta(hours=1)
    assert INTERVALS.next(VisitEnd.WHOLE, found.visited, arrivals=found.arrivals) < NOW + timedelta(days=2)


@pytest.mark.parametrize(
    "site",
    [
        *(
            None,
            7,
            "",
            "ftp://x.example",
            "https://",
            "https://[",
            "https://user:word@x.example",
            "https://x.example:0:1",
        ),
        *(
            "http://169.254.169.254",
            "http://10.0.0.1",
            "http://[::1]",
            "http://localhost:9000",
            "http://vault.internal:8500",
            "http://printer",
            f"https://{'x' * 400}.example",
        ),
    ],
)
def test_a_bucket_names_no_site_that_is_none(sites: Sites, site: object) -> None:
    """What is no site's address, or one that is not public, is left out, and nothing else is affected."""
    found = histories([run(site, 1), run("https://b.example", 1)], sites)
    assert [one.plan.url for one in found] == ["https://b.example"]
    allowed = histories([run("http://10.0.0.1", 1)], sites, [ip_network("10.0.0.0/8")])
    assert [one.plan.url for one in allowed] == ["http://10.0.0.1"]


def test_no_more_runs_are_read_than_can_be(
    sites: Sites, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Past a number of runs the older ones are left out, and that is told."""
    monkeypatch.setattr(rebuilding, "MOST", 2)
    with caplog.at_level(logging.WARNING):
        found = histories((run(f"https://{name}.example", 1) for name in "abc"), sites)
    assert [one.plan.site for one in found] == ["a.example", "b.example"]
    assert "The newest 2 runs were looked at" in caplog.text


def test_what_people_said_is_kept(sites: Sites, dsn: str) -> None:
    """As long as the table can be read, a rebuild keeps what was added by hand, intervals, pauses, quarantines and a
    drain; a site is due by its rate since its last run, and never in the past.
    """
    make(dsn, "paper.example", "b.example", "old.example")
    asked(dsn, "UPDATE site SET source = 'added', every = '3 h', paused = true WHERE name = 'b.example'")
    asked(dsn, "UPDATE site SET quarantined = now(), reason = 'odd', weight = 3 WHERE name = 'paper.example'")
    asked(dsn, "INSERT INTO site (name, url, source) VALUES ('hand.example', 'https://hand.example', 'added')")
    asked(dsn, "UPDATE fleet SET draining = true")
    runs = [run(f"https://{name}.example", hours, 1) for name, hours in (("paper", 2), ("c", 100), ("hand", 100))]
    known = histories(runs, sites)
    named = {"definitions": [PlannedVisit("paper.example", "https://paper.example")]}

    async def done() -> Rebuilt:
        async with FleetDatabase(dsn) as database:
            return await database.transaction(lambda connection: rebuild(connection, named, known, INTERVALS))

    assert asyncio.run(done()) == Rebuilt(sites=4, remembered=3)
    rows = {row["name"]: row for row in asked(dsn, "SELECT *, next_due < now() - interval '1 min' AS past FROM site")}
    assert {name: row["source"] for name, row in rows.items()} == {
        "paper.example": "definitions",
        "b.example": "added",
        "c.example": "bucket",
        "hand.example": "added",
    }
    assert (rows["b.example"]["every"], rows["b.example"]["paused"]) == (timedelta(hours=3), True)
    assert (rows["paper.example"]["reason"], rows["paper.example"]["weight"]) == ("odd", 3)
    assert not any(row["past"] for row in rows.values())
    assert rows["c.example"]["visited"] is not None
    assert asked(dsn, "SELECT draining FROM fleet") == [{"draining": True}]
