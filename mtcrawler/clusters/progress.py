"""How far the feed was read for clusters: a note in the bucket, so that any machine goes on where another stopped."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from mtcrawler.model.errors import ArgumentError, ObjectUnreadable
from mtcrawler.storage.clusters.cluster import parsed_as
from mtcrawler.storage.clusters.keys import PROGRESS_KEY
from mtcrawler.storage.feed.cursor import Cursor
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out


class _Note(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    cursor: str | None
    window_days: Annotated[int, Field(ge=1)]


class Progress:
    """The cursor of the feed up to which everything is in the clusters; None is the beginning.

    A longer window than before begins anew, because articles were left out that are now in it.
    """

    def __init__(self, store: ObjectStore, window_days: int) -> None:
        self._store, self._window_days = store, window_days
        self._etag: str | None = None
        self.cursor: str | None = None
        try:
            stored = store.get(PROGRESS_KEY)
            if stored is None:
                return
            self._etag = stored.etag
            note = parsed_as(_Note, stored.body, PROGRESS_KEY, stored.etag)
            Cursor.read(note.cursor)
        except ObjectUnreadable as err:
            self._set_aside(err)
        except ArgumentError as err:
            self._set_aside(ObjectUnreadable(PROGRESS_KEY, err.happened, "The window is read anew.", self._etag))
        else:
            self.cursor = note.cursor if note.window_days >= window_days else None

    def keep(self, cursor: str | None) -> None:
        """Note a cursor. Raises StoreError, among them PreconditionFailed where another process noted one."""
        body = _Note(cursor=cursor, window_days=self._window_days).model_dump_json().encode() + b"\n"
        self._etag = self._store.put(PROGRESS_KEY, body, if_absent=self._etag is None, if_etag=self._etag)
        self.cursor = cursor

    def _set_aside(self, err: ObjectUnreadable) -> None:
        leave_out(self._store, err)
        # Where it could not be moved away it is written over.
        head = self._store.head(PROGRESS_KEY)
        self._etag = head.etag if head else None
