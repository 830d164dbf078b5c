"""The summary at the end of a run: for people, on terminals of any width."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from rich.console import Console

from mtcrawler.runs.report.summary import print_summary
from tests.runs.telemetry import full


def printed(width: int, seconds: float = 13.5) -> str:
    """The summary of a run in which everything happened, on a terminal of so many columns."""
    manifest = full.manifest()
    told = manifest.model_copy(update={"finished_at": manifest.started_at + timedelta(seconds=seconds)})
    out = StringIO()
    print_summary(told, Console(file=out, width=width))
    return out.getvalue()


@pytest.mark.parametrize("width", [30, 80, 200])
def test_places_are_whole_however_narrow_the_terminal(width: int) -> None:
    """A key and a command can be copied from any terminal: each stands on a line of its own, and nothing is cut."""
    manifest = full.manifest()
    day = f"{manifest.started_at:%Y-%m-%d}"
    lines = [line.rstrip() for line in printed(width).splitlines()]
    assert any(line.endswith(f"runs/v1/date={day}/{manifest.run_id}/manifest.json") for line in lines)
    assert f"report    mtcrawler report {manifest.run_id}" in lines


@pytest.mark.parametrize(("seconds", "told"), [(0.9, "0.9 s"), (13.5, "14 s"), (59.8, "1:00 min"), (7500, "2:05 h")])
def test_a_length_of_time_is_told_in_its_own_unit(seconds: float, told: str) -> None:
    """Seconds are told as seconds, minutes as minutes and hours as hours."""
    (line,) = (line for line in printed(200, seconds).splitlines() if "took" in line)
    assert f" {told}, " in line
