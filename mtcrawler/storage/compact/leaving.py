"""Rows of the tables taken out, as their articles were removed on request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.compact.changed_articles import file_of
from mtcrawler.storage.compact.table_manifest import TableEntry, manifest_in
from mtcrawler.storage.layout import TABLES_KEY, read_article_key, table_key
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.export import need_pyarrow

if TYPE_CHECKING:
    from mtcrawler.storage.compact.table_rows import OldRows

PARQUET: Final = "application/vnd.apache.parquet"
TRIES: Final = 5
"""How often a file is written anew that a compaction wrote meanwhile."""
REMEDY: Final = "Run mtcrawler compact, which makes it anew, and remove the article again."


def take_out(store: ObjectStore, keys: Iterable[str]) -> int:
    """Take the rows of the articles under these keys out of the tables; returns how many there were.

    Each file is written over in one step, then the manifest follows, as `Tables` does it. A file that cannot be read
    is told to `store.left_out`. Raises SettingError where there are tables and pyarrow is not installed, and
    StoreError.
    """
    rows, made = 0, dict[str, TableEntry | None]()
    for key, ids in _files(store, keys):
        try:
            rows += _rewrite(store, key, ids, made)
        except ObjectUnreadable as err:
            store.left_out(err)
    if made:
        _note(store, made)
    return rows


def check(store: ObjectStore, keys: Iterable[str]) -> None:
    """Make sure that these can be taken out. Raises SettingError where that needs pyarrow, which is not installed."""
    for _ in _files(store, keys):
        return


def rows_left(store: ObjectStore, keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Which files of the tables have rows of the articles under these keys: the file's key, and the article's id.

    Raises as `take_out` does, and ObjectUnreadable.
    """
    for key, ids in _files(store, keys):
        if (stored := store.get(key)) is not None:
            yield from ((key, name) for name in sorted(_old(key, stored.body).told(ids)))


def _files(store: ObjectStore, keys: Iterable[str]) -> Iterator[tuple[str, set[str]]]:
    """The files that are there and may have rows of these articles, and the ids of those."""
    files: defaultdict[str, set[str]] = defaultdict(set)
    for key in keys:
        if (file := file_of(key)) is not None and (parts := read_article_key(key)) is not None:
            files[table_key(*file)].add(parts.id)
    for key, ids in sorted(files.items()):
        if store.head(key) is not None:
            need_pyarrow("looking for rows in tables/v1/", "as it needs to be read")
            yield key, ids


def _old(key: str, body: bytes) -> OldRows:
    """The rows of a file. Raises ObjectUnreadable."""
    from mtcrawler.storage.compact.table_rows import OldRows  # noqa: PLC0415 - only where pyarrow is installed

    try:
        return OldRows(body)
    except Unreadable as err:
        raise ObjectUnreadable(key, str(err), REMEDY) from err


def _rewrite(store: ObjectStore, key: str, ids: set[str], made: dict[str, TableEntry | None]) -> int:
    """Write a file without these rows, and note what it has then; returns how many there were."""
    from mtcrawler.storage.compact.table_rows import TableWriter  # noqa: PLC0415 - as above

    for _ in range(TRIES):
        if (stored := store.get(key)) is None:
            return 0
        old = _old(key, stored.body)
        try:
            if not (found := old.told(ids)):
                return 0
            writer = TableWriter()
            for table in old.without(ids):
                writer.add(table)
        except Unreadable as err:
            raise ObjectUnreadable(key, str(err), REMEDY) from err
        body = writer.close()
        try:
            if writer.rows:
                etag = store.put(key, body, content_type=PARQUET, if_etag=stored.etag)
                made[key] = TableEntry(key=key, rows=writer.rows, bytes=len(body), etag=etag, made_at=clock.now())
            else:
                store.delete(key, if_etag=stored.etag)
                made[key] = None
        except PreconditionFailed:
            continue
        return len(found)
    raise StoreError(f"taking rows out of {key}", "compactions keep writing it", "Let one at a time run.")


def _note(store: ObjectStore, made: dict[str, TableEntry | None]) -> None:
    """Have the manifest say what the files have now."""
    for _ in range(TRIES):
        found = manifest_in(store)
        if found.manifest is None:  # the next compaction makes all of it anew
            return
        entries = {entry.key: entry for entry in found.manifest.files}
        for key, entry in made.items():
            if entry is not None:
                entries[key] = entry
            else:
                entries.pop(key, None)
        files = [entries[key] for key in sorted(entries)]
        articles = sum(entry.rows for entry in files)
        now = found.manifest.model_copy(update={"files": files, "articles": articles})
        try:
            store.put(TABLES_KEY, now.model_dump_json(indent=1).encode() + b"\n", if_etag=found.etag)
        except PreconditionFailed:
            continue
        return
    raise StoreError("noting what the tables have", "compactions keep writing them", "Let one at a time run.")
