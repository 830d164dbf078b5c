"""The feed as a ready-made table in the bucket, so that a fresh container need not read every line of it."""

from __future__ import annotations

import gzip
import logging
import shutil
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from mtcrawler import clock
from mtcrawler.bucket.client import Client
from mtcrawler.bucket.known import Known
from mtcrawler.bucket.layout import SNAPSHOTS, read_snapshot_key, snapshot_key
from mtcrawler.bucket.table import FORM
from mtcrawler.errors import StoreError

logger = logging.getLogger(__name__)

EVERY: Final = 24
"""Segments after which the next run that ends writes a snapshot."""
KEPT: Final = 2
LEVEL: Final = 1
"""Of compression: unpacking must be quick, and the hashes in it do not get smaller anyway."""


def fetch(client: Client, path: Path) -> bool:
    """Put the newest snapshot that can be read where there is no table yet; returns whether there was one.

    What the feed tells since then is read as always; a snapshot is never needed and never trusted over the feed.
    """
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    for key in sorted(client.keys(f"{SNAPSHOTS}form={FORM}/"), reverse=True)[:KEPT]:
        stored = client.get(key)
        if stored is None:
            continue
        beside = Path(tempfile.mkdtemp(dir=path.parent)) / "table"
        try:
            beside.write_bytes(gzip.decompress(stored.body))
            _look_into(beside)
            beside.rename(path)
        except (OSError, EOFError, sqlite3.DatabaseError) as err:
            logger.warning("The snapshot %s cannot be used (%s); the feed is read instead.", key, err)
        else:
            return True
        finally:
            shutil.rmtree(beside.parent, ignore_errors=True)
    return False


def keep(client: Client, known: Known, run_id: str, every: int = EVERY) -> str | None:
    """Write a snapshot where at least `every` segments came since the newest; returns its key. Older ones go."""
    there = sorted(client.keys(f"{SNAPSHOTS}form={FORM}/"), reverse=True)
    counted = read_snapshot_key(there[0]) if there else 0
    segments = known.segments()
    if segments - counted < every:
        return None
    key = snapshot_key(FORM, clock.now(), run_id, segments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        known.copy_to(path)
        body = gzip.compress(path.read_bytes(), LEVEL, mtime=0)
    client.put(key, body, content_type="application/gzip", metadata={"run-id": run_id})
    for old in there[KEPT - 1 :]:
        with suppress(StoreError):
            client.delete(old)
    return key


def _look_into(path: Path) -> None:
    db = sqlite3.connect(path)
    try:
        (form,) = db.execute("PRAGMA user_version").fetchone()
        if form != FORM:
            raise sqlite3.DatabaseError(f"it has the form {form}, not {FORM}")
    finally:
        db.close()
