"""Conditional writes on a store that does not honour them: look, then write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mtcrawler.model.errors import PreconditionFailed
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import JSON, Head, ObjectStore, Stored
from mtcrawler.storage.unreadable_objects import LeftOut


class LookFirst:
    """A store whose conditions are checked right before each write. This narrows races and cannot close them, so it is
    safe for one writer at a time. Everything else is the wrapped store's.
    """

    conditional = False

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @property
    def location(self) -> Location:
        """As the wrapped store's."""
        return self._store.location

    @property
    def left_out(self) -> LeftOut:
        """As the wrapped store's."""
        return self._store.left_out

    def get(self, key: str) -> Stored | None:
        """As the wrapped store's."""
        return self._store.get(key)

    def get_range(self, key: str, start: int, length: int) -> bytes | None:
        """As the wrapped store's."""
        return self._store.get_range(key, start, length)

    def head(self, key: str) -> Head | None:
        """As the wrapped store's."""
        return self._store.head(key)

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str = JSON,
        metadata: Mapping[str, str] | None = None,
        if_absent: bool = False,
        if_etag: str | None = None,
    ) -> str:
        """Look whether the condition holds, then write without one. Raises PreconditionFailed."""
        if if_absent or if_etag is not None:
            found = self._store.head(key)
            if (found.etag if found else None) != if_etag:
                raise PreconditionFailed.of(f"writing {key}")
        return self._store.put(key, body, content_type=content_type, metadata=metadata)

    def copy(self, source: str, target: str, *, if_etag: str | None = None) -> None:
        """As the wrapped store's."""
        self._store.copy(source, target, if_etag=if_etag)

    def delete(self, key: str, *, if_etag: str | None = None) -> None:
        """As the wrapped store's."""
        self._store.delete(key, if_etag=if_etag)

    def keys(self, prefix: str, *, limit: int | None = None) -> Iterator[str]:
        """As the wrapped store's."""
        return self._store.keys(prefix, limit=limit)

    def folders(self, prefix: str) -> Iterator[str]:
        """As the wrapped store's."""
        return self._store.folders(prefix)

    def close(self) -> None:
        """As the wrapped store's."""
        self._store.close()
