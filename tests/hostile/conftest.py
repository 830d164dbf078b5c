"""A bucket that readers have something to read in."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from mtcrawler.bucket.location import Location
from mtcrawler.bucket.session import Session
from tests.hostile.commands import DAY, EDITED, GOOD, MANIFEST, OTHER, RUN

New = Callable[..., Session]


@pytest.fixture
def written(new_session: New, bucket: Location) -> Location:
    """A bucket with two articles, one of them revised, and the manifest and report of a run."""
    session = new_session(RUN)
    for article in (GOOD, OTHER, EDITED):
        session.writer.save(article)
    session.close()
    session.put_run_file(RUN, DAY, "manifest.json", json.dumps(MANIFEST).encode())
    session.put_run_file(RUN, DAY, "report.html", b"<!doctype html>", "text/html")
    return bucket
