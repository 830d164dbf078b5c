"""Notes that the crawler keeps in the bucket for its next run: small, and no part of the contract."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from pydantic import ValidationError

from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.security.untrusted import Unreadable, bounded
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.limits import NOTE_VALUES
from mtcrawler.storage.port import ObjectStore, Stored
from mtcrawler.storage.set_aside import leave_out

logger = logging.getLogger(__name__)
Note = TypeVar("Note")

TRIES = 8
"""Times to write over what other crawlers write at the same moment."""


def recall(store: ObjectStore, key: str, *, writes: bool = True) -> Stored | None:
    """What was kept, or None where nothing was, or nothing that can be read; raises StoreError.

    What cannot be read is named, and set aside unless nothing may be written.
    """
    return _kept(store, key, writes=writes)


def recall_as(
    read: Callable[[bytes], Note], store: ObjectStore, key: str, remedy: str, *, writes: bool = True
) -> Note | None:
    """What `read` makes of what was kept; None where nothing was, or it could not be fetched or read.

    `read` raises ValidationError for what is none; that is named with the remedy, and set aside as `recall` does.
    """
    try:
        stored = recall(store, key, writes=writes)
    except StoreError as err:
        logger.warning("%s", err)
        return None
    try:
        return read(stored.body) if stored is not None else None
    except ValidationError as err:
        _leave_out(store, ObjectUnreadable(key, fault(err), remedy, stored.etag if stored else None), writes=writes)
        return None


def keep(store: ObjectStore, key: str, change: Callable[[bytes | None], bytes]) -> None:
    """Writes what `change` makes of what is there, without losing what another crawler wrote; raises StoreError."""
    for attempt in range(TRIES):
        stored = _kept(store, key)
        body = change(stored.body if stored else None)
        try:
            store.put(key, body, if_absent=stored is None, if_etag=stored.etag if stored else None)
        except PreconditionFailed:
            if attempt == TRIES - 1:
                raise
            time.sleep(0.02 * attempt)
        else:
            return


def _kept(store: ObjectStore, key: str, *, writes: bool = True) -> Stored | None:
    try:
        stored = store.get(key)
        if stored is not None:
            try:
                bounded(stored.body, NOTE_VALUES)
            except Unreadable as err:
                raise ObjectUnreadable(key, str(err), "It is written anew.", stored.etag) from err
    except ObjectUnreadable as err:
        _leave_out(store, err, writes=writes)
        return None
    return stored


def _leave_out(store: ObjectStore, err: ObjectUnreadable, *, writes: bool) -> None:
    if writes:
        leave_out(store, err)
    else:
        store.left_out(err)
