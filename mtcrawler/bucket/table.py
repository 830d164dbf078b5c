"""The local table file: what the feed and the checks tell, in SQLite; it may be deleted at any time."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

FORM: Final = 2
"""The form of the tables; a file of another form is thrown away and filled again."""

_TABLES: Final = """
CREATE TABLE segments (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, canonical_url TEXT NOT NULL, site TEXT NOT NULL, key TEXT,
    revision INTEGER NOT NULL, content_hash TEXT, substance TEXT, published_at TEXT, at TEXT NOT NULL,
    duplicate_of TEXT, etag TEXT, last_modified TEXT, fetched_at TEXT, cluster_id TEXT, signature TEXT
) WITHOUT ROWID;
CREATE INDEX by_content ON articles (content_hash) WHERE duplicate_of IS NULL;
CREATE TABLE checked_segments (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE checks (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, etag TEXT, last_modified TEXT,
    same_as TEXT, published_at TEXT, missing_since TEXT
) WITHOUT ROWID;
"""
_NAMES: Final = ("segments", "articles", "checked_segments", "checks")


def opened(path: Path) -> sqlite3.Connection:
    """The tables in that file; made where it is not there, or not one of ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(path)
    except sqlite3.OperationalError:  # locked, or no place to write: not the file's fault
        raise
    except sqlite3.DatabaseError:
        for leftover in path.parent.glob(f"{path.name}*"):
            leftover.unlink()
        return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        (form,) = db.execute("PRAGMA user_version").fetchone()
        if form != FORM:
            _fill(db)
    except sqlite3.DatabaseError:
        db.close()
        raise
    return db


def _fill(db: sqlite3.Connection) -> None:
    with db:
        db.execute("BEGIN IMMEDIATE")
        (form,) = db.execute("PRAGMA user_version").fetchone()
        if form == FORM:  # another process was faster
            return
        for name in _NAMES:
            db.execute(f"DROP TABLE IF EXISTS {name}")
        for statement in _TABLES.split(";"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {FORM}")
