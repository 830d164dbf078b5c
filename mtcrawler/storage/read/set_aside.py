"""An object that cannot be read, moved away by hand: it is kept under `set-aside/v1/`, and its key is free again."""

from __future__ import annotations

from contextlib import suppress
from typing import Final, NamedTuple

from mtcrawler.model.errors import ArgumentError, ObjectUnreadable, PreconditionFailed
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.merged import merged_at
from mtcrawler.storage.feed.removals import all_told
from mtcrawler.storage.feed.segments import read
from mtcrawler.storage.index.check_log import Check
from mtcrawler.storage.layout import (
    ARTICLES,
    CHANGES,
    CHECKS,
    REVISIONS,
    SET_ASIDE,
    covered,
    read_article_key,
    read_change_key,
    read_manifest_key,
    revision_key,
)
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.manifests import manifest
from mtcrawler.storage.read.stored import last_revision, parse
from mtcrawler.storage.set_aside import move_aside

AGAIN: Final = "See mtcrawler verify for keys that cannot be read."


class Moved(NamedTuple):
    """What was moved, where it lies now, and the number of the revision that was put in its place, if any."""

    key: str
    to: str
    restored: int | None


def set_aside(store: ObjectStore, key: str) -> Moved:
    """Move an article, a revision, a segment or a manifest that cannot be read; an article whose revisions can be read
    is restored from the last of them, any other is fetched again after `mtcrawler verify --repair`.

    Raises ArgumentError where nothing lies under the key, it can be read, or its article was removed; StoreError where
    it cannot be moved.
    """
    if not key or {"", ".", ".."} & set(key.split("/")):  # S3 servers refuse such a key, or read it as another
        raise ArgumentError(f"setting {key} aside", "it is no key of an object", AGAIN)
    _refuse_removed(store, key)
    wrong = fault_of(store, key)
    if wrong is None:
        raise ArgumentError(f"setting {key} aside", "it can be read, so it stays", AGAIN)
    move_aside(store, wrong)
    number = restored(store, key)
    _refuse_removed(store, key)
    return Moved(key, SET_ASIDE + key, number)


def _refuse_removed(store: ObjectStore, key: str) -> None:
    """Delete what lies there of an article that was removed, before this or meanwhile. Raises ArgumentError of one."""
    parts = read_article_key(key)
    if parts is not None and parts.id in all_told(store):
        for place in (key, SET_ASIDE + key):
            store.delete(place)
        raise ArgumentError(f"setting {key} aside", "its article was removed, so it is deleted", AGAIN)


def fault_of(store: ObjectStore, key: str) -> ObjectUnreadable | None:
    """Why an object cannot be read; None where it can. Raises ArgumentError where there is none, or StoreError."""
    try:
        stored = store.get(key)
        if stored is None:
            raise ArgumentError(f"setting {key} aside", "there is no such object", AGAIN)
        try:
            _read(store, key, stored.body)
        except ObjectUnreadable as err:
            return ObjectUnreadable(key, err.happened, err.remedy, stored.etag)
    except ObjectUnreadable as err:  # larger than its kind may be
        return err
    return None


def _read(store: ObjectStore, key: str, body: bytes) -> None:
    """Read an object as what its key says it is. Raises ObjectUnreadable, or another StoreError."""
    if key.startswith((ARTICLES, REVISIONS)):
        found = parse(body, key, lenient=True)
        if key.startswith(REVISIONS) and key != revision_key(found.site, found.id, found.revision, found.content_hash):
            raise ObjectUnreadable(key, "it is another revision than its key says")
    elif key.startswith((CHANGES, CHECKS)):
        lines, wrong = read(key, body, Change) if key.startswith(CHANGES) else read(key, body, Check)
        if wrong is not None:
            raise wrong
        name = read_change_key(key)
        held = merged_at(store, name) if name is not None and covered(name) else None
        if held is not None and len(lines) != held.lines:
            raise ObjectUnreadable(key, f"it has {len(lines)} lines and should have {held.lines}")
    elif read_manifest_key(key):
        manifest(body, key)


def restored(store: ObjectStore, key: str, official: str | None = None) -> int | None:
    """Put the last revision where an article was; its number, or None where there is none to be sure of.

    `official` is the content hash of that revision, as far as it is known.
    """
    parts = read_article_key(key)
    body = last_revision(store, parts.site, parts.id, official) if parts else None
    if body is None:
        return None
    with suppress(PreconditionFailed):  # a crawl was faster
        store.put(key, body, if_absent=True)
        return parse(body, key, lenient=True).revision
    return None
