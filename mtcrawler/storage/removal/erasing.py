"""An article's own objects, deleted: the article, its revisions, and what of it was set aside."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from typing import Final

from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.layout import (
    ARTICLES,
    CHANGES,
    CHECKS,
    REVISIONS,
    SET_ASIDE,
    article_key,
    date_of,
    is_identity,
    read_article_key,
    revision_folder,
)
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.stored import first_revisions
from mtcrawler.storage.removal.redaction import ids_in

THREADS: Final = 8
_OTHERS: Final = (ARTICLES, REVISIONS, CHANGES, CHECKS)


def objects_of(store: ObjectStore, site: str, article_id: str, key: str | None = None) -> Iterator[str]:
    """The keys of what lies there of an article. `key` is where the feed says that it lies; without one its revisions
    say so. Raises StoreError.
    """
    if not is_identity(site, article_id):
        return
    parts = read_article_key(key) if key else None
    places = {key} if key and parts and parts.id == article_id else set()
    places |= {article_key(site, date_of(one), article_id) for one in first_revisions(store, site, article_id)}
    for place in sorted(places):
        if store.head(place) is not None:
            yield place
        yield from store.keys(f"{SET_ASIDE}{place}")
    for prefix in ("", SET_ASIDE):
        yield from store.keys(f"{prefix}{revision_folder(site, article_id)}")


def erase(store: ObjectStore, site: str, article_id: str, key: str | None = None) -> int:
    """Delete all of it; returns the number of objects. Raises StoreError.

    The article goes last: a crawl that finds it missing puts its last revision in its place, and tells nobody.
    """
    found = sorted(objects_of(store, site, article_id, key), key=lambda one: one.startswith(ARTICLES))
    for one in found:
        store.delete(one)
    return len(found)


def set_aside_of(store: ObjectStore, ids: Collection[str]) -> Iterator[str]:
    """The keys of notes that were set aside and name one of these articles, or cannot be read. Raises StoreError.

    Articles and revisions have their own keys there (`objects_of`), and of segments only lines go (`Redaction`).
    """
    keys = (key for key in store.keys(SET_ASIDE) if not key.removeprefix(SET_ASIDE).startswith(_OTHERS))
    found = side_by_side(partial(_naming, store, ids), keys, threads=THREADS)
    yield from (key for key in found if key is not None)


def erase_set_aside(store: ObjectStore, ids: Collection[str]) -> int:
    """Delete them: what was set aside may be deleted at any time; returns the number of objects. Raises StoreError."""
    found = list(set_aside_of(store, ids))
    for key in found:
        store.delete(key)
    return len(found)


def _naming(store: ObjectStore, ids: Collection[str], key: str) -> str | None:
    try:
        stored = store.get(key)
    except ObjectUnreadable:  # nobody can say what is in it
        return key
    told = key.encode() + (stored.body if stored else b"")
    return key if stored is not None and any(ids_in(told, ids)) else None
