"""Visits of one process: what fails at one costs no other, and what came of all is written whatever happens."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from scrapy.settings import Settings
from twisted.internet.task import Clock

from mtcrawler.commands import several
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.errors import StoreError
from mtcrawler.visits import results, visit
from mtcrawler.visits.planning import PlannedVisit
from mtcrawler.visits.progress import VisitsProgress
from mtcrawler.visits.results import VisitResult
from mtcrawler.visits.visit import Visit
from mtcrawler.visits.visits import Visits
from tests.fixtures.waiting import until

PLANS = [PlannedVisit(f"{name}.example", f"{name}.example") for name in ("one", "two", "three")]
DOWN = StoreError("asking the store", "it is down", "Start it.")


def fail(*_: Any) -> Any:
    """What nobody thought of."""
    raise OSError("no such thing")


@pytest.mark.parametrize("broken", ["its turn", "its connections", "secrets"])
def test_what_fails_at_the_end_of_a_visit_costs_nothing(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A visit has its own result though giving back, or reading what may not be shown, fails."""

    def location() -> Any:
        one._crawler = None if broken == "its turn" else SimpleNamespace(_stats=None)  # type: ignore[assignment]
        raise DOWN

    process: Any = SimpleNamespace(settings=Settings())
    one = Visit(PLANS[0], process, "run-1", location)
    given_back = SimpleNamespace(release=fail if broken == "its connections" else lambda: None)
    monkeypatch.setattr(CrawlContext, "of", lambda _: given_back)
    if broken == "its turn":
        one._held.callback(fail)
    elif broken == "secrets":
        monkeypatch.setattr(visit, "states", fail)
    result = asyncio.run(one.run())
    assert (result.site, result.exit_code) == ("one.example", DOWN.exit_code)
    assert ("it is down" in result.message) == (broken != "secrets")


class Stub:
    """A visit that does what it is told."""

    def __init__(self, plan: PlannedVisit, does: Callable[[], None] = lambda: None) -> None:
        self.plan, self.run_id, self.articles, self._does = plan, "run-1", 2, does

    async def run(self) -> VisitResult:
        """Three articles."""
        await asyncio.to_thread(self._does)
        return VisitResult(site=self.plan.site, outcome="done", exit_code=0, articles=3, message="3 articles.")

    def stop(self) -> None:
        """Nothing."""

    abandon = stop


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Scrapy's, as far as visits need it, on an event loop of its own."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    monkeypatch.setitem(sys.modules, "twisted.internet.reactor", Clock())
    given = {"STATE_DIR": str(tmp_path), "RUN_ID": "nightly", "PROGRESS_ENABLED": False, "CONCURRENT_SITES": 1}
    yield SimpleNamespace(
        settings=Settings(given),
        start=lambda stop_after_crawl: loop.run_forever(),
        _stop_reactor=lambda _: loop.stop(),
    )
    asyncio.set_event_loop(None)
    loop.close()


def told(folder: Path) -> dict[str, Any]:
    """The summary as it is at present."""
    found: dict[str, Any] = json.loads(results.summary_path(folder, "nightly").read_text())
    return found


def test_the_summary_is_there_from_the_start(process: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a long visit goes on, the summary is there, and is renewed; it is finished with the last visit."""
    seen = list[str]()

    def long() -> None:
        seen.append(told(tmp_path)["written_at"])
        until(lambda: told(tmp_path)["written_at"] != seen[0], seconds=30)
        assert told(tmp_path)["finished_at"] is None

    monkeypatch.setattr(results, "WRITTEN_EVERY", 0.05)
    monkeypatch.setattr(several, "Visit", lambda plan, *_: Stub(plan, long if plan is PLANS[0] else lambda: None))
    assert several.crawl_all(process, PLANS, lambda *_: None) == 0
    last = told(tmp_path)
    assert len(seen) == 1
    assert last["finished_at"] == last["written_at"]
    assert [one["articles"] for one in last["visits"]] == [3, 3, 3]


def test_the_summary_is_written_whatever_fails(
    process: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where our own code fails among visits, each site has its line and the summary is written; no traceback."""
    monkeypatch.setattr(several, "Visit", lambda plan, *_: Stub(plan) if plan is PLANS[0] else fail())
    assert several.crawl_all(process, PLANS, lambda *_: None) == told(tmp_path)["exit_code"] == 1
    assert [one["outcome"] for one in told(tmp_path)["visits"]] == ["done", "not-begun", "not-begun"]
    said = capsys.readouterr().err
    assert said.startswith("visiting 3 sites: OSError: no such thing")
    assert said.splitlines()[-1].startswith("3 sites (")
    assert "Traceback" not in said


def test_progress_tells_of_all_sites(caplog: pytest.LogCaptureFixture) -> None:
    """The progress says how many sites are done, how many not well, the articles of all, and who is under way."""
    visits = Visits(PLANS, 2, fail)
    visits.results[0] = VisitResult(site="one.example", outcome="partial", exit_code=11, articles=3, message="")
    visits.under_way |= {1: Stub(PLANS[1]), 2: Stub(PLANS[2])}  # type: ignore[dict-item]
    progress = VisitsProgress(visits, Settings(), Console(file=StringIO(), width=120))
    visits.begun_at -= 60_000
    assert progress.line == "1 of 3 sites visited, 1 of them not well; 7 articles, 0 articles/min"
    with caplog.at_level("INFO"):
        progress.log()
    assert caplog.messages == [f"{progress.line}; under way: two.example, three.example"]
    console = Console(file=StringIO(), width=120)
    console.print(progress.render())
    assert isinstance(console.file, StringIO)
    assert [line.split() for line in console.file.getvalue().splitlines()[1:]] == [
        ["two.example", "2", "articles"],
        ["three.example", "2", "articles"],
    ]
