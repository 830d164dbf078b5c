"""When a page that brought nothing new was last looked at, so that nobody looks again before it is due."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date
from functools import partial
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from mtcrawler.identity.ids import article_id
from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.feed.changes import ArticleId, Moment
from mtcrawler.storage.feed.segments import REMEDY, lines, packed
from mtcrawler.storage.index.listing import ListedFrom
from mtcrawler.storage.layout import CHECKS, read_change_key
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore

CheckOutcome = Literal["unchanged", "missing", "other", "alias", "lost"]

_LAST: Final = "at, outcome, etag, last_modified, same_as, published_at, missing_since, why, judged_by, day, section"
# The later look counts; how long a page has been missing is told from the first of the looks in a row that missed it.
# What is lost stays so until its article was fetched: that it was missing, or no article, brings nothing back.
_APPLY: Final = """
INSERT INTO checks (id, url, at, outcome, etag, last_modified, same_as, published_at, missing_since, why, judged_by,
    day, section)
VALUES (:id, :url, :at, :outcome, :etag, :last_modified, :same_as, :published_at, :missing_since, :why, :judged_by,
    :day, :section)
ON CONFLICT (id) DO UPDATE SET at = excluded.at, etag = excluded.etag,
    last_modified = excluded.last_modified, same_as = excluded.same_as, published_at = excluded.published_at,
    outcome = CASE WHEN checks.outcome = 'lost' AND excluded.outcome IN ('missing', 'other')
        THEN 'lost' ELSE excluded.outcome END,
    why = excluded.why, judged_by = excluded.judged_by, day = excluded.day, section = excluded.section,
    missing_since = CASE WHEN excluded.outcome = 'missing'
        THEN coalesce(checks.missing_since, excluded.missing_since) END
WHERE excluded.at > checks.at
"""


class Check(BaseModel):
    """One look at an address: its page is as it was, is missing (404, 410, or an error page with 200), is no article,
    or is an article at home elsewhere (`same_as`, an id). Validators are those the page came with. One outcome tells of
    the bucket and not of the page: `lost`, the stored article is torn, not there, or lacks a part that may yet come.

    `judged_by` names the definition and the extractor that found no article there, `why` says what else it is: an
    article out of scope has its `day` and its `section`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    at: Moment
    outcome: CheckOutcome
    etag: str | None = None
    last_modified: str | None = None
    same_as: ArticleId | None = None
    published_at: Moment | None = None
    why: str | None = None
    judged_by: str | None = None
    day: date | None = None
    section: str | None = None

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
    why: str | None = None
    judged_by: str | None = None
    day: str | None = None
    section: str | None = None


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
        query = f"SELECT {_LAST} FROM checks WHERE id = ?"  # noqa: S608 - our own words
        with self._guard:
            row = self._db.execute(query, (identity,)).fetchone()
        return LastCheck(*row) if row else None

    def leading_to(self, article_id: str) -> list[str]:
        """The addresses at which that article was found, though it is at home elsewhere."""
        with self._guard:
            return [url for (url,) in self._db.execute("SELECT url FROM checks WHERE same_as = ?", (article_id,))]

    def without_article(self) -> Iterator[str]:
        """The addresses that had no article when they were last looked at, a thousand at a time."""
        query = "SELECT id, url FROM checks WHERE outcome IN ('other', 'missing') AND id > ? ORDER BY id LIMIT 1000"
        last = ""
        while True:
            with self._guard:
                rows = self._db.execute(query, (last,)).fetchall()
            if not rows:
                return
            yield from (url for _, url in rows)
            last = rows[-1][0]

    def note(self, check: Check) -> None:
        """Have a look told with the next segment."""
        with self._guard:
            self._noted.append(check)

    def take(self) -> list[Check]:
        """What is noted, but for looks at what was removed on request; it is the caller's from now on."""
        query = "SELECT 1 FROM articles WHERE id = ? AND state = 'removed'"
        with self._guard:
            noted, self._noted = self._noted, []
            return [one for one in noted if self._db.execute(query, (one.id,)).fetchone() is None]

    def apply(self, segment: str, checks: Iterable[Check]) -> None:
        """Know what a segment tells; a segment counts once."""
        with self._guard, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if self._db.execute("INSERT OR IGNORE INTO checked_segments VALUES (?)", (segment,)).rowcount:
                self._db.executemany(_APPLY, map(_row, checks))

    def refresh(self, store: ObjectStore, since: ListedFrom | None = None) -> int:
        """Read the segments that are new since last time, or those of young runs among them; returns their number.

        A look of the future is left out, and `store.left_out` hears of it.
        """
        after = since.key(CHECKS) if since is not None else ""
        there = {key for key in store.keys(CHECKS, after=after) if read_change_key(key)}
        with self._guard:
            read = {key for (key,) in self._db.execute("SELECT key FROM checked_segments WHERE key > ?", (after,))}
        unread = sorted(there - read)
        for key, body in zip(unread, side_by_side(partial(packed, store), unread), strict=True):
            found = lines(store, key, body, Check)
            past = [check for check in found if not clock.to_come(check.at)]
            if early := len(found) - len(past):  # each would be the last look at its address for ever
                store.left_out(ObjectUnreadable(key, f"{early} of {len(found)} lines are from the future", REMEDY))
            self.apply(key, past)
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
        "why": check.why,
        "judged_by": check.judged_by,
        "day": check.day.isoformat() if check.day else None,
        "section": check.section,
    }
