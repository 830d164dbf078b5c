"""Segments of kept pages: written to this machine's disk first, and from there to the bucket in a thread of their own.

A page's place is known as soon as it is on disk, so the article can name it, and is never kept waiting by the bucket.
What a crawl that was killed left on disk is delivered by the next one.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
import threading
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectRefused, ObjectUnreadable, PreconditionFailed, StoreError
from mtcrawler.model.printable import safe
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import Unreadable, contents
from mtcrawler.storage.limits import MIB, PAGE_BYTES
from mtcrawler.storage.pages.answer import NoRoom
from mtcrawler.storage.pages.erasing import erased
from mtcrawler.storage.pages.keys import Snapshot, pages_key, read_pages_key
from mtcrawler.storage.pages.records import Torn, records
from mtcrawler.storage.port import ObjectStore

logger = logging.getLogger(__name__)

FULL: Final = 8 * MIB
"""Bytes after which another segment is begun; some 300 pages."""
REJECTED: Final = "rejected"
"""The folder of files that are no segments, as in the spool."""
WARC: Final = "application/warc"
_NAME: Final = re.compile(r"(\d{4}-\d{2}-\d{2})-(.{1,100})-(\d{6,12})\.warc\.gz", re.ASCII)


@dataclass(slots=True)
class _Segment:
    """A file of ours that is locked as long as we are at work on it."""

    key: str
    path: Path
    file: IO[bytes]
    size: int


class PageSegments:
    """One run's segments. `append` touches only the disk; `upload` is for a thread that may wait.

    `most` are the bytes that may wait on disk. `uploaded` are the keys of its segments that are in the bucket,
    `recovered` those of earlier runs that it delivered. Safe for threads.
    """

    def __init__(self, store: ObjectStore, folder: Path, run_id: str, most: int) -> None:
        self._store, self._folder, self._run_id, self._most = store, folder, run_id, most
        self._writing, self._uploading = threading.Lock(), threading.Lock()
        self._open: _Segment | None = None
        self._complete: list[_Segment] = []
        self._number = self._before = 0
        self._alone = False
        self.uploaded: list[str] = []
        self.recovered: list[str] = []

    @property
    def waiting(self) -> int:
        """Segments on disk, those of other runs included."""
        return sum(1 for _ in _files(self._folder))

    @property
    def due(self) -> bool:
        """Whether a segment is complete and not in the bucket."""
        return bool(self._complete)

    def append(self, members: bytes) -> Snapshot:
        """Write the records of one page; returns their place. Raises NoRoom; then nothing of it is written."""
        with self._writing:
            try:
                if self._open is not None and self._open.size >= FULL:
                    self._cut()
                if self._open is None:
                    self._begin()
                assert self._open is not None
                return self._written(self._open, members)
            except OSError as err:
                raise NoRoom(f"{self._folder} cannot be written ({err.strerror or err})") from err

    def cut(self) -> None:
        """Complete the segment that is being written. Raises OSError."""
        with self._writing:
            self._cut()

    def upload(self) -> int:
        """Write every complete segment to the bucket; returns how many. Raises StoreError; the rest waits on disk."""
        done = 0
        with self._uploading:
            while self._complete:
                segment = self._complete[0]
                there = self._put(segment)
                self._complete.pop(0)
                if there:
                    self.uploaded.append(segment.key)
                    done += 1
        return done

    def recover(self, removed: Collection[str] = ()) -> int:
        """Write what runs that are over left, but no page of these articles; returns how many. Raises StoreError."""
        done = 0
        with self._uploading:
            for path in list(_files(self._folder)):
                segment = self._left(path)
                if segment is not None:
                    try:
                        if self._put(segment, removed):
                            self.recovered.append(segment.key)
                            done += 1
                    finally:
                        segment.file.close()
        return done

    def close(self) -> None:
        """Give up the files; what is not in the bucket is delivered by the next run."""
        with self._writing, suppress(OSError):
            self._cut()
        for segment in self._complete:
            segment.file.close()
        self._complete.clear()

    def _begin(self) -> None:
        private_files.folder(self._folder)
        day = clock.now().date().isoformat()
        while True:
            self._number += 1
            key = pages_key(day, self._run_id, self._number)
            path = self._folder / f"{day}-{self._run_id}-{self._number:06d}.warc.gz"
            if path.exists() or not (self._alone or self._is_free(key)):
                continue
            file = private_files.appending(path)
            fcntl.flock(file, fcntl.LOCK_EX)
            if path.exists() and not os.fstat(file.fileno()).st_size:  # nobody took it for one that was left behind
                break
            file.close()
        from mtcrawler.storage.pages import writing  # noqa: PLC0415 - warcio, where no page is kept

        self._open, self._alone = _Segment(key, path, file, 0), True
        self._measure()
        self._written(self._open, writing.about(key))

    def _is_free(self, key: str) -> bool:
        """Whether no earlier run of this name wrote such a segment, as far as the bucket says. It is asked until the
        first that is free: no segment after that one waits for an answer.
        """
        try:
            return self._store.head(key) is None
        except StoreError:
            return True

    def _written(self, segment: _Segment, members: bytes) -> Snapshot:
        if segment.size + len(members) > PAGE_BYTES:
            raise NoRoom(f"its records have {len(members)} bytes")
        if self._before + segment.size + len(members) > self._most:
            self._measure()  # some may be delivered by now
        if self._before + segment.size + len(members) > self._most:
            raise NoRoom(f"pages in {self._folder} have used up their {self._most} bytes (KEEP_PAGES_MAX_BYTES)")
        try:
            if segment.file.write(members) != len(members):
                raise OSError(0, "no room on the disk")
        except OSError:
            segment.file.truncate(segment.size)  # else the next page would not begin where it is said to
            raise
        place = Snapshot(segment.key, segment.size)
        segment.size += len(members)
        return place

    def _measure(self) -> None:
        """Find out how much waits on disk besides the segment that is being written, whoever wrote it."""
        open_one = self._open.size if self._open else 0
        self._before = max(0, sum(_size(path) for path in _files(self._folder)) - open_one)

    def _cut(self) -> None:
        if self._open is not None:
            os.fsync(self._open.file.fileno())
            self._complete.append(self._open)
            self._open = None

    def _left(self, path: Path) -> _Segment | None:
        """A segment of a run that is over; None where another process is at work on it."""
        found = _NAME.fullmatch(path.name)
        key = pages_key(found[1], found[2], int(found[3])) if found and _is_key(found) else None
        if key is None:
            self._reject(path, "its name is no segment's")
            return None
        try:
            file = private_files.appending(path)
        except OSError as err:
            logger.warning("%s cannot be opened (%s); it is left there.", safe(str(path)), err)
            return None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return _Segment(key, path, file, os.fstat(file.fileno()).st_size)

    def _put(self, segment: _Segment, removed: Collection[str] | None = None) -> bool:
        """Write one segment to the bucket, or reject it, and forget its file; returns whether the bucket has it. With
        `removed` it was left by a run that is over: it may end within a record, and have pages of these articles.
        """
        wrong = self._delivered(segment, removed)
        if wrong is None:
            segment.path.unlink(missing_ok=True)
        else:
            self._reject(segment.path, wrong)
        segment.file.close()
        return wrong is None

    def _delivered(self, segment: _Segment, removed: Collection[str] | None) -> object | None:
        """Write a segment to the bucket; returns why that will never be, None where it is there. Raises StoreError."""
        try:
            body = contents(segment.path, PAGE_BYTES)
        except FileNotFoundError:  # another process delivered it
            return None
        except (OSError, Unreadable) as err:
            return err
        if removed is not None:
            body, _, _ = erased(_without_torn_end(body), segment.key, removed)
        try:
            if body:
                metadata = {"run-id": self._run_id}
                self._store.put(segment.key, body, content_type=WARC, metadata=metadata, if_absent=True)
        except PreconditionFailed:
            return None if self._is(segment.key, body) else f"other pages lie under {segment.key}"
        except ObjectRefused as err:
            return err
        return None

    def _is(self, key: str, body: bytes) -> bool:
        try:
            found = self._store.get(key)
        except ObjectUnreadable:
            return False
        return found is not None and found.body == body

    def _reject(self, path: Path, why: object) -> None:
        """Move a file that is no segment's out of the way, and name it once."""
        place = private_files.unused(path.parent / REJECTED / path.name)
        try:
            private_files.folder(place.parent)
            path.replace(place)
        except OSError as err:
            logger.warning("%s: %s, and it cannot be moved away (%s).", safe(str(path)), why, err)
        else:
            logger.warning("%s: %s; it is moved to %s.", safe(str(path)), why, place.parent)


def wait(folder: Path) -> bool:
    """Whether segments lie there that no run in progress is at work on; nothing is changed. Raises OSError."""
    for path in _files(folder):
        with suppress(FileNotFoundError), path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            if path.exists():  # another process may have delivered it meanwhile
                return True
    return False


def _is_key(found: re.Match[str]) -> bool:
    return read_pages_key(f"pages/v1/date={found[1]}/{found[2]}-{found[3]}.warc.gz") is not None


def _without_torn_end(body: bytes) -> bytes:
    """A segment without the record that a killed run did not come to write to its end: nobody was told of it."""
    end = 0
    try:
        for record in records(body):
            end = record.offset + record.length
    except Torn:
        return body[:end]
    except Unreadable:  # damaged otherwise: what follows may be whole, and is kept
        pass
    return body


def _files(folder: Path) -> Iterator[Path]:
    """The segments that wait in a folder."""
    yield from sorted(folder.glob("*.warc.gz"))


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except FileNotFoundError:
        return 0
