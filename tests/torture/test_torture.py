"""The short form of `make torture`."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from tests.torture.faults import FAULTS, run
from tests.torture.rounds import Torture

QUICK = (
    "half a page, in the browser",
    "no characters, over HTTP",
    "a gzip bomb, over HTTP",
    "redirects, over HTTP",
    "out of memory",
    "a renderer crashed",
    "S3 throttles",
)

pytestmark = pytest.mark.slow


def test_kills_and_outages_leave_no_trace(bucket: Location, tmp_path: Path) -> None:
    """Four kills and two outages at random moments: nothing lost, twice, torn or untold, every edit in its place."""
    score = Torture(bucket, tmp_path, seed=1992).run(kills=4, outages=2)
    assert score.clean, score


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_costs_no_more_than_what_it_hits(name: str, seaweed: Embedded, tmp_path: Path) -> None:
    """Under a fault all other articles are stored exactly, in time, in bounded memory, with the right exit code."""
    (fault,) = (fault for fault in FAULTS if fault.name == name)
    result = run(fault, seaweed, tmp_path)
    assert result.ok, result.happened
