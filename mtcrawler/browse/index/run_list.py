"""The runs of a bucket as the index has them: a line of each manifest."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from functools import partial
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from mtcrawler.browse.index.database import Database
from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable, StoreError
from mtcrawler.runs.report.stored_manifest import manifest_of
from mtcrawler.runs.telemetry.manifest import Manifest
from mtcrawler.storage.layout import RUNS, is_article_id, manifest_key, read_manifest_key, run_key
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.manifests import REMEDY, manifest

THREADS: Final = 8
OPEN: Final = timedelta(days=3)
"""How long after its start a run mostly ends: the days before are listed once by each process."""
LISTED: Final = "runs"
SHORT: Final = 500
MOST_PICTURES: Final = 2000
"""Pictures of a run that the index knows."""


class StoredRun(NamedTuple):
    """A run's day and id, and its manifest; None where it is not there, or cannot be read."""

    day: str
    run_id: str
    manifest: Manifest | None


def read(db: Database, store: ObjectStore, *, all_days: bool = False) -> None:
    """Take in the runs that ended since the last time; with `all_days` those that took very long, too, and those that
    were copied here later. Raises StoreError.
    """
    known = {(row[0], row[1]) for row in db.ask("SELECT day, run_id FROM runs")}
    first = "" if all_days else db.state(LISTED) or ""
    days = sorted(name.removeprefix("date=") for name in store.folders(RUNS))
    new = [
        (day, run_id)
        for day in days
        if day >= first
        for run_id in store.folders(f"{RUNS}date={day}/")
        if (day, run_id) not in known and read_manifest_key(f"{RUNS}date={day}/{run_id}/manifest.json")
    ]
    found = side_by_side(partial(_stored, store), new, threads=THREADS)
    with db.writing() as writer:
        for run in found:
            if run.manifest is not None:
                _put(writer, run.day, run.manifest)
        until = f"{clock.now() - OPEN:%Y-%m-%d}"
        writer.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (LISTED, until))


def stored_run(store: ObjectStore, day: str, run_id: str) -> Manifest | None:
    """The manifest of a run; None where there is none. Raises ObjectUnreadable or another StoreError."""
    key = manifest_key(day, run_id)
    stored = store.get(key)
    if stored is None:
        return None
    said = manifest(stored.body, key)
    try:
        return manifest_of(said)
    except ValueError as err:
        raise ObjectUnreadable(key, f"it is no manifest ({err})", REMEDY) from err


def _stored(store: ObjectStore, run: tuple[str, str]) -> StoredRun:
    try:
        return StoredRun(*run, stored_run(store, *run))
    except ObjectUnreadable as err:
        store.left_out(err)
        return StoredRun(*run, None)


def _put(writer: sqlite3.Connection, day: str, run: Manifest) -> None:
    counts, stored = run.counts, run.counts.stored
    try:
        host = (urlsplit(run.site or "").hostname or "").lower()
    except ValueError:  # an address that is none
        host = ""
    writer.execute(
        f"INSERT OR REPLACE INTO runs VALUES ({', '.join('?' * 16)})",  # noqa: S608 - question marks alone
        (
            *(day, run.run_id, run.started_at.isoformat(), run.seconds, run.spider[:SHORT], host[:SHORT]),
            *(run.outcome[:SHORT], run.message[:SHORT], stored.new, stored.revised, stored.unchanged, counts.lost),
            *(sum(counts.walled.values()), counts.overlays_with("gone"), counts.overlays_with("stuck")),
            len(run.evidence),
        ),
    )
    for file in run.evidence[:MOST_PICTURES]:
        # evidence/<the article's id>-<when>.png
        if is_article_id(name := file.rpartition("/")[2][:36]) and is_file_of_run(day, run.run_id, file):
            writer.execute("INSERT OR IGNORE INTO pictures VALUES (?, ?, ?, ?)", (name, day, run.run_id, file))


def is_file_of_run(day: str, run_id: str, file: str) -> bool:
    """Whether a run may have a file of this name."""
    try:
        return bool(run_key(day, run_id, file))
    except StoreError:
        return False
