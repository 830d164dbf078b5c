"""The proof that nothing is left of what was removed: the bucket is searched for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from mtcrawler.model.errors import ObjectUnreadable, SettingError
from mtcrawler.removal.run_files import RunFiles
from mtcrawler.storage.clusters.cluster import clusters_with
from mtcrawler.storage.clusters.keys import member_key
from mtcrawler.storage.compact.leaving import rows_left
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.removals import all_told
from mtcrawler.storage.layout import CLUSTERING, is_identity
from mtcrawler.storage.pages import erasing as pages
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.verify import Problem
from mtcrawler.storage.removal.erasing import objects_of, set_aside_of
from mtcrawler.storage.removal.redaction import SEGMENTS, Redaction, ids_in

THREADS: Final = 16
AGAIN: Final = "run mtcrawler remove with its address again"


def prove(
    store: ObjectStore, found: Callable[[Problem], None], told: Callable[[int], object] = lambda number: None
) -> int:
    """Look for whatever is left of articles that were removed; `found` hears of each, as `told` of how many segments
    were looked at. Returns how many articles and other addresses were removed. Raises StoreError.
    """
    removed = all_told(store)
    if removed:
        for problem in _left(store, removed, told):
            found(problem)
    return len(removed)


def _left(store: ObjectStore, removed: dict[str, Change], told: Callable[[int], object]) -> Iterator[Problem]:
    for key, url in _objects(store, removed):
        yield Problem(key, f"it is of {url}, which was removed; {AGAIN}")
    for key in set_aside_of(store, removed.keys()):
        yield Problem(key, f"it names an article that was removed, or cannot be read; delete it, or {AGAIN}")
    redaction = Redaction(store, removed)
    keys = (key for prefix in SEGMENTS for key in store.keys(prefix))
    for key, number in side_by_side(partial(_lines, redaction), keys, threads=THREADS):
        told(1)
        if number:
            yield Problem(key, f"{number} of its lines are of articles that were removed; {AGAIN}")
    for key in RunFiles(store, removed.keys(), [one.canonical_url for one in removed.values()]).left():
        yield Problem(key, f"it shows an article that was removed; {AGAIN}")
    for signed in side_by_side(partial(_signed, store, removed), store.keys(CLUSTERING), threads=THREADS):
        if signed is not None:
            yield Problem(signed, f"it has a signature of an article that was removed; {AGAIN}")
    for key in clusters_with(store, removed.keys()):
        yield Problem(key, f"it has a member that was removed; {AGAIN}")
    for key, number in pages.left(store, removed.keys()):
        yield Problem(key, f"{number} of its records are pages of articles that were removed; {AGAIN}")
    yield from _rows(store, removed)


def _objects(store: ObjectStore, removed: dict[str, Change]) -> Iterator[tuple[str, str]]:
    """Articles, revisions and memberships of clusters that are there, with the address of each."""

    def of(change: Change) -> list[tuple[str, str]]:
        keys = list(objects_of(store, change.site, change.id, change.key))
        if is_identity(change.site, change.id):
            member = member_key(change.site, change.id)
            keys += [member] if store.head(member) is not None else []
        return [(key, change.canonical_url) for key in keys]

    for left in side_by_side(of, removed.values(), threads=THREADS):
        yield from left


def _lines(redaction: Redaction, key: str) -> tuple[str, int]:
    try:
        return key, redaction.lines_in(key)
    except ObjectUnreadable:  # named where the segment is read
        return key, 0


def _signed(store: ObjectStore, removed: dict[str, Change], key: str) -> str | None:
    """The key of a part of the window that names one of these articles; without numpy, which reading it whole needs."""
    try:
        stored = store.get(key)
    except ObjectUnreadable:  # whoever clusters moves it away
        return None
    return key if stored is not None and any(ids_in(stored.body, removed)) else None


def _rows(store: ObjectStore, removed: dict[str, Change]) -> Iterator[Problem]:
    keys = [one.key for one in removed.values() if one.key]
    try:
        for key, name in rows_left(store, keys):
            yield Problem(key, f"it has a row of {removed[name].canonical_url}, which was removed; {AGAIN}")
    except SettingError as err:
        yield Problem("tables/v1/", f"nobody looked for rows of removed articles: {err.happened}. {err.remedy}")
    except ObjectUnreadable as err:
        yield Problem(err.key, err.happened)
