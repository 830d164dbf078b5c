"""What an export writes to: lines of text, or Parquet."""

from __future__ import annotations

import io
from typing import IO, Any, Final

GROUP: Final = 8
"""Pieces of work in a row group of a Parquet file."""


class Forward(io.RawIOBase):
    """A file that is only written onward, and knows its place: a pipe does not."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._place = file, 0

    def writable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """The bytes written so far."""
        return self._place

    def write(self, data: Any, /) -> int:
        """Write some bytes."""
        self._file.write(data)
        self._place += (size := memoryview(data).nbytes)
        return size

    def flush(self) -> None:
        """Write what is held back."""
        if not self.closed:
            self._file.flush()


class TextSink:
    """Articles as lines of text, after what comes before all of them."""

    def __init__(self, file: IO[bytes], before: bytes = b"") -> None:
        self._file = file
        file.write(before)

    def write(self, body: bytes) -> None:
        """Add lines."""
        self._file.write(body)

    def close(self) -> None:
        """Nothing more comes."""


class ParquetSink:
    """Articles as a Parquet file."""

    def __init__(self, file: IO[bytes]) -> None:
        import pyarrow as pa  # noqa: PLC0415 - only whoever writes Parquet needs it
        import pyarrow.parquet as pq  # noqa: PLC0415

        from mtcrawler.storage.read.columns import SCHEMA  # noqa: PLC0415

        self._pa = pa
        self._writer = pq.ParquetWriter(Forward(file), SCHEMA, compression="zstd")
        self._waiting: list[object] = []

    def write(self, body: bytes) -> None:
        """Add an Arrow stream."""
        with self._pa.ipc.open_stream(body) as stream:
            self._waiting += list(stream)
        if len(self._waiting) >= GROUP:
            self._flush()

    def close(self) -> None:
        """Write what waits and the footer."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(self._pa.Table.from_batches(self._waiting))
        self._waiting = []
