"""Which articles the feed tells of, file by file of the tables: kept on disk, as there may be millions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from mtcrawler.storage.feed.changes import STORED, Change
from mtcrawler.storage.layout import UNKNOWN_DATE, read_article_key, table_group

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
TOLD: Final = STORED | {"gone"}

_TABLE: Final = """
CREATE TABLE changed (month TEXT, sites TEXT, key TEXT, told INTEGER, at INTEGER, gone INTEGER,
    PRIMARY KEY (month, sites, key)) WITHOUT ROWID
"""
# The latest of the lines that tell of the article itself counts; what tells of another has it read again, no more.
_TELL: Final = """
INSERT INTO changed VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET told = excluded.told, at = excluded.at, gone = excluded.gone
WHERE excluded.told > told OR (excluded.told = told AND excluded.at > at)
"""


class TableFile(NamedTuple):
    """A file of the tables: its month (YYYY-MM or "unknown") and its group of sites."""

    month: str
    sites: str


class Told(NamedTuple):
    """What the feed says of an article: when it last told of it, and whether as `gone`. `told` is false where only
    another article's line named it.
    """

    at: datetime
    gone: bool
    told: bool


def file_of(key: str) -> TableFile | None:
    """The file that has the row of the article under this key; None where that is no article's key."""
    parts = read_article_key(key)
    if parts is None:
        return None
    return TableFile(month_of(parts.date), table_group(parts.site))


def month_of(date: str) -> str:
    """The month of a day (YYYY-MM-DD), or "unknown" for that."""
    return UNKNOWN_DATE if date == UNKNOWN_DATE else date[:7]


class ChangedArticles:
    """Articles by file, in a database in `folder` that may be thrown away."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "changed.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(_TABLE)
        self._db.execute("BEGIN")

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def add(self, change: Change) -> None:
        """Note what a line of the feed tells, if it tells of what a row has."""
        if change.key is not None and (change.change in TOLD or change.change == "duplicate"):
            self._add(change.key, change.change in TOLD, change.at, gone=change.change == "gone")

    def look_again(self, key: str) -> None:
        """Have an article read again of which nothing is told."""
        self._add(key, False, EPOCH, gone=False)

    def forget(self) -> None:
        """Begin anew."""
        self._db.execute("DELETE FROM changed")

    def files(self) -> list[TableFile]:
        """The files with articles in them, in order."""
        return [TableFile(*row) for row in self._db.execute("SELECT DISTINCT month, sites FROM changed ORDER BY 1, 2")]

    def of(self, file: TableFile) -> dict[str, Told]:
        """What is told of the articles of a file, by key."""
        query = "SELECT key, at, gone, told FROM changed WHERE month = ? AND sites = ? ORDER BY key"
        rows = self._db.execute(query, file)
        return {key: Told(EPOCH + timedelta(microseconds=at), bool(gone), bool(told)) for key, at, gone, told in rows}

    def keys(self, files: list[TableFile]) -> Iterator[str]:
        """The keys of the articles of these files, file by file, sorted."""
        query = "SELECT key FROM changed WHERE month = ? AND sites = ? ORDER BY key"
        for file in files:
            with closing(self._db.execute(query, file)) as rows:
                yield from (key for (key,) in rows)

    def _add(self, key: str, told: bool, at: datetime, *, gone: bool) -> None:
        if (file := file_of(key)) is not None:
            self._db.execute(_TELL, (*file, key, told, (at - EPOCH) // timedelta(microseconds=1), gone))
