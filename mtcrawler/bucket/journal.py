"""Change lines that wait on disk until they are in the bucket; they outlive the process that wrote them."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_NAME = re.compile(r"(.+)-(\d+)\.jsonl\Z")


class Journal:
    """The lines of one run, in numbered files; a file is complete once the next number is begun.

    While its run lives, its lock file is locked: whoever can take the lock knows that the run is over and may deliver
    what it left. Not safe for threads: the feed holds a lock around it.
    """

    def __init__(self, folder: Path, run_id: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.run_id = folder, run_id
        self._lock: IO[bytes] | None = _lock(folder / f"{run_id}.lock")
        self._seq = max((seq for seq, _ in self.files()), default=0)
        self._open: IO[bytes] | None = None

    @property
    def mine(self) -> bool:
        """Whether this process holds the journal's lock: no other one may touch it."""
        return self._lock is not None

    def append(self, line: bytes) -> None:
        """Write one whole line; it survives the end of the process."""
        if self._open is None:
            self._seq += 1
            self._open = (self.folder / f"{self.run_id}-{self._seq:06d}.jsonl").open("ab", buffering=0)
        self._open.write(line)

    def cut(self) -> None:
        """Complete the file that is being written; it survives the end of the machine."""
        if self._open is not None:
            os.fsync(self._open.fileno())
            self._open.close()
            self._open = None

    def files(self) -> list[tuple[int, Path]]:
        """The files of this run in order, the one being written included."""
        found = ((_NAME.match(path.name), path) for path in self.folder.glob(f"{self.run_id}-*.jsonl"))
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
    """The whole lines of a journal file; a line torn by a kill is left out (its article tells it again)."""
    lines = path.read_bytes().splitlines(keepends=True)
    return [line for line in lines if line.startswith(b"{") and line.endswith(b"}\n")]


@contextmanager
def left_behind(folder: Path) -> Iterator[list[Journal]]:
    """The journals of runs that are over and left lines; they are locked inside the block."""
    names = {found[1] for path in folder.glob("*.jsonl") if (found := _NAME.match(path.name))}
    journals = [journal for journal in (Journal(folder, run_id) for run_id in sorted(names)) if journal.mine]
    try:
        yield journals
    finally:
        for journal in journals:
            journal.close()


def _lock(path: Path) -> IO[bytes] | None:
    file = path.open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
