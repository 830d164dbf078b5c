"""Files and folders that only their owner may read, whatever the umask is and whatever modes they had before."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from mtcrawler.security import whole_files

FILE: Final = 0o600
FOLDER: Final = 0o700
OTHERS: Final = 0o077
UMASK: Final = OTHERS
"""The umask of a process that makes files by way of others' code: a log, a database, a server."""


def folder(path: Path) -> Path:
    """Make the folder where it is missing, with those above it, and close it to others; returns it. Raises OSError.

    One that is everybody's (as /tmp is), or another user's, stays as it is.
    """
    missing = [one for one in (path, *path.parents) if not one.exists()]
    path.mkdir(parents=True, exist_ok=True, mode=FOLDER)
    for one in {path, *missing}:
        _close(one)
    return path


def open_file(path: Path, flags: int) -> int:
    """As os.open, for a plain file of ours: closed to others, never inherited, never waited for.

    Raises OSError; also for a folder, a pipe, a device or a link.
    """
    handle = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, FILE)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is no plain file", str(path))
        with suppress(PermissionError):  # another user's: that user's mode counts
            os.fchmod(handle, FILE)
    except BaseException:
        os.close(handle)
        raise
    return handle


def make(path: Path) -> None:
    """Make an empty file where there is none, and close it to others; raises OSError.

    One that is there is never opened: to close it would give up all locks that this process has on it (POSIX), which
    SQLite relies on.
    """
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE))
    except FileExistsError:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise OSError(0, "it is no plain file", str(path)) from None
        with suppress(PermissionError):  # another user's: that user's mode counts
            path.chmod(FILE)


def appending(path: Path) -> IO[bytes]:
    """The file, made where it is missing, to write at its end without a buffer; raises as `open_file`."""
    return os.fdopen(open_file(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), "ab", buffering=0)


def writing(path: Path) -> IO[bytes]:
    """The file, created if missing, emptied if not, to write; raises as `open_file`."""
    return os.fdopen(open_file(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb")


def put(path: Path, content: bytes, *, durable: bool = True) -> None:
    """Put a file in place, whole or not at all, for its owner alone. Raises OSError.

    A link is replaced; what is no file stays as it is. With `durable` it survives the end of the machine.
    """
    whole_files.put(path, content, mode=FILE, follow=False, durable=durable)


def close_to_others(path: Path) -> None:
    """Take the rights of others from a file, or from a folder and all that is in it; links are left alone.

    The owner's own rights stay as they are.
    """
    _close(path)
    for place, folders, files in os.walk(path):
        for name in (*folders, *files):
            _close(Path(place, name))


def _close(path: Path) -> None:
    with suppress(FileNotFoundError, PermissionError):  # gone meanwhile, or another user's
        found = path.lstat()
        shared = stat.S_ISLNK(found.st_mode) or found.st_mode & stat.S_ISVTX or found.st_uid != os.geteuid()
        if not shared and found.st_mode & OTHERS:
            path.chmod(stat.S_IMODE(found.st_mode) & ~OTHERS)


def unused(path: Path) -> Path:
    """The path, or where something lies there the next one with a number before its ending."""
    place, number = path, 1
    while os.path.lexists(place):
        number += 1
        place = path.with_name(f"{path.stem}.{number}{path.suffix}")
    return place
