"""The short form of `make fleet-torture`, and that its judge sees what is wrong."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.fleet.torture.crawls import CrawlTorture, CrawlTrial
from tests.fleet.torture.engine import EngineTorture, EngineTrial
from tests.fleet.torture.judging import Judgment, begins, doubled, events_in, held, overlaps, percentile


def test_the_judge_sees_what_is_wrong() -> None:
    """A visit begun while another of its site was under way in a living process is an overlap, one that comes before
    its site can be due is doubled, as is a slice that is done twice; a dropped database excuses both. A visit that
    never ended held its place until its process did, and what was not measured holds nothing.
    """
    events = events_in(
        [
            *("begin a 1 10.0", "begin a 2 11.0", "end a 2 12.0", "begin a 2 13.0", "end a 2 14.0"),
            *("begin a/x/y 2 30.0", "end a/x/y 2 31.0", "begin a/x/y 2 40.0", "end a/x/y 2 41.0"),
            *("begin hung 1 10.0", "begin poison 3 50.0", "begin poison 4 60.0"),
        ]
    )
    assert [len(overlaps(events, dead, ())) for dead in ({3: 50.1}, {1: 10.5, 3: 50.1}, {})] == [1, 0, 2]
    assert overlaps(events, {3: 50.1}, [10.5]) == []
    assert doubled(events, 5, ()) == 2
    assert doubled(events, 5, [35.0]) == 1
    assert held((one for one in events if one.site == "hung"), {1: 25.0}) == 15
    assert [begins(events, "poison", drops) for drops in ((), (55.0,))] == [2, 1]
    assert [percentile(values, 0.99) for values in ([3.0, 1.0], [*range(200)])] == [3, 198]
    assert not Judgment("lateness", math.nan, 5).holds
    assert str(Judgment("sites lost", 1, 0)) == "DOES NOT HOLD  sites lost: 1 (at most 0)"


@pytest.mark.slow  # a poison site is met three times, and each time its process has to be missed first
def test_what_hands_out_visits_survives(tmp_path: Path) -> None:
    """Workers and PostgreSQL killed, the database dropped and rebuilt, a poison, a hung and a slow site, a back-fill:
    no site is lost, none is visited twice at once, next to none once too often. (Lateness is the machine's as well.)
    """
    trial = EngineTrial(
        sites=40, workers=3, seconds=45, kills=4, outages=1, seed=1992, every=4, stalled=2, visit_seconds=3
    )
    found = EngineTorture(trial, tmp_path).run()
    assert not [str(one) for one in found.judgments if not one.holds and "late" not in one.law], found.measured


@pytest.mark.slow  # real crawls, of which each takes a second on a busy machine
def test_crawls_survive(tmp_path: Path) -> None:
    """Real crawls while PostgreSQL and the bucket are killed and the database is dropped: each article that the sites
    published is in the bucket, once, and the feed tells of it.
    """
    judgments = CrawlTorture(CrawlTrial(sites=4, workers=2, seconds=10, kills=0, seed=1992), tmp_path).run()
    assert not [str(one) for one in judgments if not one.holds]
