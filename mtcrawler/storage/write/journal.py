"""Change lines that wait on disk until they are in the bucket; they outlive the process that wrote them."""

from __future__ import annotations

import errno
import fcntl
import logging
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mtcrawler.model.printable import safe
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import contents
from mtcrawler.storage.layout import is_run_id
from mtcrawler.storage.write import rejected

logger = logging.getLogger(__name__)

MOST = 1 << 30
"""Bytes of a file: what a long outage leaves."""

_FILE_NAME = re.compile(r"(.+)-(\d{1,12})\.jsonl", re.ASCII)


class Journal:
    """The lines of one run, in numbered files; a file is complete once the next number is begun.

    While its run lives, its lock file is locked: whoever can take the lock knows that the run is over and may deliver
    what it left. Not safe for threads: the feed holds a lock around it.
    """

    def __init__(self, folder: Path, run_id: str) -> None:
        self.folder, self.run_id = private_files.folder(folder), run_id
        self._lock: IO[bytes] | None = _lock(folder / f"{run_id}.lock")
        self._seq = max((seq for seq, _ in self.files()), default=0)
        self._open: IO[bytes] | None = None

    @property
    def mine(self) -> bool:
        """Whether this process holds the journal's lock: no other one may touch it."""
        return self._lock is not None

    def append(self, line: bytes) -> None:
        """Write one whole line; it survives the end of the process. Raises OSError; then nothing of it is written."""
        if self._open is None:
            self._seq += 1
            self._open = private_files.appending(self.folder / f"{self.run_id}-{self._seq:06d}.jsonl")
        size = os.fstat(self._open.fileno()).st_size
        try:
            if self._open.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._open.truncate(size)  # else the next line would be written behind half of this one
            raise

    def cut(self) -> None:
        """Complete the file that is being written; it survives the end of the machine."""
        if self._open is not None:
            os.fsync(self._open.fileno())
            self._open.close()
            self._open = None

    def files(self) -> list[tuple[int, Path]]:
        """The files of this run in order, the one being written included."""
        # One pattern for all runs: Python keeps each that it is given, and a process has runs by the ten thousand.
        found = ((_FILE_NAME.fullmatch(path.name), path) for path in self.folder.glob("*.jsonl"))
        return sorted((int(name[2]), path) for name, path in found if name and name[1] == self.run_id)

    def close(self) -> None:
        """Give the journal up; an empty one leaves nothing behind."""
        self.cut()
        if self._lock is not None:
            if not self.files():
                (self.folder / f"{self.run_id}.lock").unlink(missing_ok=True)
            self._lock.close()
            self._lock = None


def read(path: Path) -> list[bytes]:
    """The whole lines of a journal file; a line torn by a kill is left out (its article tells it again).

    Raises OSError, or Unreadable for what is no plain file.
    """
    lines = contents(path, MOST).splitlines(keepends=True)
    return [line for line in lines if line.startswith(b"{") and line.endswith(b"}\n")]


def reject(path: Path, why: object) -> None:
    """Move a file that is no journal's, or of which something could not be read, out of the way, and name it once."""
    place = private_files.unused(path.parent / rejected.NAME / path.name)
    try:
        private_files.folder(place.parent)
        path.replace(place)
    except OSError as err:
        logger.warning("%s cannot be read (%s), and cannot be moved away (%s).", safe(str(path)), why, err)
        return
    logger.warning("%s cannot be read (%s); it is moved to %s.", safe(str(path)), why, place.parent)


@contextmanager
def left_behind(folder: Path, passed_over: Callable[[], None]) -> Iterator[list[Journal]]:
    """The journals of runs that are over and left lines; they are locked inside the block.

    `passed_over` is called for each file or journal that is not among them though it should be.
    """
    names = set()
    for path in folder.glob("*.jsonl"):
        found = _FILE_NAME.fullmatch(path.name)
        if found and is_run_id(found[1]):
            names.add(found[1])
        else:
            passed_over()
            reject(path, "its name is no journal's")
    journals = [journal for run_id in sorted(names) if (journal := _left(folder, run_id, passed_over))]
    try:
        yield journals
    finally:
        for journal in journals:
            journal.close()


def waits(folder: Path) -> bool:
    """Whether anything lies there that is not a journal of a run in progress; nothing is changed. Raises OSError."""
    for path in folder.glob("*.jsonl"):
        found = _FILE_NAME.fullmatch(path.name)
        try:
            lock = (folder / f"{found[1]}.lock").open("rb") if found else None
        except FileNotFoundError:
            lock = None
        if lock is None:
            return True
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return path.exists()  # its run may have ended meanwhile, in good order
    return False


def _left(folder: Path, run_id: str, passed_over: Callable[[], None]) -> Journal | None:
    try:
        journal = Journal(folder, run_id)
    except OSError as err:
        logger.warning("The journal of %s in %s cannot be opened (%s); it is left there.", run_id, folder, err)
        passed_over()
        return None
    return journal if journal.mine else None


def _lock(path: Path) -> IO[bytes] | None:
    file = private_files.appending(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
