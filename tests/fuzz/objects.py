"""Targets: what lies in a bucket or on a disk, where anybody may have put something else."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mtcrawler.fetch.mode.auto import Auto
from mtcrawler.model.errors import MtcrawlerError
from mtcrawler.runs.outcome import drift
from mtcrawler.runs.report import render
from mtcrawler.runs.report.told import manifest_of
from mtcrawler.runs.telemetry.report_data import ReportData
from mtcrawler.security.redaction import Secrets
from mtcrawler.security.untrusted import parsed
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Stored
from mtcrawler.storage.unreadable_objects import LeftOut
from mtcrawler.storage.write.lease import Lease
from mtcrawler.storage.write.spool import Spool
from tests.runs.telemetry import full

SECRETS = Secrets(["aVeryLongSecret1"])
SNAPSHOT = "snapshots/v1/form=0/20261129T000000Z-run-1.sqlite.gz"


class Shelf:
    """The bucket's client as far as a reader of one object asks for it: whatever is asked for, it is these bytes."""

    def __init__(self, body: bytes) -> None:
        self.location = Location(endpoint_url="http://127.0.0.1:9", bucket="fuzz")
        self.conditional = True
        self.left_out = LeftOut()
        self._body = body

    def get(self, key: str, **limits: Any) -> Stored:
        """The object."""
        del key, limits
        return Stored(self._body, "etag", {}, 0.0)

    def keys(self, prefix: str) -> Iterator[str]:
        """One key under whatever is listed."""
        yield f"{prefix}{SNAPSHOT.rpartition('/')[2]}"

    def put(self, key: str, body: bytes, **conditions: Any) -> str:
        """Nothing is written."""
        del key, body, conditions
        return "etag"

    def set_aside(self, *said: Any) -> None:
        """What cannot be read is named."""


def lease(data: bytes) -> None:
    """A publisher's turn is taken, or somebody has it."""
    shelf: Any = Shelf(data)
    with tempfile.TemporaryDirectory() as folder, suppress(MtcrawlerError), Lease(shelf, "fuzz", "run", Path(folder)):
        pass


def lessons(data: bytes) -> None:
    """What was learned of a site, or nothing."""
    shelf: Any = Shelf(data)
    auto: Auto[str] = Auto("www.themoscowtimes.com", "fuzz/1", free=True)
    auto.recall(shelf)
    auto.report()


def baseline(data: bytes) -> None:
    """What earlier runs gave, or nothing, or an error that names it; a run is measured against it."""
    shelf: Any = Shelf(data)
    with suppress(MtcrawlerError):
        known, _ = drift.recall(shelf, "fuzz")
        earlier = known.earlier("all", drift.DriftLimits().since)
        drift.drifts(earlier, full.before(), drift.DriftLimits())


def snapshot(data: bytes) -> None:
    """A ready-made table that can be used, or none: what is in the bytes is given as it is and packed."""
    for body in (data, gzip.compress(data, 1)):
        shelf: Any = Shelf(body)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "table"
            if snapshots.fetch(shelf, path):
                ArticleIndex(path).close()


def spooled(data: bytes) -> None:
    """A waiting article is delivered, or its file is put aside."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "1.json").write_bytes(data)
        Spool(Path(folder), 1 << 30).deliver(lambda waiting: None)
        assert not Path(folder, "1.json").exists()


def manifest(data: bytes) -> None:
    """The report of a run whose manifest it is, or a ValueError."""
    try:
        told = manifest_of(parsed(data))
    except ValueError:
        return
    render(told, None, SECRETS)


def report(data: bytes) -> None:
    """The report of a run whose data it is, or a ValueError."""
    try:
        told = ReportData.read(data)
    except ValueError:
        return
    page = render(full.manifest(), told, SECRETS)
    assert b"<script" not in page


OBJECTS = (lease, lessons, baseline, snapshot, spooled, manifest, report)
