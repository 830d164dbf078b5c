"""Rows for the index from `tables/v1/`, where `mtcrawler compact` keeps it: many times as quick as reading articles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from mtcrawler.browse.index.database import Database
from mtcrawler.browse.index.rows import COLUMNS, Row, row_of_table
from mtcrawler.model.errors import ArgumentError, ObjectUnreadable, SettingError, StoreError
from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.compact.table_manifest import TableManifest, manifest_in
from mtcrawler.storage.feed.consumer import Changes
from mtcrawler.storage.layout import TABLES
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.export import need_pyarrow

AT_ONCE: Final = 500
"""Rows between two commits."""
REMEDY: Final = "`mtcrawler compact` makes it anew; until then its articles are read one by one."


@dataclass(slots=True)
class TableSource:
    """The tables of a bucket; what of them cannot be read is named in `store.left_out`, and its articles are not lost:
    `to_read` says which articles are to be read from their own objects.
    """

    store: ObjectStore
    manifest: TableManifest
    lost: bool = False

    def rows(self, db: Database) -> Iterator[tuple[list[Row], int, int]]:
        """Rows, a few hundred at a time, with how many there were so far and how many there are in all."""
        done, total = 0, self.manifest.articles
        for entry in sorted(self.manifest.files, key=lambda entry: entry.key, reverse=True):
            try:
                for rows in self._rows_of(entry.key):
                    done += len(rows)
                    yield rows, done, total
            except ObjectUnreadable as err:
                self.store.left_out(err)
                self.lost = True

    def to_read(self) -> Iterator[str]:
        """The keys of articles that are not in these rows, or not as they are now. Raises StoreError."""
        yield from self.manifest.unread
        since = None if self.lost else self.manifest.cursor
        yield from (change.key for change in Changes(self.store, since) if change.key is not None)

    def _rows_of(self, key: str) -> Iterator[list[Row]]:
        from mtcrawler.storage.compact.table_rows import OldRows  # noqa: PLC0415 - only where pyarrow is installed

        stored = self.store.get(key) if key.startswith(TABLES) else None
        if stored is None:
            raise ObjectUnreadable(key, "it is not there", REMEDY)
        try:
            file = OldRows(stored.body)
            for table in file.groups(COLUMNS):
                for batch in table.to_batches(max_chunksize=AT_ONCE):
                    yield list(self._made(key, batch.to_pylist()))
        except Unreadable as err:
            raise ObjectUnreadable(key, str(err), REMEDY) from err

    def _made(self, key: str, found: list[dict[str, Any]]) -> Iterator[Row]:
        for one in found:
            try:
                yield row_of_table(one)
            except (StoreError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as err:
                self.store.left_out(ObjectUnreadable(key, f"a row is no article's ({err})", REMEDY))
                self.lost = True


def source(store: ObjectStore) -> TableSource | None:
    """The tables, where they are there and can be read; else None. Raises StoreError."""
    try:
        need_pyarrow("reading tables", "or let articles be read one by one")
    except SettingError:
        return None
    manifest = manifest_in(store).manifest
    if manifest is None:
        return None
    try:
        Changes(store, manifest.cursor)
    except ArgumentError:  # a cursor that is none
        return None
    return TableSource(store, manifest)
