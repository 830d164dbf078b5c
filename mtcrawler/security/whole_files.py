"""Files that appear whole or not at all. Pipes, devices and links are written as they are given."""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from mtcrawler.model.errors import DISK, ArgumentError, DiskError, MtcrawlerError

STDOUT: Final = 1
STANDARD_OUTPUT: Final = Path("-")
"""The name that stands for standard output where a file to write is named."""

_DESCRIPTORS: Final = re.compile(r"/proc/(\d+)(/task/\d+)?/fd")
_LONGEST: Final = 200
"""Bytes of a name that are kept in the name beside it: a file system takes 255."""
_LINKS: Final = 40
"""Links that lead to a file, as many as Linux follows."""


@contextmanager
def writing(path: Path, *, mode: int | None = None, follow: bool = True, durable: bool = True) -> Iterator[IO[bytes]]:
    """A file to be written by the block: it is in its place, whole, when the block ends, and if the block fails all is
    as it was. With `durable` it survives the end of the machine from then on.

    With `follow` a link leads to the file that is meant, a pipe, a device or a descriptor (/dev/stdout) is written
    through, and `-` is standard output. Without, for names that we find in a folder of ours, a link is replaced and
    anything else that is no file is refused. `mode` is the file's; where None, that of the file which was there, else
    what the umask leaves. Raises OSError.
    """
    if follow and is_standard_output(path):
        yield sys.stdout.buffer
        sys.stdout.flush()
        return
    if follow and (through := _through(path)) is not None:
        with os.fdopen(through, "wb") as file:
            yield file
        return
    place = Path(os.path.realpath(path)) if follow else path
    found = _mode(place)
    given = 0o666 if mode is None else mode
    name = os.fsdecode(os.fsencode(place.name)[:_LONGEST])
    beside = place.with_name(f".{name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, given), "wb") as file:
            if mode is None and found is not None:
                os.fchmod(file.fileno(), found)
            yield file
            file.flush()
            if durable:
                os.fsync(file.fileno())
        beside.replace(place)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    if durable:
        _sync(place.parent)


def put(path: Path, content: bytes, *, mode: int | None = None, follow: bool = True, durable: bool = True) -> None:
    """Put a file in place as `writing` does. Raises OSError."""
    with writing(path, mode=mode, follow=follow, durable=durable) as file:
        file.write(content)


def put_with_folder(path: Path, content: bytes) -> None:
    """Put a file in place, in a folder that is made where there is none. Raises as `unwritten` says."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, content)
    except OSError as err:
        raise unwritten(path, err, "Name a folder where you may write.") from err


def is_standard_output(path: Path) -> bool:
    """Whether what is written there goes where this process prints."""
    return path == STANDARD_OUTPUT or _descriptor(path) == STDOUT


def unwritten(path: Path, err: OSError, remedy: str = "Choose another place.") -> MtcrawlerError:
    """The error of a file that could not be written: what was there before is still there."""
    happened = err.strerror or str(err)
    if err.errno in DISK:
        return DiskError(f"writing {path}", happened, "Free some space there, or choose another place.")
    if err.errno == errno.EPIPE:
        return MtcrawlerError(f"writing {path}", happened, "Whoever reads it ended; begin anew.")
    return ArgumentError(f"writing {path}", happened, remedy)


def _through(path: Path) -> int | None:
    """A descriptor of what is to be written through; None where a file is, or is to be."""
    if (number := _descriptor(path)) is not None:
        return os.dup(number)  # opened anew, a file would be written from its beginning
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISREG(found.st_mode):
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    return os.open(path, os.O_WRONLY | os.O_CLOEXEC)


def _descriptor(path: Path) -> int | None:
    """The number of the open file of this process that the path leads to (/dev/stdout, /dev/fd/3); else None."""
    for _ in range(_LINKS):
        parent = _DESCRIPTORS.fullmatch(os.path.realpath(path.parent))
        if parent and int(parent[1]) == os.getpid() and path.name.isdigit():
            return int(path.name)
        if not path.is_symlink():
            return None
        path = path.parent / path.readlink()
    return None


def _mode(place: Path) -> int | None:
    """The mode of the file that is there; None where none is, or a link. Raises OSError for what is no file."""
    try:
        found = place.lstat()
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        return None
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is there and is no file", str(place))
    return stat.S_IMODE(found.st_mode)


def _sync(folder: Path) -> None:
    """Have what was renamed in a folder survive the end of the machine, where its file system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
