"""Standard streams whose reader may leave (`| head -1`), or whose disk may be full, while we still write."""

from __future__ import annotations

import io
import locale
import os
import sys
from pathlib import Path
from typing import Any, Final, TextIO

from mtcrawler.model.environment import variables
from mtcrawler.model.errors import DiskError

STDOUT: Final = 1
STDERR: Final = 2
ENCODING: Final = "utf-8"


class _Lasting(io.FileIO):
    """The file of a standard stream. From the first write that fails on, what is written goes nowhere: nothing that
    inherits it, and no flush at the end, fails again.
    """

    def __init__(self, descriptor: int, *, reader_needed: bool, room_needed: bool) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._reader_needed, self._room_needed = reader_needed, room_needed

    def write(self, data: Any, /) -> int | None:  # type: ignore[override] # as the base class has it when it would wait
        """Write, or lose, some of the data. Raises BrokenPipeError or DiskError for a loss that is to be told."""
        try:
            return super().write(data)
        except OSError as err:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.fileno())
            os.close(nowhere)
            if isinstance(err, BrokenPipeError):
                if self._reader_needed:
                    raise
            elif self._room_needed:
                remedy = "Free some space, or write to another file."
                raise DiskError("writing the output", err.strerror or str(err), remedy) from err
            return memoryview(data).nbytes


def in_utf8() -> None:
    """Begin this process anew in Python's UTF-8 mode where its locale has another encoding: arguments, the names of
    files and what is printed are UTF-8 then, in its children, too. To be called before anything else is done.
    """
    if sys.flags.utf8_mode or locale.getencoding().lower() in {"utf-8", "utf8"}:
        return
    again = [sys.executable, "-X", "utf8", *sys.orig_argv[1:]]
    os.execve(sys.executable, again, {**variables(), "PYTHONUTF8": "1"})  # noqa: S606 - the same command


def outlive_readers(*, reader_needed: bool = False, room_needed: bool = False) -> None:
    """Have stderr and stdout of this process outlive whoever reads them.

    With `reader_needed` a write to stdout that nobody reads raises BrokenPipeError, with `room_needed` one that fails
    in another way raises DiskError; else, as on stderr, it is lost.
    """
    sys.stdout = _lasting(sys.stdout, STDOUT, reader_needed=reader_needed, room_needed=room_needed)
    sys.stderr = _lasting(sys.stderr, STDERR)


def _lasting(
    stream: TextIO | None, descriptor: int, *, reader_needed: bool = False, room_needed: bool = False
) -> TextIO:
    """The same stream, with a file that lasts; one that is no longer the process's own stays as it is. What is written
    to one that was closed before the start goes nowhere.
    """
    if stream is None:
        return Path(os.devnull).open("w", encoding=ENCODING)
    try:
        if stream.fileno() != descriptor:
            return stream
        stream.flush()
    except (OSError, ValueError):
        return stream
    file = _Lasting(descriptor, reader_needed=reader_needed, room_needed=room_needed)
    return io.TextIOWrapper(
        io.BufferedWriter(file),
        encoding=ENCODING,  # whatever the locale: what is read here is UTF-8 in every other place, too
        errors="backslashreplace",
        line_buffering=descriptor == STDERR or getattr(stream, "line_buffering", False),
    )
