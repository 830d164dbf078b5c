"""A bucket that readers have something to read in."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mtcrawler.runs.telemetry.report_data import ReportData
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from tests.hostile.commands import DAY, EDITED, GOOD, MANIFEST, OTHER, RUN
from tests.newspaper import Newspaper
from tests.runs.telemetry import full

New = Callable[..., Session]


@pytest.fixture
def written(new_session: New, bucket: Location) -> Location:
    """A bucket with two articles, one of them revised, and the manifest and report of a run."""
    session = new_session(RUN)
    for article in (GOOD, OTHER, EDITED):
        session.writer.save(article)
    session.close()
    session.put_run_file(RUN, DAY, "manifest.json", MANIFEST.to_json())
    session.put_run_file(RUN, DAY, "report.json", ReportData.of(full.telemetry(), full.before()).to_json())
    session.put_run_file(RUN, DAY, "report.html", b"<!doctype html>", "text/html")
    return bucket


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    """A small edition, without a message over its pages."""
    with Newspaper("en", modal="none") as paper:
        yield paper
