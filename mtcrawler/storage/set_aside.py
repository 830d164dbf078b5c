"""Moving an object that cannot be read out of the way."""

from __future__ import annotations

from contextlib import suppress

from mtcrawler.model.errors import ObjectUnreadable, StoreError
from mtcrawler.storage.layout import SET_ASIDE
from mtcrawler.storage.port import ObjectStore


def leave_out(store: ObjectStore, err: ObjectUnreadable) -> None:
    """Record an unreadable object in `store.left_out` and move it (`move_aside`); if the bucket refuses, it stays and
    is met again.
    """
    store.left_out(err)
    with suppress(StoreError):
        move_aside(store, err)


def move_aside(store: ObjectStore, err: ObjectUnreadable) -> None:
    """Move an unreadable object to `set-aside/v1/<key>`. Raises StoreError.

    Only the bytes that were read are moved (`err.etag`): what was written there meanwhile stays, and PreconditionFailed
    is raised.
    """
    store.copy(err.key, f"{SET_ASIDE}{err.key}", if_etag=err.etag)
    store.delete(err.key, if_etag=err.etag)
