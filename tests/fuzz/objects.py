"""Targets: what lies in a bucket or on a disk, where anybody may have put something else."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.any_site.teaching import lesson_in
from mtcrawler.fetch.mode.auto import Auto
from mtcrawler.model.errors import MtcrawlerError
from mtcrawler.runs.outcome import drift
from mtcrawler.runs.report import render
from mtcrawler.runs.report.stored_manifest import manifest_of
from mtcrawler.runs.telemetry.report_data import ReportData
from mtcrawler.security.redaction import Secrets
from mtcrawler.security.untrusted import parsed
from mtcrawler.session.site_memory import KeptMemory
from mtcrawler.storage.index import snapshots
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.port import Stored
from mtcrawler.storage.write.lease import Lease
from mtcrawler.storage.write.spool import Spool
from tests.extraction.any_site import pages
from tests.fixtures.memory import MemoryStore
from tests.runs.telemetry import full

SECRETS = Secrets(["aVeryLongSecret1"])
FULL = pages.page(head=pages.linked(author={"name": "Ines Duval"}, datePublished="2026-11-20"))
SNAPSHOT = "snapshots/v1/form=0/20261129T000000Z-run-1.sqlite.gz"


class Shelf(MemoryStore):
    """A store in which these bytes lie under every key, and one key under whatever is listed; nothing is written."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self._body = body

    def get(self, key: str) -> Stored | None:
        """The bytes."""
        self.plant(key, self._body)
        return super().get(key)

    def keys(self, prefix: str, *, limit: int | None = None, after: str = "") -> Iterator[str]:
        """One key."""
        del limit, after
        yield f"{prefix}{SNAPSHOT.rpartition('/')[2]}"

    def put(self, key: str, body: bytes, **conditions: Any) -> str:
        """Nothing."""
        del key, body, conditions
        return "etag"


def lease(data: bytes) -> None:
    """A publisher's turn is taken, or somebody has it."""
    shelf = Shelf(data)
    with tempfile.TemporaryDirectory() as folder, suppress(MtcrawlerError), Lease(shelf, "fuzz", "run", Path(folder)):
        pass


def mode_history(data: bytes) -> None:
    """What was learned of a site, or nothing."""
    shelf = Shelf(data)
    auto: Auto[str] = Auto("www.themoscowtimes.com", "fuzz/1", free=True)
    auto.recall(shelf)
    auto.report()


def site_memory(data: bytes) -> None:
    """What was learned of a site, or nothing; a page is read with it, and teaches it."""
    kept = KeptMemory("paper.example", "fuzz/1")
    kept.recall(Shelf(data))
    extractor = AnySiteExtractor(undescribed("https://paper.example"))
    extractor.remembered = kept.remembered
    page = extractor.extract(FULL, "https://paper.example/story/lighthouse", {})
    assert page.body
    kept.memory.after(lesson_in(page)).model_dump_json()


def baseline(data: bytes) -> None:
    """What earlier runs gave, or nothing, or an error that names it; a run is measured against it."""
    shelf = Shelf(data)
    with suppress(MtcrawlerError):
        known, _ = drift.recall(shelf, "fuzz")
        earlier = known.earlier("all", drift.DriftLimits().since)
        drift.drifts(earlier, full.before(), drift.DriftLimits())


def snapshot(data: bytes) -> None:
    """A ready-made table that can be used, or none: what is in the bytes is given as it is and packed."""
    for body in (data, gzip.compress(data, 1)):
        shelf = Shelf(body)
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


OBJECTS = (lease, mode_history, site_memory, baseline, snapshot, spooled, manifest, report)
