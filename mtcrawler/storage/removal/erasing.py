"""An article's own objects, deleted: the article, its revisions, and copies of them that were set aside."""

from __future__ import annotations

from collections.abc import Iterator

from mtcrawler.storage.layout import (
    ARTICLES,
    SET_ASIDE,
    article_key,
    date_of,
    is_identity,
    read_article_key,
    revision_folder,
)
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.stored import first_revisions


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
