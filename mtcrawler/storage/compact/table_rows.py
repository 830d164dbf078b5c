"""The rows of a file of the tables: what an export has, when the feed last told of it, and whether it is gone."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mtcrawler.security.untrusted import Unreadable
from mtcrawler.storage.compact.changed_articles import EPOCH, TableFile, Told, month_of
from mtcrawler.storage.layout import table_group
from mtcrawler.storage.limits import MIB
from mtcrawler.storage.read.columns import SCHEMA

TABLE_SCHEMA: Final = pa.schema([*SCHEMA, ("changed_at", pa.timestamp("us", tz="UTC")), ("gone", pa.bool_())])
"""`changed_at` is when the feed last told of the article, `gone` whether it then told that its page is missing."""
COLUMNS: Final = hashlib.sha256(TABLE_SCHEMA.to_string().encode()).hexdigest()
"""What tells tables of other columns apart."""
ROWS: Final = 4000
"""Rows of a row group."""
MOST_GROUP: Final = 1024 * MIB
"""Bytes, unpacked, of a row group that is read."""


def by_file(body: bytes) -> Iterator[tuple[TableFile, pa.Table]]:
    """The rows of an Arrow stream as `pieces` makes it, file by file in their order."""
    with pa.ipc.open_stream(body) as stream:
        table = stream.read_all()
    pairs = zip(table["site"].to_pylist(), table["date"].to_pylist(), strict=True)
    begin = 0
    for file, rows in groupby(TableFile(month_of(date), table_group(site)) for site, date in pairs):
        yield file, table.slice(begin, number := sum(1 for _ in rows))
        begin += number


def rows_of(table: pa.Table, told: dict[str, Told]) -> pa.Table:
    """Rows of an export as rows of the tables, but for what was removed; `told` is by id."""
    if removed := [name for name, one in told.items() if one.removed]:
        table = table.filter(pc.invert(pc.is_in(table["id"], value_set=pa.array(removed, pa.string()))))
    found = [told.get(one, Told(EPOCH, False, False)) for one in table["id"].to_pylist()]
    columns = {"changed_at": [one.at for one in found], "gone": [one.gone for one in found]}
    for name, values in columns.items():
        table = table.append_column(name, pa.array(values, TABLE_SCHEMA.field(name).type))
    return table


class OldRows:
    """The rows of a file as it lies in the bucket. Raises Unreadable where it is none of ours, or would take too much
    memory.
    """

    def __init__(self, body: bytes) -> None:
        try:
            self._file = pq.ParquetFile(io.BytesIO(body))
            if not self._file.schema_arrow.equals(TABLE_SCHEMA):
                raise Unreadable("it has other columns")
            groups = self._file.metadata
            if any(groups.row_group(one).total_byte_size > MOST_GROUP for one in range(groups.num_row_groups)):
                raise Unreadable(f"a row group has more than {MOST_GROUP} bytes")
        except (pa.ArrowException, OSError) as err:
            raise Unreadable("it is no Parquet file that can be read") from err

    def told(self, ids: set[str]) -> dict[str, Told]:
        """What these articles' rows say of the feed, by id."""
        found: dict[str, Told] = {}
        for table in self.groups(["id", "changed_at", "gone"]):
            kept = table.filter(pc.is_in(table["id"], value_set=pa.array(sorted(ids), pa.string())))
            for row in kept.to_pylist():
                found[row["id"]] = Told(row["changed_at"], row["gone"], True)
        return found

    def without(self, ids: set[str]) -> Iterator[pa.Table]:
        """The rows of all other articles, a row group at a time."""
        left = pa.array(sorted(ids), pa.string())
        for table in self.groups(None):
            yield table.filter(pc.invert(pc.is_in(table["id"], value_set=left)))

    def groups(self, columns: list[str] | None) -> Iterator[pa.Table]:
        """The rows, a row group at a time: these columns of it, or all."""
        try:
            for one in range(self._file.metadata.num_row_groups):
                yield self._file.read_row_group(one, columns)
        except (pa.ArrowException, OSError) as err:
            raise Unreadable("it is no Parquet file that can be read") from err


class TableWriter:
    """A file of the tables in memory: `rows` so far, and its bytes once it is closed."""

    def __init__(self) -> None:
        self.rows = 0
        self._file = io.BytesIO()
        self._writer = pq.ParquetWriter(self._file, TABLE_SCHEMA, compression="zstd")
        self._waiting: list[Any] = []
        self._held = 0

    def add(self, table: pa.Table) -> None:
        """Add rows."""
        self.rows += table.num_rows
        self._held += table.num_rows
        self._waiting.append(table)
        if self._held >= ROWS:
            self._flush()

    def close(self) -> bytes:
        """The bytes of the file."""
        self._flush()
        self._writer.close()
        return self._file.getvalue()

    def _flush(self) -> None:
        if self._held:
            self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=ROWS)
        self._waiting, self._held = [], 0
