"""The current articles as Parquet (`tables/v1/`): only files with articles that changed are made anew."""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from mtcrawler.model import clock
from mtcrawler.model.article import SCHEMA_VERSION
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.compact.changed_articles import ChangedArticles, TableFile, Told, file_of
from mtcrawler.storage.compact.leaving import take_out
from mtcrawler.storage.compact.table_manifest import MOST_UNREAD, TableEntry, TableManifest, manifest_in, manifest_of
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.feed.removals import Removals
from mtcrawler.storage.layout import TABLES_KEY, read_article_key, table_key
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.export import need_pyarrow, pieces

if TYPE_CHECKING:
    from mtcrawler.storage.compact.table_rows import OldRows

PARQUET: Final = "application/vnd.apache.parquet"
TRIES: Final = 5
"""How often files are made anew that another compaction wrote at the same time."""
REMEDY: Final = "It is made anew from the beginning of the feed."

_Value = TypeVar("_Value")


@dataclass(slots=True)
class TableCounts:
    """What was made, or with a dry run would be: articles read, files written, and articles in all files; `missing`
    are articles of which the feed tells and that are not there.
    """

    read: int = 0
    files: int = 0
    articles: int = 0
    missing: int = 0


class Tables:
    """The tables of one bucket.

    Each file is written over in one step, and only while it is the one that its rows were taken from; the manifest
    follows when all files are there. So whoever lists the files finds each article once, and a run that was killed, or
    met another, leaves nothing that the next does not put right. An article that cannot be read keeps the row it had,
    and is tried again the next time; `store.left_out` is told. `workers` is as for `export`.
    """

    def __init__(
        self,
        store: ObjectStore,
        *,
        workers: int | None = None,
        told: Callable[[int], None] = lambda count: None,
    ) -> None:
        need_pyarrow("making tables", "or use --feed-only")
        from mtcrawler.storage.compact.table_rows import COLUMNS  # noqa: PLC0415 - only where pyarrow is installed

        self._store, self._told, self._columns = store, told, COLUMNS
        self._workers = os.cpu_count() or 1 if workers is None else workers
        self._counts = TableCounts()
        self._entries: dict[str, TableEntry] = {}
        self._emptied: set[str] = set()
        self._unread: set[str] = set()
        self._whole = False

    def make(self, *, dry_run: bool = False) -> TableCounts:
        """Bring the tables up to the end of the feed. Raises StoreError."""
        found, removals = manifest_in(self._store), Removals(self._store, clock.now())
        known = found.manifest if found.manifest and found.manifest.columns == self._columns else None
        self._entries = {entry.key: entry for entry in known.files} if known else {}
        self._whole = known is None
        with tempfile.TemporaryDirectory() as folder, closing(ChangedArticles(Path(folder))) as changed:
            changes = Changes(self._store, known.cursor if known else None)
            for change in changes:
                changed.add(change)
            for key in known.unread if known else []:
                changed.look_again(key)
            files = changed.files()
            if dry_run:
                self._counts.read = sum(len(changed.of(file)) for file in files)
                self._counts.files = len(files)
                self._counts.articles = known.articles if known else 0
                return self._counts
            lost = self._make(changed, files) if files else []
            if lost:
                self._make_whole(changed, lost)
        self._finish(known, changes.cursor, found.etag)
        # What is removed while this goes on may have been read before it was.
        take_out(self._store, [one.key for _, changes in removals.news() for one in changes if one.key])
        return self._counts

    def _make_whole(self, changed: ChangedArticles, files: list[TableFile]) -> None:
        """Make files anew of which nothing is left to go on from."""
        wanted = set(files)
        changed.forget()
        for change in Changes(self._store, None):
            if change.key is not None and file_of(change.key) in wanted:
                changed.add(change)
        self._whole = True
        self._make(changed, changed.files())

    def _make(self, changed: ChangedArticles, files: list[TableFile]) -> list[TableFile]:
        """Make these files; returns those whose former rows are lost, so that the whole feed is needed for them."""
        lost: list[TableFile] = []
        for _ in range(TRIES):
            # What lies there is asked before any article is read: then what another wrote meanwhile is noticed.
            etags = {file: head.etag if (head := self._store.head(table_key(*file))) else None for file in files}
            files = []
            for file, read, unread in self._read(changed, list(etags)):
                try:
                    if not self._file(file, changed.of(file), read, unread, etags[file]):
                        lost.append(file)
                except PreconditionFailed:
                    files.append(file)
            if not files:
                return lost
        raise StoreError("making tables", "other compactions keep writing them", "Let one at a time run.")

    def _read(
        self, changed: ChangedArticles, files: list[TableFile]
    ) -> Iterator[tuple[TableFile, list[Any], set[str]]]:
        """File by file in their order: the rows of its articles, and the keys of those that cannot be read."""
        from mtcrawler.storage.compact.table_rows import by_file  # noqa: PLC0415 - as above

        left = deque(files)
        rows: dict[TableFile, list[Any]] = defaultdict(list)
        unread: dict[TableFile, set[str]] = defaultdict(set)
        for piece in pieces(self._store.location, changed.keys(files), "parquet", self._workers):
            for file, table in by_file(piece.body):
                rows[file].append(table)
            for err in piece.left_out:
                self._store.left_out(err)
                if (where := file_of(err.key)) is not None:
                    unread[where].add(err.key)
            self._counts.read += piece.articles
            self._told(piece.articles)
            # What had no room in this piece comes with the next, and may be of any file that this one has.
            while not piece.rest and left and max([*rows, *unread], default=left[0]) > left[0]:
                file = left.popleft()
                yield file, rows.pop(file, []), unread.pop(file, set())
        for file in left:
            yield file, rows.pop(file, []), unread.pop(file, set())

    def _file(
        self, file: TableFile, changed: dict[str, Told], read: list[Any], unread: set[str], etag: str | None
    ) -> bool:
        """Write one file; false where it should go on from rows that are not there. Raises PreconditionFailed."""
        from mtcrawler.storage.compact.table_rows import TableWriter, rows_of  # noqa: PLC0415 - as above

        key = table_key(*file)
        old = None
        if not self._whole:
            old = self._old(key, etag)
            if old is None and key in self._entries:
                return False
        told, kept = _by_id(changed), set(_by_id(dict.fromkeys(unread)))
        awaited = sum(name not in kept and not one.removed for name, one in told.items())
        writer = TableWriter()
        try:
            if old is not None:
                stands = old.told(set(told))
                if not read and not stands.keys() - kept:  # nothing that is in the file, or comes to it
                    self._unread |= unread
                    self._counts.missing += awaited
                    return True
                for one, before in stands.items():
                    if not told[one].removed and (not told[one].told or before.at > told[one].at):
                        told[one] = before
                for table in old.without(set(told) - kept):
                    writer.add(table)
        except Unreadable as err:
            self._store.left_out(ObjectUnreadable(key, str(err), REMEDY))
            return False
        for rows in (rows_of(one, told) for one in read):
            writer.add(rows)
            awaited -= rows.num_rows
        self._counts.missing += awaited
        self._put(key, writer.close(), writer.rows, etag)
        self._unread |= unread
        return True

    def _old(self, key: str, etag: str | None) -> OldRows | None:
        """The rows that lie there; None where there are none. Raises PreconditionFailed."""
        from mtcrawler.storage.compact.table_rows import OldRows  # noqa: PLC0415 - as above

        if etag is None:
            return None
        try:
            stored = self._store.get(key)
            if stored is None or stored.etag != etag:
                raise PreconditionFailed.of(f"reading {key}")
            return OldRows(stored.body)
        except Unreadable as err:
            self._store.left_out(ObjectUnreadable(key, str(err), REMEDY))
        except ObjectUnreadable as err:
            self._store.left_out(err)
        return None

    def _put(self, key: str, body: bytes, rows: int, etag: str | None) -> None:
        if rows:
            etag = self._store.put(key, body, content_type=PARQUET, if_absent=etag is None, if_etag=etag)
            self._entries[key] = TableEntry(key=key, rows=rows, bytes=len(body), etag=etag, made_at=clock.now())
            self._counts.files += 1
            return
        if etag is not None:
            self._store.delete(key, if_etag=etag)
        self._entries.pop(key, None)
        self._emptied.add(key)

    def _finish(self, known: TableManifest | None, cursor: str, etag: str | None) -> None:
        """Write the manifest, unless nothing has changed. One that another compaction wrote meanwhile keeps its
        cursor: what that one had not read is read again.
        """
        unread = sorted(self._unread)
        if len(unread) > MOST_UNREAD:
            raise StoreError(
                "making tables",
                f"{len(unread)} articles cannot be read",
                "Run mtcrawler verify --repair, then this again.",
            )
        for _ in range(TRIES):
            self._counts.articles = sum(entry.rows for entry in self._entries.values())
            if known and (known.cursor, sorted(known.unread), known.files) == (cursor, unread, self._sorted()):
                return
            made = manifest_of(
                self._entries,
                schema_version=SCHEMA_VERSION,
                columns=self._columns,
                cursor=cursor,
                at=clock.now(),
                unread=unread,
            )
            body = made.model_dump_json(indent=1).encode() + b"\n"
            try:
                self._store.put(TABLES_KEY, body, if_absent=etag is None, if_etag=etag)
            except PreconditionFailed:
                (other, etag) = manifest_in(self._store)
                if other is not None and other.columns == self._columns:
                    ours = self._entries
                    self._entries = {entry.key: entry for entry in other.files if entry.key not in self._emptied} | ours
                    cursor, unread = other.cursor, sorted({*unread, *other.unread})
                continue
            return
        raise StoreError("making tables", "other compactions keep writing them", "Let one at a time run.")

    def _sorted(self) -> list[TableEntry]:
        return [self._entries[key] for key in sorted(self._entries)]


def _by_id(found: Mapping[str, _Value]) -> dict[str, _Value]:
    """By id what is given by key."""
    return {parts.id: value for key, value in found.items() if (parts := read_article_key(key))}
