"""The database goes away: visits go on, workers come back to it, and what was not told is told later."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtcrawler.fleet.database.server import EmbeddedDatabase
from tests.fixtures.store import ends_with_us
from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked, make, said, visits, worker


@pytest.fixture
def database(tmp_path: Path) -> Iterator[EmbeddedDatabase]:
    """A PostgreSQL that may be killed."""
    database = EmbeddedDatabase(tmp_path / "postgres")
    database.up()
    with ends_with_us(database.status().pid, database.folder / "data"):
        yield database
        database.down(wait=5)


@pytest.mark.slow
def test_a_database_that_is_killed_ends_no_visit(database: EmbeddedDatabase, tmp_path: Path) -> None:
    """While PostgreSQL is dead a visit goes on to its end, and the end of one that ended meanwhile is recorded once it
    is back; the worker is the same, says both in a line each, and no site is blamed.
    """
    file, dsn = tmp_path / "visits", database.up()
    make(dsn, "slow", "site")
    with worker(dsn, file) as process:
        until(lambda: {"slow", "site"} <= set(visits(file)))
        os.kill(database.status().pid or 0, signal.SIGKILL)
        until(lambda: [what for what, _ in visits(file)["slow"]] == ["begin", "end"])
        until(lambda: "is away" in said(file))
        assert database.up() == dsn
        until(lambda: asked(dsn, "SELECT outcome FROM visit WHERE site = 'slow'") == [{"outcome": "out of time"}])
        times = len(visits(file)["site"])
        until(lambda: len(visits(file)["site"]) >= times + 2)
        assert process.is_alive()
    away, back = said(file).splitlines()
    assert "The fleet's database is away (" in away
    assert "The fleet's database answers again, after " in back
    assert asked(dsn, "SELECT sum(lost) AS lost FROM site") == [{"lost": 0}]


@pytest.mark.slow
def test_a_database_that_is_dropped_is_made_anew(dsn: str, tmp_path: Path) -> None:
    """Under a new database of the same name the same workers visit its sites, with new numbers; where one is without
    tables meanwhile, they wait.
    """
    file, server, name = tmp_path / "visits", f"{dsn.rpartition('/')[0]}/postgres", dsn.rpartition("/")[2]
    make(dsn, "old", "slow")
    with worker(dsn, file), worker(dsn, file):
        until(lambda: {"old", "slow"} <= set(visits(file)))
        asked(server, f"DROP DATABASE {name} WITH (FORCE)")
        until(lambda: "is away" in said(file))
        asked(server, f"CREATE DATABASE {name}")
        until(lambda: asked(dsn, "SELECT 1 AS one") == [{"one": 1}])
        make(dsn, *(f"new-{number}" for number in range(5)))
        until(lambda: all(len(visits(file).get(f"new-{number}", [])) >= 4 for number in range(5)))
        until(lambda: asked(dsn, "SELECT count(DISTINCT process) AS many FROM worker") == [{"many": 2}])
