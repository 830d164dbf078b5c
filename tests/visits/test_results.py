"""How the ends of several visits are told: one exit code by a rule, a line for each site, a file for machines."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mtcrawler.model.exit_codes import SEVERITY, ExitCode, most_serious
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.visits import results
from mtcrawler.visits.results import Summary, VisitResult, lines

NOW = datetime(2026, 11, 21, tzinfo=UTC)
CODES = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.mark.parametrize(
    ("codes", "code"),
    [([], 0), ([0, 0], 0), ([0, 10], 10), ([19, 12, 13], 12), ([11, 14, 12], 14), ([14, 16], 16), ([0, 77], 1)],
)
def test_the_most_serious_end_is_the_process_own(codes: list[int], code: int) -> None:
    """A process ends with 0 where all its runs did, else with what is most serious among their codes."""
    assert most_serious(codes) == code


def test_every_end_has_its_rank() -> None:
    """Each exit code of a run has a place in the order of seriousness, and docs/settings.md names them so."""
    assert set(SEVERITY) >= {outcome.exit_code for outcome in Outcome} - {ExitCode.DONE}
    assert len(set(SEVERITY)) == len(SEVERITY)
    assert ", ".join(str(code.value) for code in SEVERITY) in CODES.read_text("utf-8")


def test_the_newest_summaries_are_kept(tmp_path: Path) -> None:
    """Of the summaries of a folder the newest stay, and nothing else is touched."""
    for number in range(results.KEPT + 3):
        path = results.summary_path(tmp_path, f"run-{number}")
        path.write_text("{}")
        os.utime(path, (1_000_000 - number, 1_000_000 - number))
    (tmp_path / "other.json").write_text("{}")
    results.prune(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "other.json",
        *(f"visits-run-{number}.json" for number in range(results.KEPT)),
    }


def test_what_needs_a_look_stands_last() -> None:
    """Lines of sites that ended well come first, each kind in the order in which the sites were named."""
    ends = [VisitResult(site=str(n), outcome="x", exit_code=code, message="") for n, code in enumerate((12, 0, 10, 0))]
    assert [one.site for one in lines(ends)] == ["1", "3", "0", "2"]


def test_a_summary_counts_all_sites() -> None:
    """A summary has every site with its end, how many ended how, and the sum of their articles."""
    ends = [
        VisitResult(site="one.example", outcome="done", exit_code=0, articles=3, message="3 articles."),
        VisitResult.stopped("two.example", begun=False),
    ]
    summary = Summary.of("run-1", NOW, 2, ends).ended()
    assert str(ends[1]) == ("two.example: 0 articles, not-begun (exit code 16): it was not begun. Run it again.")
    assert (summary.exit_code, summary.articles, summary.outcomes) == (16, 3, {"done": 1, "not-begun": 1})
    assert str(summary) == "2 sites (1 × done, 1 × not-begun), 3 articles: exit code 16"
    assert Summary.model_validate_json(summary.model_dump_json()) == summary
