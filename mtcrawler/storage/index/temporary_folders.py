"""Folders of a run in which a snapshot is unpacked; what a killed run leaves of them is removed by the next.

Where folders cannot be locked (NFS), nothing is: each run has a folder of its own, and what a killed one leaves stays.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PREFIX: Final = "unpacking-"


@contextmanager
def temporary_folder(parent: Path) -> Iterator[Path]:
    """A new folder that is locked while it is used, and gone after it. Raises OSError."""
    with _locked(parent):  # nobody sweeps between the making and the locking
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))
        lock = _opened(folder, os.O_NOFOLLOW)
        _lock(lock)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(parent: Path) -> int:
    """Remove those that no living process has locked; returns how many there were. What cannot be removed stays."""
    swept = 0
    left = [path for path in parent.glob(f"{PREFIX}*") if path.is_dir() and not path.is_symlink()]
    if not left:
        return 0
    with _locked(parent):
        for folder in left:
            with suppress(OSError):  # in use, gone, or another user's
                lock = _opened(folder, os.O_NOFOLLOW)
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(folder)
                    swept += 1
                finally:
                    os.close(lock)
    return swept


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    lock = _opened(folder)
    try:
        _lock(lock)
        yield
    finally:
        os.close(lock)


def _lock(folder: int) -> None:
    with suppress(OSError):  # on NFS, a lock of one's own is a write lock, and folders are open for reading
        fcntl.flock(folder, fcntl.LOCK_EX)


def _opened(folder: Path, more: int = 0) -> int:
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | more)
