"""The local table file: what the feed and the checks tell, in SQLite; it may be deleted at any time."""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mtcrawler.model.errors import SettingError
from mtcrawler.security import private_files

logger = logging.getLogger(__name__)

FORM: Final = 5
"""The form of the tables; a file of another form is thrown away and filled again."""

_TABLES: Final = """
CREATE TABLE segments (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE articles (
    id TEXT PRIMARY KEY, state TEXT NOT NULL, canonical_url TEXT NOT NULL, site TEXT NOT NULL, key TEXT,
    revision INTEGER NOT NULL, content_hash TEXT, substance TEXT, published_at TEXT, at TEXT NOT NULL,
    duplicate_of TEXT, etag TEXT, last_modified TEXT, fetched_at TEXT, cluster_id TEXT, signature TEXT, url TEXT
) WITHOUT ROWID;
CREATE INDEX by_content ON articles (content_hash) WHERE duplicate_of IS NULL;
CREATE TABLE checked_segments (key TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE checks (
    id TEXT PRIMARY KEY, url TEXT NOT NULL, at TEXT NOT NULL, outcome TEXT NOT NULL, etag TEXT, last_modified TEXT,
    same_as TEXT, published_at TEXT, missing_since TEXT, why TEXT, judged_by TEXT, day TEXT, section TEXT
) WITHOUT ROWID;
"""
_STATEMENTS: Final = [statement.strip() for statement in _TABLES.split(";") if statement.strip()]
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
# As bytes: the text of a damaged schema may be no text at all.
_SCHEMA: Final = "SELECT CAST(sql AS BLOB) FROM sqlite_schema WHERE sql IS NOT NULL"


def opened(path: Path) -> sqlite3.Connection:
    """The tables in that file, which only its owner may read; made where it is not there, or not one of ours.

    Raises SettingError for something that is no file, OSError or sqlite3.OperationalError where it cannot be written.
    """
    private_files.folder(path.parent)
    _only_files(path)
    with _lock_of(path.parent) as lock:
        # First beside others that open it; then alone, to make it: another may have done so by now.
        for alone in (False, True):
            fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            try:
                return _opened(path, alone=alone)
            except sqlite3.OperationalError:  # locked, or no place to write: not the file's fault
                raise
            except sqlite3.DatabaseError as err:
                damage = err
        logger.warning("%s is damaged (%s); it is made again from the feed.", path, damage)
        for name in _BESIDE:
            path.with_name(path.name + name).unlink(missing_ok=True)
        return _opened(path, alone=True)


def place(made: Path, path: Path) -> bool:
    """Move a file of tables to where none is yet; False where another put one there meanwhile. Raises OSError."""
    with _lock_of(path.parent) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.lexists(path):
            return False
        for name in _BESIDE[1:]:  # of a table that is gone
            path.with_name(path.name + name).unlink(missing_ok=True)
        made.rename(path)
        return True


def discard(folder: Path) -> None:
    """Remove the tables in a folder, whichever bucket they are of, as one of them was found damaged in use: what the
    look at its opening finds is not all. The next run makes them again from the feed. Raises OSError.
    """
    with _lock_of(folder) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for path in folder.glob("known-*.sqlite*"):
            path.unlink(missing_ok=True)


def harden(db: sqlite3.Connection) -> None:
    """Have a file's tables read as data: nothing in its schema may call a function, a damaged page is noticed."""
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.execute("PRAGMA mmap_size = 0")


def ours(db: sqlite3.Connection) -> bool:
    """Whether the file has our tables and nothing else: no view, no trigger, no column more.

    Raises sqlite3.DatabaseError where it is damaged.
    """
    with _named():
        (form,) = db.execute("PRAGMA user_version").fetchone()
        return form == FORM and sorted(sql for (sql,) in db.execute(_SCHEMA)) == sorted(map(str.encode, _STATEMENTS))


def fill(db: sqlite3.Connection) -> None:
    """Make the tables, empty; in a transaction of the caller's."""
    for statement in _STATEMENTS:
        db.execute(statement)
    db.execute(f"PRAGMA user_version = {FORM}")


@contextmanager
def _lock_of(folder: Path) -> Iterator[int]:
    """A handle of the folder, to lock: it leaves no file behind."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _named() -> Iterator[None]:
    """Have a damaged schema raise sqlite3.DatabaseError though SQLite's message, which quotes it, is no text."""
    try:
        yield
    except UnicodeDecodeError as err:
        raise sqlite3.DatabaseError("its schema is damaged") from err


def _opened(path: Path, *, alone: bool) -> sqlite3.Connection:
    private_files.make(path)  # what SQLite puts beside it gets the same mode
    db = sqlite3.connect(path, timeout=30.0, isolation_level=None, check_same_thread=False)
    try:
        harden(db)
        with _named():
            # Of several that switch a file to WAL at once, SQLite refuses all but one without waiting.
            if not alone and db.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                raise sqlite3.DatabaseError("it is not made yet")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            with db:
                db.execute("BEGIN IMMEDIATE")
                if not db.execute("SELECT 1 FROM sqlite_schema").fetchone():
                    fill(db)
        if not ours(db):
            raise sqlite3.DatabaseError("it lacks some of its tables")
        (found,) = db.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise sqlite3.DatabaseError(found)
    except BaseException:
        db.close()
        raise
    return db


def _only_files(path: Path) -> None:
    """Remove links and pipes at our files' paths; refuse a folder."""
    for name in _BESIDE:
        one = path.with_name(path.name + name)
        try:
            mode = one.lstat().st_mode
        except FileNotFoundError:  # or another that ends has just removed it
            continue
        if stat.S_ISDIR(mode):
            raise SettingError(f"opening {one}", "it is a folder, not a file", "Move it away and run again.")
        if not stat.S_ISREG(mode):
            logger.warning("%s is no plain file; it is made again.", one)
            one.unlink(missing_ok=True)
