"""When a page that brought nothing new was last looked at, so that nobody looks again before it is due."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from functools import partial
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from mtcrawler.identity.ids import article_id
from mtcrawler.storage.feed.changes import ArticleId, Moment
from mtcrawler.storage.feed.segments import lines, packed
from mtcrawler.storage.layout import CHECKS, read_change_key
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore

CheckOutcome = Literal["unchanged", "missing", "other", "alias"]

# The later look counts; how long a page has been missing is told from the first of the looks in a row that missed it.
_APPLY: Final = """
INSERT INTO checks (id, url, at, outcome, etag, last_modified, same_as, published_at, missing_since)
VALUES (:id, :url, :at, :outcome, :etag, :last_modified, :same_as, :published_at, :missing_since)
ON CONFLICT (id) DO UPDATE SET at = excluded.at, outcome = excluded.outcome, etag = excluded.etag,
    last_modified = excluded.last_modified, same_as = excluded.same_as, published_at = excluded.published_at,
    missing_since = CASE WHEN excluded.outcome = 'missing'
        THEN coalesce(checks.missing_since, excluded.missing_since) END
WHERE excluded.at > checks.at
"""


class Check(BaseModel):
    """One look at an address: its page is as it was, is missing (404, 410), is no article, or is
    an article at home elsewhere (`same_as`, an id). Validators are those the page came with.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    at: Moment
    outcome: CheckOutcome
    etag: str | None = None
    last_modified: str | None = None
    same_as: ArticleId | None = None
    published_at: Moment | None = None

    @property
    def id(self) -> str:
        """The id that an article at this address has."""
        return article_id(self.url)


@dataclass(frozen=True, slots=True)
class LastCheck:
    """The last look at an address; times in ISO 8601, UTC."""

    at: str
    outcome: str
    etag: str | None
    last_modified: str | None
    same_as: str | None
    published_at: str | None
    missing_since: str | None


class CheckLog:
    """The last look at each address, over the checks in the bucket; safe for threads.

    Losing a check costs a request and nothing else: it is kept in memory until the next segment, on no disk.
    """

    def __init__(self, db: sqlite3.Connection, guard: threading.RLock) -> None:
        self._db, self._guard = db, guard
        self._noted: list[Check] = []

    def __len__(self) -> int:
        return len(self._noted)

    def get(self, identity: str) -> LastCheck | None:
        """The last look at the address of that id, as the bucket tells it."""
        query = "SELECT at, outcome, etag, last_modified, same_as, published_at, missing_since FROM checks WHERE id = ?"
        with self._guard:
            row = self._db.execute(query, (identity,)).fetchone()
        return LastCheck(*row) if row else None

    def note(self, check: Check) -> None:
        """Have a look told with the next segment."""
        with self._guard:
            self._noted.append(check)

    def take(self) -> list[Check]:
        """What is noted; it is the caller's from now on."""
        with self._guard:
            noted, self._noted = self._noted, []
        return noted

    def apply(self, segment: str, checks: Iterable[Check]) -> None:
        """Know what a segment tells; a segment counts once."""
        with self._guard, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if self._db.execute("INSERT OR IGNORE INTO checked_segments VALUES (?)", (segment,)).rowcount:
                self._db.executemany(_APPLY, map(_row, checks))

    def refresh(self, store: ObjectStore) -> int:
        """Read the segments that are new since last time; returns their number."""
        there = {key for key in store.keys(CHECKS) if read_change_key(key)}
        with self._guard:
            read = {key for (key,) in self._db.execute("SELECT key FROM checked_segments")}
        unread = sorted(there - read)
        for key, body in zip(unread, side_by_side(partial(packed, store), unread), strict=True):
            self.apply(key, lines(store, key, body, Check))
        return len(unread)


def _row(check: Check) -> dict[str, str | None]:
    at = check.at.astimezone(UTC).isoformat()
    return {
        "id": check.id,
        "url": check.url,
        "at": at,
        "outcome": check.outcome,
        "etag": check.etag,
        "last_modified": check.last_modified,
        "same_as": check.same_as,
        "published_at": check.published_at.isoformat() if check.published_at else None,
        "missing_since": at if check.outcome == "missing" else None,
    }
