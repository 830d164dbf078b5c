"""Standard streams whose reader may leave (`| head -1`), or whose disk may be full, while we still write."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, Final, TextIO

from mtcrawler.model.errors import ArgumentError

STDOUT: Final = 1
STDERR: Final = 2


class _Lasting(io.FileIO):
    """The file of a standard stream. From the first write that fails on, what is written goes nowhere: nothing that
    inherits it, and no flush at the end, fails again.
    """

    def __init__(self, descriptor: int, *, reader_needed: bool, room_needed: bool) -> None:
        super().__init__(descriptor, "wb", closefd=False)
        self._reader_needed, self._room_needed = reader_needed, room_needed

    def write(self, data: Any, /) -> int | None:  # type: ignore[override] # as the base class has it when it would wait
        """Write, or lose, some of the data. Raises BrokenPipeError or ArgumentError for a loss that is to be told."""
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
                raise ArgumentError("writing the output", err.strerror or str(err), remedy) from err
            return memoryview(data).nbytes


def outlive_readers(*, reader_needed: bool = False, room_needed: bool = False) -> None:
    """Have stderr and stdout of this process outlive whoever reads them.

    With `reader_needed` a write to stdout that nobody reads raises BrokenPipeError, with `room_needed` one that fails
    in another way raises ArgumentError; else, as on stderr, it is lost.
    """
    sys.stdout = _lasting(sys.stdout, STDOUT, reader_needed=reader_needed, room_needed=room_needed)
    sys.stderr = _lasting(sys.stderr, STDERR)


def _lasting(stream: TextIO, descriptor: int, *, reader_needed: bool = False, room_needed: bool = False) -> TextIO:
    """The same stream, with a file that lasts; one that is closed, or no longer the process's own, stays as it is."""
    try:
        if stream is None or stream.fileno() != descriptor:
            return stream
        stream.flush()
    except (OSError, ValueError):
        return stream
    file = _Lasting(descriptor, reader_needed=reader_needed, room_needed=room_needed)
    return io.TextIOWrapper(
        io.BufferedWriter(file),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=descriptor == STDERR or getattr(stream, "line_buffering", False),
    )
