"""A snapshot's rows copied into tables of ours: the file they came in is read as data and never put to use itself."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from mtcrawler.storage.feed.changes import MOST_REVISIONS
from mtcrawler.storage.index.index_schema import fill, harden, ours
from mtcrawler.storage.layout import is_article_id, is_site, read_article_key, read_change_key

SECONDS: Final = 120.0
"""The most that reading a snapshot may take; a million articles take ten."""
STEPS: Final = 100_000
"""Steps of SQLite's between two looks at the clock."""
LONGEST: Final = 1 << 16
"""Bytes of the longest value."""

_OF_THE_MACHINE: Final = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,  # the time is over
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
    }
)
"""Codes of what says nothing about the file that is copied."""
_MOMENTS: Final = frozenset("at published_at fetched_at missing_since".split())
_IDS: Final = frozenset("id duplicate_of same_as".split())
_NEEDED: Final = frozenset("id key state canonical_url site at url outcome".split())
_COLUMNS: Final = {
    "segments": ("key",),
    "articles": (
        *("id", "state", "canonical_url", "site", "key", "revision", "content_hash", "substance", "published_at"),
        *("at", "duplicate_of", "etag", "last_modified", "fetched_at", "cluster_id", "signature", "url"),
    ),
    "checked_segments": ("key",),
    "checks": (
        *("id", "url", "at", "outcome", "etag", "last_modified", "same_as", "published_at", "missing_since"),
        *("why", "judged_by", "day", "section"),
    ),
}


def copy(source: Path, target: Path, *, seconds: float = SECONDS) -> None:
    """Fill a new file with the rows of another.

    Raises sqlite3.DatabaseError where that is damaged, has other tables than ours or anything beside them, or a row
    with a value that none of ours has; OSError where this machine cannot copy it now (a full disk, no memory), or not
    within `seconds`.
    """
    ends = time.monotonic() + seconds
    there = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    here = sqlite3.connect(target, isolation_level=None)
    try:
        there.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
        there.set_progress_handler(lambda: time.monotonic() > ends, STEPS)
        harden(there)
        if not ours(there):
            raise sqlite3.DatabaseError("it has other tables than ours")
        here.execute("PRAGMA synchronous = OFF")  # a file that is not whole is thrown away
        here.execute("BEGIN")
        fill(here)
        for table, columns in _COLUMNS.items():
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            rows = there.execute(f"SELECT {names} FROM {table}")  # noqa: S608 - our own words
            checked = _checked(table, columns, rows, ends)
            here.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", checked)  # noqa: S608
        here.execute("COMMIT")
    except sqlite3.DatabaseError as err:
        if getattr(err, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in _OF_THE_MACHINE:
            raise OSError(str(err)) from err
        raise
    finally:
        here.close()
        there.close()


def _checked(
    table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]], ends: float
) -> Iterator[tuple[Any, ...]]:
    checks = [_check(table, name) for name in columns]
    for number, row in enumerate(rows):
        if number % 1000 == 0 and time.monotonic() > ends:
            raise TimeoutError("it takes too long")
        for check, value in zip(checks, row, strict=True):
            if not check(value):
                raise sqlite3.DatabaseError(f"a row of {table} holds what none of ours does")
        yield row


def _check(table: str, name: str) -> Callable[[Any], bool]:
    """Whether a value may stand in this column."""
    if name == "revision":
        return lambda value: isinstance(value, int) and 0 <= value <= MOST_REVISIONS
    if table.endswith("segments"):
        return lambda value: isinstance(value, str) and read_change_key(value) is not None
    needed = name in _NEEDED and not (table == "articles" and name in {"key", "url"})
    holds = _holds(name)
    return lambda value: holds(value) if isinstance(value, str) else value is None and not needed


def _holds(name: str) -> Callable[[str], bool]:
    """Whether a text may stand in this column of an article or a check."""
    if name in _MOMENTS:
        return _is_moment
    if name in _IDS:
        return is_article_id
    if name == "day":
        return _is_day
    if name == "site":
        return is_site
    if name == "key":
        return lambda key: read_article_key(key) is not None
    return lambda _: True


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        moment = datetime.fromisoformat(text)
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return False
    return moment.tzinfo is not None
