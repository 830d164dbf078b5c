"""What lies under the key of an article or of a revision; what is torn or foreign there is moved out of the way."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from mtcrawler.model.article import Article
from mtcrawler.model.errors import ObjectUnreadable, StoreRefused
from mtcrawler.storage.index.indexed_article import IndexedArticle
from mtcrawler.storage.layout import SET_ASIDE
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.read.stored import last_revision, parse

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Current:
    """What lies under a key: an article, or bytes that are none (`article` is None) and may be written over as long as
    they have this etag: a copy of them lies under `set-aside/v1/`. Without an etag there is nothing.
    """

    article: Article | None
    etag: str | None


class CurrentArticles:
    """Reads what is to be followed by another version. Safe for threads.

    `replaced` counts the objects that could not be read and that a good one may replace. Each is named in the log.
    """

    def __init__(self, store: ObjectStore) -> None:
        self._store, self._guard = store, threading.Lock()
        self._replaced: set[str] = set()

    @property
    def replaced(self) -> int:
        """How many objects could not be read and gave way to a good one."""
        return len(self._replaced)

    def read(self, key: str) -> Current | None:
        """What lies under this key; None where there is nothing.

        Raises ObjectUnreadable where it may not be written over: a newer version of this program wrote it, or the store
        does not let it be copied.
        """
        etag = None
        try:
            found = self._store.get(key)
            if found is None:
                return None
            etag = found.etag
            return Current(parse(found.body, key), etag)
        except ObjectUnreadable as err:
            if etag and found and _is_newer(found.body, key):
                raise
            return self._moved(ObjectUnreadable(key, err.happened, err.remedy, err.etag or etag))

    def last(self, known: IndexedArticle, key: str, found: Current | None) -> Article | None:
        """The last revision of an article that the feed tells of, to be put where its own object is lost.

        `found` is what lies there instead. None where no revision can be read. Raises ObjectUnreadable where a newer
        version of this program wrote it.
        """
        body = last_revision(self._store, known.site, known.id, known.content_hash)
        if body is not None and found is None:
            logger.warning("reading %s: it is not there, though it was stored. Its last revision takes its place.", key)
        return parse(body, key) if body is not None else None

    def _moved(self, err: ObjectUnreadable) -> Current:
        try:
            self._store.copy(err.key, f"{SET_ASIDE}{err.key}", if_etag=err.etag)
        except StoreRefused as refused:  # of the copy alone: the store is there
            raise err from refused
        with self._guard:
            first = err.key not in self._replaced
            self._replaced.add(err.key)
        if first:
            aside = f"Its bytes are kept as {SET_ASIDE}{err.key}, and a good one takes its place."
            logger.warning("%s: %s. %s", err.doing, err.happened, aside)
        return Current(None, err.etag)


def _is_newer(body: bytes, key: str) -> bool:
    """Whether these bytes are an article of a later minor version of the contract."""
    try:
        parse(body, key, lenient=True)
    except ObjectUnreadable:
        return False
    return True
