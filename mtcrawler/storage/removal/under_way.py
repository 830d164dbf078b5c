"""Keeps a crawl that is under way from bringing back what is removed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.removals import Removals
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.removal.erasing import erase
from mtcrawler.storage.removal.redaction import Redaction


class RemovalsUnderWay:
    """What is removed while one crawl runs; `removed` has the lines that told of it, by id.

    Whoever removes an article tells the feed before anything is deleted. A crawl writes an article, then the segment
    that tells of it, and then looks for removals. Either it finds the one that tells of its article, and takes back
    what it wrote; or that came later, and then what the crawl wrote was there to be deleted.
    """

    def __init__(self, store: ObjectStore, known: ArticleIndex, since: datetime) -> None:
        self._store, self._known = store, known
        self._told = Removals(store, since)
        self.removed: dict[str, Change] = {}

    def look(self) -> None:
        """Learn of the removals that came since the last look. Raises StoreError."""
        for key, changes in self._told.news():
            self._known.apply(key, changes)
            self.removed |= {change.id: change for change in changes}

    def kept(self, lines: Sequence[tuple[bytes, Change]]) -> list[tuple[bytes, Change]]:
        """The lines that may still be told: none of a removed article, or of another address of one. What was written
        of such an article is deleted. Raises StoreError.
        """
        found = []
        for line, change in lines:
            if self._is_removed(change.id):
                erase(self._store, change.site, change.id, change.key)
            elif change.duplicate_of is None or not self._is_removed(change.duplicate_of):
                found.append((line, change))
        return found

    def take_back(self, segment: str, changes: Sequence[Change]) -> None:
        """Take back what is known by now as removed: its lines in a segment that was just written, and its objects.

        Raises StoreError.
        """
        named = {name for change in changes for name in (change.id, change.duplicate_of)}
        if removed := {name: change for name, change in self.removed.items() if name in named}:
            Redaction(self._store, removed).segment(segment)
            for change in {change.id: change for change in changes if change.id in removed}.values():
                erase(self._store, change.site, change.id, change.key)

    def take_out(self, site: str, article_id: str, key: str) -> None:
        """Delete what lies there of an article that another process changed, if that removed it. Raises StoreError."""
        self.look()
        if self._is_removed(article_id):
            erase(self._store, site, article_id, key)

    def _is_removed(self, article_id: str) -> bool:
        known = self._known.get(article_id)
        return known is not None and known.removed
