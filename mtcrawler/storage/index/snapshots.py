"""The feed as a ready-made table in the bucket, so that a fresh container need not read every line of it."""

from __future__ import annotations

import gzip
import io
import logging
import os
import sqlite3
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable, StoreError
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, pieces
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.copying import copy
from mtcrawler.storage.index.index_schema import FORM, place
from mtcrawler.storage.index.temporary_folders import sweep, temporary_folder
from mtcrawler.storage.layout import SNAPSHOTS, read_snapshot_key, snapshot_key
from mtcrawler.storage.limits import MIB, SNAPSHOT_BYTES, SNAPSHOT_RATIO, most
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out

logger = logging.getLogger(__name__)

EVERY: Final = 24
"""Segments after which the next run that ends writes a snapshot."""
KEPT: Final = 2
LEVEL: Final = 1
"""Of compression: unpacking must be quick, and the hashes in it do not get smaller anyway."""

REMEDY: Final = "The feed is read instead; nothing is to be done."


def fetch(store: ObjectStore, path: Path) -> bool:
    """Put the newest snapshot that can be read where there is no table yet; returns whether there was one.

    What the feed tells since then is read as always; a snapshot is never needed and never trusted over the feed.
    One that is damaged is set aside; a full disk or a slow machine is no fault of the snapshot's, which stays.
    """
    sweep(private_files.folder(path.parent))
    if os.path.lexists(path):
        return False
    for key in sorted(store.keys(f"{SNAPSHOTS}form={FORM}/"), reverse=True)[:KEPT]:
        with temporary_folder(path.parent) as folder:
            try:
                stored = store.get(key)
            except ObjectUnreadable as err:
                leave_out(store, err)
                continue
            if stored is None:
                continue
            try:
                made = _made(stored.body, folder)
            except (Unreadable, sqlite3.DatabaseError) as err:
                leave_out(store, ObjectUnreadable(key, str(err), REMEDY, stored.etag))
            except OSError as err:
                logger.warning("%s cannot be unpacked here now (%s); the feed is read instead.", key, err)
                return False
            else:
                return place(made, path)
    return False


def keep(store: ObjectStore, known: ArticleIndex, run_id: str, every: int = EVERY) -> str | None:
    """Write a snapshot where at least `every` segments came since the newest; returns its key. Older ones go."""
    there = sorted(store.keys(f"{SNAPSHOTS}form={FORM}/"), reverse=True)
    segments = known.segments()
    # One that says it has more than there is would keep others from being written for ever.
    counted = next((count for key in there if (count := read_snapshot_key(key)) <= segments), 0)
    if segments - counted < every:
        return None
    key = snapshot_key(FORM, clock.now(), run_id, segments)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        known.copy_to(path)
        body = gzip.compress(path.read_bytes(), LEVEL, mtime=0)
    if len(body) > most(key):
        logger.info("The feed has outgrown snapshots: this one would have %d bytes.", len(body))
        return None
    store.put(key, body, content_type="application/gzip", metadata={"run-id": run_id})
    for old in there[KEPT - 1 :]:
        with suppress(StoreError):
            store.delete(old)
    return key


def _made(body: bytes, folder: Path) -> Path:
    """A table of ours with the rows of a snapshot, in a folder.

    Raises Unreadable or sqlite3.DatabaseError for a fault of the snapshot, OSError for one of this machine.
    """
    packed, table = folder / "snapshot", folder / "table"
    limit = min(SNAPSHOT_BYTES, SNAPSHOT_RATIO * len(body) + MIB)
    with private_files.writing(packed) as file:
        for piece in pieces(io.BytesIO(body), limit):
            file.write(piece)
    copy(packed, table)
    table.chmod(private_files.FILE)
    return table
