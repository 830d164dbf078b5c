"""What we know to be stored: the change feed as a local table, which may be deleted at any time."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mtcrawler.model import clock
from mtcrawler.model.article import Article
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.cursor import hash_of, in_full, name_of
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.feed.segments import read_lines
from mtcrawler.storage.index.check_log import CheckLog
from mtcrawler.storage.index.index_schema import opened
from mtcrawler.storage.index.indexed_article import REMOVED, IndexedArticle, indexed
from mtcrawler.storage.index.listing import ListedFrom
from mtcrawler.storage.layout import CHANGES, ChangeKey, read_change_key
from mtcrawler.storage.port import ObjectStore

_COLUMNS: Final = (
    "id, state, canonical_url, site, key, revision, content_hash, substance, published_at, at, duplicate_of, etag, "
    "last_modified, fetched_at, cluster_id, signature, url"
)
# The later revision wins, whatever order the segments of several writers are read in; a duplicate or a gone article
# never hides a stored one's key.
_STORED: Final = f"""
INSERT INTO articles ({_COLUMNS}) VALUES (?, 'stored', ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = 'stored', key = excluded.key, revision = excluded.revision,
    content_hash = excluded.content_hash, substance = excluded.substance, published_at = excluded.published_at,
    at = excluded.at, duplicate_of = NULL, etag = excluded.etag, last_modified = excluded.last_modified,
    fetched_at = excluded.fetched_at, cluster_id = excluded.cluster_id, signature = excluded.signature,
    url = excluded.url
WHERE articles.state != '{REMOVED}' AND (excluded.revision > articles.revision
    OR (excluded.revision = articles.revision AND excluded.at > articles.at))
"""  # noqa: S608 - the column names are ours
_OTHER: Final = f"""
INSERT INTO articles ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, key = excluded.key, content_hash = excluded.content_hash,
    substance = excluded.substance, at = excluded.at, duplicate_of = excluded.duplicate_of
WHERE articles.revision = 0 AND articles.state != '{REMOVED}' AND excluded.at > articles.at
"""  # noqa: S608 - the column names are ours
# Whatever the feed tells before it or after it.
_REMOVE: Final = f"""
INSERT OR REPLACE INTO articles (id, state, canonical_url, site, key, revision, content_hash, at, duplicate_of)
VALUES (?, '{REMOVED}', ?, ?, ?, 0, ?, ?, ?)
"""  # noqa: S608 - the column names are ours
_STATE: Final = "UPDATE articles SET state = ?, at = ? WHERE id = ? AND revision > 0 AND ? > at"


class ArticleIndex:
    """The feed as a table, by id and by content; safe for threads and for several processes on one file.

    `note` is for what this run has just told and the bucket does not yet have: kept in memory until the segment with
    it is written (`apply`), so that nothing on disk is known before it is in the bucket.
    """

    def __init__(self, path: Path) -> None:
        self._guard = threading.RLock()
        self._noted: dict[str, IndexedArticle] = {}
        self._noted_content: dict[tuple[str, str], str] = {}  # by site and content hash
        self._db = opened(path)
        self.checks = CheckLog(self._db, self._guard)

    def close(self) -> None:
        """Close the table."""
        with self._guard:
            self._db.close()

    def get(self, article_id: str) -> IndexedArticle | None:
        """What is known of this article."""
        with self._guard:
            return self._noted.get(article_id) or self._row("id = ?", article_id)

    def by_content(self, site: str, content_hash: str) -> IndexedArticle | None:
        """The stored article of this site that has this content now; of several the one with the smallest id."""
        with self._guard:
            noted = self._noted_content.get((site, content_hash))
            if noted:
                return self._noted[noted]
            found = self._row(
                "content_hash = ? AND site = ? AND duplicate_of IS NULL AND revision > 0", content_hash, site
            )
            return None if found is None or found.id in self._noted else found

    def bars(self, article: Article, first_id: str | None = None) -> bool:
        """Whether an article may not be stored: it was taken out on request, or the one that it duplicates was, or one
        of its site with the same content.
        """
        known = [self.get(one) for one in (article.id, first_id) if one is not None]
        where = f"content_hash = ? AND duplicate_of IS NULL AND state = '{REMOVED}' AND site = ?"
        with self._guard:
            return any(one is not None and one.removed for one in known) or (
                bool(article.text) and self._row(where, article.content_hash, article.site) is not None
            )

    def removed(self) -> Iterator[IndexedArticle]:
        """Every address that was taken out on request, those of other forms of an article included."""
        query = f"SELECT {_COLUMNS} FROM articles WHERE state = ? ORDER BY id"  # noqa: S608 - our own words
        with self._guard:
            rows = self._db.execute(query, (REMOVED,)).fetchall()
        yield from (IndexedArticle(*row) for row in rows)

    def same_as(self, article_id: str) -> list[IndexedArticle]:
        """The addresses that lead to an article and have none of their own, as the feed tells."""
        query = f"SELECT {_COLUMNS} FROM articles WHERE duplicate_of = ? AND revision = 0"  # noqa: S608 - our own words
        with self._guard:
            return [IndexedArticle(*row) for row in self._db.execute(query, (article_id,)).fetchall()]

    def beginning(self, text: str) -> list[IndexedArticle]:
        """What the feed tells of articles whose ids begin so: two at most, as more than one is too many."""
        query = f"SELECT {_COLUMNS} FROM articles WHERE id >= ? AND id < ? LIMIT 2"  # noqa: S608 - our own words
        with self._guard:
            return [IndexedArticle(*row) for row in self._db.execute(query, (text, f"{text}g")).fetchall()]

    def count(self) -> int:
        """How many stored articles the feed has told of so far."""
        with self._guard:
            (number,) = self._db.execute("SELECT count(*) FROM articles WHERE revision > 0").fetchone()
            return int(number)

    def last_stored(self, site: str) -> datetime | None:
        """When an article of this site that is new or revised was last fetched; None where there never was one.

        That it was taken away later, which moves its line's time, changes nothing.
        """
        query = "SELECT max(coalesce(fetched_at, at)) FROM articles WHERE site = ? AND revision > 0"
        with self._guard:
            (last,) = self._db.execute(query, (site,)).fetchone()
            noted = [one.fetched_at or one.at for one in self._noted.values() if one.stored and one.site == site]
        return max(map(datetime.fromisoformat, [*noted, *([last] if last else [])]), default=None)

    def signed(self, site: str) -> Iterator[tuple[str, str]]:
        """Id and signature of every stored article of a site that has a signature, earliest stored first."""
        query = "SELECT id, signature FROM articles WHERE site = ? AND signature NOT NULL AND revision > 0 ORDER BY at"
        with self._guard:
            rows = self._db.execute(query, (site,)).fetchall()
        yield from rows

    def of_site(self, site: str) -> Iterator[IndexedArticle]:
        """Every stored article of a site that is not gone."""
        query = f"SELECT {_COLUMNS} FROM articles WHERE site = ? AND state = 'stored'"  # noqa: S608 - our own words
        with self._guard:
            rows = self._db.execute(query, (site,)).fetchall()
        yield from (self._noted.get(row[0]) or IndexedArticle(*row) for row in rows)

    def stored(self) -> Iterator[IndexedArticle]:
        """Every stored article the bucket's feed tells of, a thousand at a time."""
        last = ""
        query = f"SELECT {_COLUMNS} FROM articles WHERE id > ? AND revision > 0 ORDER BY id LIMIT 1000"  # noqa: S608
        while True:
            with self._guard:
                rows = self._db.execute(query, (last,)).fetchall()
            if not rows:
                return
            yield from (IndexedArticle(*row) for row in rows)
            last = rows[-1][0]

    def segments(self) -> int:
        """How many segments of the feed and of the checks have been read."""
        query = "SELECT (SELECT count(*) FROM segments) + (SELECT count(*) FROM checked_segments)"
        with self._guard:
            (number,) = self._db.execute(query).fetchone()
        return int(number)

    def copy_to(self, path: Path) -> None:
        """Everything on disk here, as one compact file."""
        with self._guard:
            self._db.execute("VACUUM INTO ?", (str(path),))

    def note(self, change: Change) -> None:
        """Know a change that the bucket's feed does not have yet."""
        with self._guard:
            article = indexed(change)
            before = self.get(change.id)
            if before and before.removed:
                return
            if before and before.stored and not article.stored:
                if article.state == "gone":
                    self._noted[change.id] = replace(before, state="gone", at=article.at)
                return
            if before and before.content_hash:
                self._noted_content.pop((before.site, before.content_hash), None)
            self._noted[change.id] = article
            if article.stored and change.content_hash:
                self._noted_content[article.site, change.content_hash] = change.id

    def apply(self, segment: str, changes: Iterable[Change]) -> None:
        """Know what a segment of the feed tells; a segment counts once."""
        with self._guard, self._db:
            self._db.execute("BEGIN IMMEDIATE")
            if self._db.execute("INSERT OR IGNORE INTO segments VALUES (?)", (segment,)).rowcount == 0:
                return
            for change in changes:
                self._write(change)
                noted = self._noted.get(change.id)
                if noted and (change.change == REMOVED or noted.at <= change.at.isoformat()):
                    del self._noted[change.id]
                    content = (noted.site, noted.content_hash or "")
                    if self._noted_content.get(content) == change.id:
                        del self._noted_content[content]

    def refresh(self, store: ObjectStore, *, latest: bool = False) -> int:
        """Read the segments that are new since last time; returns their number. With `latest` those of runs that began
        long ago may be left for later, an hour at most: no visit lists all that others ever wrote.

        One that cannot be read is named and counts as read, so that no later run meets it again: what it told of is
        told again once those articles are met. Where a segment that was read is no longer in the bucket, this is
        another bucket's memory: it starts afresh.
        """
        begun = clock.now()
        since = ListedFrom.after(self._listed_at(), begun) if latest else None
        after, day = (since.key(CHANGES), since.day(CHANGES)) if since is not None else ("", "")
        with self._guard:
            rows = self._db.execute("SELECT key FROM segments WHERE key >= ?", (day,)).fetchall()
        known = {found: key for (key,) in rows if (found := read_change_key(key))}
        read = set(known)
        segments = FeedSegments(store)
        there = segments.listed(_hashes(read), after)
        had = read if since is None else {found for found, key in known.items() if key > after}
        if any(key not in there and key.date not in segments.unchanged for key in had):
            if since is not None:
                return self.refresh(store)
            with self._guard, self._db:
                self._db.execute("DELETE FROM segments")
                self._db.execute("DELETE FROM articles")
            read, there = set(), segments.listed()
        unread = there - read
        for key, found_in, whole in segments.read(unread):
            changes, wrong = read_lines(found_in, whole, Change)
            if wrong is not None:
                store.left_out(wrong)
            self.apply(in_full(key), changes)
        number = len(unread) + self.checks.refresh(store, since)
        if since is None:
            with self._guard:
                self._db.execute(f"PRAGMA application_id = {int(begun.timestamp()) // 60}")
        return number

    def _listed_at(self) -> datetime | None:
        """When all segments were last listed, which the file's header says; None where they never were."""
        with self._guard:
            (minutes,) = self._db.execute("PRAGMA application_id").fetchone()
        return datetime.fromtimestamp(minutes * 60, UTC) if minutes > 0 else None

    def _row(self, where: str, *values: str) -> IndexedArticle | None:
        query = f"SELECT {_COLUMNS} FROM articles WHERE {where} ORDER BY id LIMIT 1"  # noqa: S608 - our own words
        row = self._db.execute(query, values).fetchone()
        return IndexedArticle(*row) if row else None

    def _write(self, change: Change) -> None:
        a = indexed(change)
        if a.removed:
            told = (a.id, a.canonical_url, a.site, a.key, a.content_hash, a.at, a.duplicate_of)
            self._db.execute(_REMOVE, told)
            self._db.execute("DELETE FROM checks WHERE id = ?", (a.id,))
            return
        last = (a.etag, a.last_modified, a.fetched_at, a.cluster_id, a.signature, a.url)
        if a.stored:
            values = (a.canonical_url, a.site, a.key, a.revision, a.content_hash, a.substance, a.published_at, a.at)
            self._db.execute(_STORED, (a.id, *values, *last))
            return
        others = (a.state, a.canonical_url, a.site, a.key, a.content_hash, a.substance, a.published_at, a.at)
        self._db.execute(_OTHER, (a.id, *others, a.duplicate_of, *last))
        if a.state == "gone":
            self._db.execute(_STATE, ("gone", a.at, a.id, a.at))


def _hashes(read: Iterable[ChangeKey]) -> dict[str, str]:
    """Days with the hash of the names of all segments that were read."""
    days: dict[str, list[str]] = {}
    for key in read:
        days.setdefault(key.date, []).append(name_of(key))
    return {day: hash_of(names) for day, names in days.items()}
