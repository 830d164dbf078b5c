"""The short form of `make torture`."""

from __future__ import annotations

from pathlib import Path

from mtcrawler.bucket.location import Location
from tests.torture.rounds import Torture


def test_kills_and_outages_leave_no_trace(bucket: Location, tmp_path: Path) -> None:
    """Four kills and two outages at random moments: nothing lost, twice, torn or untold, every edit in its place."""
    score = Torture(bucket, tmp_path, seed=1992).run(kills=4, outages=2)
    assert score.clean, score
