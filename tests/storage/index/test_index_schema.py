"""The file of tables, opened by many at once: sites of one process, and processes of one machine."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from mtcrawler.storage.index.index_schema import fill, opened, place

SITES = 8
ROUNDS = 100


def test_new_tables_are_opened_by_many_at_once(tmp_path: Path) -> None:
    """Whoever opens tables that are not yet there while others do the same gets them, and none is refused."""
    begin = Barrier(SITES)

    def open_it(path: Path) -> None:
        begin.wait()
        opened(path).close()

    with ThreadPoolExecutor(SITES) as sites:
        for number in range(ROUNDS):
            list(sites.map(open_it, [tmp_path / f"known-{number}.sqlite"] * SITES))


def test_a_table_in_use_is_not_replaced(tmp_path: Path) -> None:
    """Tables out of a snapshot take no place where another put some meanwhile, and carry on no log of older ones."""
    path, made = tmp_path / "known.sqlite", tmp_path / "made"
    with sqlite3.connect(made) as db:
        fill(db)
    db.close()
    path.with_name("known.sqlite-wal").write_bytes(b"of one that is gone")
    assert place(made, path)
    assert not made.exists()
    assert not path.with_name("known.sqlite-wal").exists()
    made.write_bytes(b"of another run")
    assert not place(made, path)
    opened(path).close()
