"""Segments of the feed and of the checks, written anew without a word of articles that were removed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.security.untrusted import Unreadable, parsed_object, unpacked
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.segments import REMEDY, pack
from mtcrawler.storage.layout import CHANGES, CHECKS, SET_ASIDE
from mtcrawler.storage.limits import SEGMENT_BYTES
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore, Stored
from mtcrawler.storage.removal.told import GZIP

THREADS: Final = 8
TRIES: Final = 5
"""How often a segment is written anew that another process wrote meanwhile."""


class Redaction:
    """Takes the words of removed articles out of segments; `removed` has the line that tells of each, by id.

    In the feed each line of such an article gives way to the line that tells of its removal, so that a segment keeps
    its name and the number of its lines: cursors go on, and merged segments stay whole. From the checks their lines go.
    A segment that cannot be read is told to `store.left_out`.
    """

    def __init__(self, store: ObjectStore, removed: Mapping[str, Change]) -> None:
        self._store, self._removed = store, removed
        urls = {one.canonical_url for one in removed.values()} | {one.url for one in removed.values() if one.url}
        told = [json.dumps(url, ensure_ascii=plain).encode() for url in sorted(urls) for plain in (True, False)]
        self._marks = sorted({*told, *(one.encode() for one in removed)})

    def everywhere(self, told: Callable[[int], object] = lambda number: None) -> int:
        """Redact every segment of the bucket, those set aside included; `told` hears how many more were looked at.

        Returns the number of lines. Raises StoreError.
        """
        places = (CHANGES, CHECKS, f"{SET_ASIDE}{CHANGES}", f"{SET_ASIDE}{CHECKS}")
        keys = chain.from_iterable(map(self._store.keys, places))
        total = 0
        for number in side_by_side(self.segment, keys, threads=THREADS):
            total += number
            told(1)
        return total

    def segment(self, key: str) -> int:
        """Redact one segment; returns how many lines it was. Raises StoreError."""
        for _ in range(TRIES):
            try:
                stored = self._store.get(key)
                if stored is None:
                    return 0
                return self._rewrite(key, stored)
            except ObjectUnreadable as err:
                self._store.left_out(err)
                return 0
            except PreconditionFailed:
                continue
        raise StoreError(f"taking lines out of {key}", "other processes keep writing it", "Run it again.")

    def lines_in(self, key: str) -> int:
        """How many lines of a segment still have to go; nothing is written. Raises ObjectUnreadable or StoreError."""
        stored = self._store.get(key)
        return sum(line != kept for line, kept in self._each(key, stored)) if stored else 0

    def _rewrite(self, key: str, stored: Stored) -> int:
        both = list(self._each(key, stored))
        number = sum(line != kept for line, kept in both)
        if not number:
            return 0
        if kept := [kept for _, kept in both if kept]:
            body = pack(kept)
            self._store.put(key, body, content_type=GZIP, metadata=stored.metadata, if_etag=stored.etag)
        else:
            self._store.delete(key, if_etag=stored.etag)
        return number

    def _each(self, key: str, stored: Stored) -> Iterator[tuple[bytes, bytes]]:
        """The lines of a segment as they are and as they have to be; none where nothing has to go."""
        try:
            whole = unpacked(stored.body, SEGMENT_BYTES) if stored.body else b""
        except Unreadable as err:
            raise ObjectUnreadable(key, f"{err}, so nobody knows whether it tells of what is removed", REMEDY) from err
        if not any(mark in whole for mark in self._marks):
            return
        redacted = self._of_checks if CHECKS in key else self._of_feed
        for line in io.BytesIO(whole):
            yield line, redacted(line) if any(mark in line for mark in self._marks) else line

    def _of_feed(self, line: bytes) -> bytes:
        """What has to stand there instead of a line of the feed; of one that cannot be read nothing may stay."""
        try:
            said = parsed_object(line)
        except Unreadable:
            return self._first(one for name, one in self._removed.items() if name.encode() in line) or line
        names = (str(said.get("id")), str(said.get("duplicate_of")))
        return self._first(self._removed[name] for name in names if name in self._removed) or line

    def _of_checks(self, line: bytes) -> bytes:
        """Nothing, or the same line where it is another address's."""
        try:
            said = parsed_object(line)
            gone = {article_id(str(said.get("url"))), said.get("same_as")} & self._removed.keys()
        except (Unreadable, ValueError, TypeError):
            return b""
        return b"" if gone else line

    def _first(self, removed: Iterable[Change]) -> bytes | None:
        return next((one.to_line() for one in removed), None)
