"""Segments of the feed and of the checks, written anew without a word of articles that were removed."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import chain
from typing import Final

from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.security.untrusted import Unreadable, parsed_object, unpacked
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.removals import GZIP
from mtcrawler.storage.feed.segments import REMEDY, pack
from mtcrawler.storage.layout import CHANGES, CHECKS, SET_ASIDE
from mtcrawler.storage.limits import SEGMENT_BYTES
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore, Stored

THREADS: Final = 8
SEGMENTS: Final = (CHANGES, CHECKS, f"{SET_ASIDE}{CHANGES}", f"{SET_ASIDE}{CHECKS}")
"""Where segments lie."""
_ID: Final = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
TRIES: Final = 5
"""How often a segment is written anew that another process wrote meanwhile."""


def ids_in(text: bytes, wanted: Collection[str]) -> Iterator[str]:
    """Which of these ids stand there, in linear time however many are wanted."""
    return (name for one in _ID.finditer(text) if (name := one[0].decode()) in wanted)


class Redaction:
    """Takes the words of removed articles out of segments; `removed` has the line that tells of each, by id.

    In the feed each line of such an article gives way to the line that tells of its removal, so that a segment keeps
    its name and the number of its lines: cursors go on, and merged segments stay whole. From the checks their lines go.
    A segment that cannot be read is told to `store.left_out`.
    """

    def __init__(self, store: ObjectStore, removed: Mapping[str, Change]) -> None:
        self._store, self._removed = store, removed

    def everywhere(self, told: Callable[[int], object] = lambda number: None) -> int:
        """Redact every segment of the bucket, those set aside included; `told` hears how many more were looked at.

        Returns the number of lines. Raises StoreError.
        """
        keys = chain.from_iterable(map(self._store.keys, SEGMENTS))
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
        redacted = self._of_checks if CHECKS in key else self._of_feed
        if CHECKS in key or any(ids_in(whole, self._removed)):
            yield from ((line, redacted(line)) for line in io.BytesIO(whole))

    def _of_feed(self, line: bytes) -> bytes:
        """What has to stand there instead of a line of the feed; of one that cannot be read nothing may stay."""
        if not (there := list(ids_in(line, self._removed))):
            return line
        try:
            said = parsed_object(line)
        except Unreadable:
            return self._removed[there[0]].to_line()
        names = (str(said.get("id")), str(said.get("duplicate_of")))
        return next((self._removed[name].to_line() for name in names if name in self._removed), line)

    def _of_checks(self, line: bytes) -> bytes:
        """Nothing, or the same line where it is another address's, or cannot be read: it has no words. One that says
        that another address led to such an article stays: so no crawl asks for that again.
        """
        try:
            gone = article_id(str(parsed_object(line).get("url"))) in self._removed
        except (Unreadable, ValueError):
            return line
        return b"" if gone else line
