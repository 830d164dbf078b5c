"""What the tables are made of: `tables/v1/articles.json`, written after the files that it names."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable, bounded
from mtcrawler.storage.feed.changes import Moment
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.layout import TABLES_KEY
from mtcrawler.storage.limits import NOTE_VALUES
from mtcrawler.storage.port import ObjectStore

MOST_UNREAD: Final = 10_000
"""Articles that could not be read and are tried again the next time."""
REMEDY: Final = "The tables are made anew from the beginning."

_Count = Annotated[int, Field(ge=0, le=2**53)]


class TableEntry(BaseModel):
    """A file of the tables: its key, how many articles and bytes it has, the etag under which it was written, and when
    that was.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: str
    rows: _Count
    bytes: _Count
    etag: str
    made_at: Moment


class TableManifest(BaseModel):
    """The tables as a whole: `columns` is the SHA-256 of their schema, `cursor` says how much of the feed is in them,
    `unread` names articles of that part which could not be read.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    schema_version: str
    columns: str
    cursor: str
    made_at: Moment
    articles: _Count
    files: list[TableEntry]
    unread: list[str] = []


class FoundManifest(NamedTuple):
    """The manifest, and the etag to write over it; None for what is not there, or cannot be read."""

    manifest: TableManifest | None
    etag: str | None


def manifest_in(store: ObjectStore) -> FoundManifest:
    """The manifest as it lies there. One that cannot be read is named in `store.left_out`. Raises StoreError."""
    etag = None
    try:
        stored = store.get(TABLES_KEY)
        if stored is None:
            return FoundManifest(None, None)
        etag = stored.etag
        try:
            return FoundManifest(TableManifest.model_validate_json(bounded(stored.body, NOTE_VALUES)), etag)
        except Unreadable as err:
            raise ObjectUnreadable(TABLES_KEY, str(err), REMEDY, etag) from err
        except ValidationError as err:
            raise ObjectUnreadable(TABLES_KEY, fault(err), REMEDY, etag) from err
    except ObjectUnreadable as err:
        store.left_out(err)
        return FoundManifest(None, etag or err.etag)


def manifest_of(
    entries: dict[str, TableEntry], *, schema_version: str, columns: str, cursor: str, at: datetime, unread: list[str]
) -> TableManifest:
    """The manifest of these files."""
    files = [entries[key] for key in sorted(entries)]
    return TableManifest(
        schema_version=schema_version,
        columns=columns,
        cursor=cursor,
        made_at=at,
        articles=sum(entry.rows for entry in files),
        files=files,
        unread=unread,
    )
