"""Kept pages read back: every segment whole, and every article's page where the article says."""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from mtcrawler.model.article import Article
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.layout import PAGES
from mtcrawler.storage.limits import MIB
from mtcrawler.storage.pages.keys import LIFETIME_KEY, Snapshot, read_pages_key, read_snapshot
from mtcrawler.storage.pages.lifetime import lifetime
from mtcrawler.storage.pages.records import read_page, records
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore

THREADS: Final = 4
"""Segments that are read at a time; each has some 8 MiB."""


class PagesThere:
    """Which pages are kept and of which articles, as eight bytes each. `pages` is their number."""

    def __init__(self, store: ObjectStore, say: Callable[[str, str], None]) -> None:
        """Read every segment; `say` hears a key and what is wrong with it. Raises StoreError."""
        self._store, self._lifetime = store, lifetime(store)
        self._segments: dict[str, array[int]] = {}
        self.pages = 0
        for key, found, wrong in side_by_side(self._read, store.keys(PAGES), threads=THREADS, weight=lambda _: MIB):
            if wrong:
                say(key, wrong)
            if found is not None:
                self._segments[key] = found
                self.pages += len(found)

    def problem(self, article: Article) -> str | None:
        """What is wrong with where an article says that its page is; None where nothing is, or it says nothing."""
        said = article.provenance.snapshot
        if said is None:
            return None
        place = read_snapshot(said)
        if place is None:
            return "provenance.snapshot is no place of a kept page"
        found = self._segments.get(place.key)
        if found is None:
            return self._lost(place, article)
        mark = _mark(place.offset, article.id)
        at = bisect_left(found, mark)
        return None if at < len(found) and found[at] == mark else "its kept page is not where provenance.snapshot says"

    def _lost(self, place: Snapshot, article: Article) -> str | None:
        """A segment that was not there when they were listed."""
        parts = read_pages_key(place.key)
        if parts is None or self._lifetime.is_over(parts.day):
            return None
        try:
            page = read_page(self._store, place)  # delivered meanwhile
        except ObjectUnreadable as err:
            return f"its kept page: {err.happened}"
        if page and page[0].article_id == article.id:
            return None
        return (
            "its kept page is not there: the run that kept it has it on disk still (the next run there, or mtcrawler "
            "store redeliver, delivers it), or it is lost"
        )

    def _read(self, key: str) -> tuple[str, array[int] | None, str | None]:
        if key == LIFETIME_KEY:
            return key, None, None
        if read_pages_key(key) is None:
            return key, None, "the key is none of kept pages"
        found = array("Q")
        wrong = None
        try:
            stored = self._store.get(key)
            if stored is None:  # deleted since it was listed
                return key, None, None
            for record in records(stored.body):
                if record.kind == "response" and record.article_id and not record.belongs_to:
                    found.append(_mark(record.offset, record.article_id))
        except (Unreadable, ObjectUnreadable) as err:
            wrong = f"its pages cannot be read: {err.happened if isinstance(err, ObjectUnreadable) else err}"
        return key, array("Q", sorted(found)), wrong


def _mark(offset: int, article_id: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{offset} {article_id}".encode(), digest_size=8).digest(), "big")
