"""What the change feed tells, as the index keeps it: events by site and day, and which articles to read anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from mtcrawler.browse.index.database import Database
from mtcrawler.browse.index.rows import remove_for_good
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.layout import UNKNOWN_DATE, read_article_key
from mtcrawler.storage.port import ObjectStore

AT_ONCE: Final = 2000
"""Lines between two commits."""
OF_OTHERS: Final = frozenset({"duplicate", "walled"})
"""Lines that do not say whether the article at their key is shown; all others do."""
LATEST: Final = 10 * 365 * 86_400
"""Seconds after which an article that comes late is none of today's: an archive was read."""
CURSOR: Final = "cursor"
ERASE: Final = "erase"
"""The name under which the index says that words of articles that were taken out may still be in its file."""

_TELL: Final = """
INSERT INTO told VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET at = excluded.at, gone = excluded.gone WHERE excluded.at > at
"""
_GONE: Final = "UPDATE articles SET gone = (SELECT gone FROM told WHERE told.key = articles.key) WHERE key = ?"


def read(db: Database, store: ObjectStore, told: Callable[[int], None], *, look_again: bool) -> None:
    """Take in what the feed tells since the last time; with `look_again` its articles are read anew. Raises StoreError.

    A line may come twice: what is kept is the same afterwards.
    """
    changes = Changes(store, db.state(CURSOR))
    lines, number = iter(changes), 0
    while part := list(islice(lines, AT_ONCE)):
        with db.writing() as writer:
            for change in part:
                _take(writer, change, look_again=look_again)
            keep(writer, CURSOR, changes.cursor)
        told(number := number + len(part))
    with db.writing() as writer:
        keep(writer, CURSOR, changes.cursor)


def keep(writer: sqlite3.Connection, name: str, value: str) -> None:
    """Keep a value under a name."""
    writer.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, value))


def wait_for(writer: sqlite3.Connection, keys: Iterable[str]) -> None:
    """Have the articles under these keys read; what is no article's key is passed over."""
    for key in keys:
        if (parts := read_article_key(key)) is not None:
            day = "" if parts.date == UNKNOWN_DATE else parts.date
            writer.execute("INSERT OR IGNORE INTO pending VALUES (?, ?)", (day, key))


def _take(writer: sqlite3.Connection, change: Change, *, look_again: bool) -> None:
    at = change.at.astimezone(UTC)
    stamp = int(at.timestamp())
    if change.change == "removed":  # told before its objects are deleted: reading them would bring it back
        if remove_for_good(writer, change.site, change.id):
            keep(writer, ERASE, at.isoformat())
    elif writer.execute("SELECT 1 FROM removed WHERE id = ?", (change.id,)).fetchone():
        return
    late = _lateness(change.published_at, change.fetched_at or at) if change.change == "new" else None
    event = (change.site, f"{at:%Y-%m-%d}", change.change, change.id, stamp, late)
    writer.execute("INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?, ?)", event)
    if change.key is None or change.change == "removed":
        return
    if change.change not in OF_OTHERS:
        writer.execute(_TELL, (change.key, stamp, change.change == "gone"))
        writer.execute(_GONE, (change.key,))
    if look_again:
        wait_for(writer, [change.key])


def _lateness(published: datetime | None, fetched: datetime) -> int | None:
    """Seconds between publication and fetching; None where that says nothing of how late the crawl was."""
    if published is None:
        return None
    seconds = int((fetched - published).total_seconds())
    return seconds if 0 <= seconds <= LATEST else None
