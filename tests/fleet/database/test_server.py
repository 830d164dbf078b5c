"""The embedded database: there when needed, once, private, and none the worse for being killed."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest
from scrapy.settings import Settings

from mtcrawler.cli import main
from mtcrawler.commands.worker import goes_on
from mtcrawler.fleet.database import programs, server
from mtcrawler.fleet.database.server import EmbeddedDatabase
from mtcrawler.model.errors import DatabaseAway, SettingError
from mtcrawler.storage.embedded.process import Process, open_files
from tests.fixtures.disk import full_disk


@pytest.fixture
def database(tmp_path: Path) -> Iterator[EmbeddedDatabase]:
    database = EmbeddedDatabase(tmp_path / "a folder")
    yield database
    database.down(wait=5)


def up(folder: Path) -> tuple[str, int | None]:
    database = EmbeddedDatabase(folder)
    return database.up(), database.status().pid


def asked(address: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(address, autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchall() if cursor.description else []


def test_it_keeps_what_it_holds(database: EmbeddedDatabase) -> None:
    """Processes that start it at once get one server; after a kill -9, after `down`, and with a number in its note that
    is another process's now, it comes up again with all it held.
    """
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        ((address, pid),) = set(pool.map(up, [database.folder] * 2))
    asked(address, "CREATE TABLE kept (number int); INSERT INTO kept VALUES (7)")
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert asked(database.up(), "SELECT number FROM kept") == [(7,)]
    assert database.status().pid != pid
    assert (database.down(), database.down(), database.status().running) == (True, False, False)
    (database.folder / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert not database.status().running
    assert asked(database.up(), "SELECT number FROM kept") == [(7,)]


def test_it_is_its_owners_alone(database: EmbeddedDatabase) -> None:
    """It listens on loopback alone, asks for a password that stands in one file of its owner's and on no command line,
    and none of its files can be read by others.
    """
    address = database.up()
    password = address.partition("fleet:")[2].partition("@")[0]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(address.replace(password, "guessed"))
    assert stat.S_IMODE((database.folder / "database.json").stat().st_mode) == 0o600
    assert not (database.folder / "password").exists()
    assert {stat.S_IMODE(path.lstat().st_mode) & 0o077 for path in database.folder.rglob("*")} == {0}
    pid = database.status().pid
    assert password not in Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    inodes = {name[8:-1] for name in open_files(pid or 0) if name.startswith("socket:[")}
    tables = [Path(f"/proc/net/{name}").read_text("utf-8").splitlines()[1:] for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table]
    assert {row[1].partition(":")[0] for row in rows if row[3] == "0A" and row[9] in inodes} == {"0100007F"}


def test_a_worker_says_that_it_goes_on(database: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker's last line names the embedded servers that run on, with the command that stops each, and no others."""
    monkeypatch.delenv("FLEET_DSN", raising=False)
    store = database.folder.parent / "store"
    settings = Settings({"FLEET_DIR": str(database.folder), "STORE_DIR": str(store), "EMBEDDED_STORE": True})
    assert goes_on(settings) == ""
    database.up()
    told = goes_on(settings)
    assert told.startswith(" What goes on here: PostgreSQL (`mtcrawler --var ")
    assert told.endswith("fleet database down` stops it).")
    monkeypatch.setenv("FLEET_DSN", "postgresql://fleet@db.example/fleet")
    assert goes_on(settings) == ""


def test_debians_server_does_as_well(database: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is not installed, Debian's PostgreSQL is started the same way; where neither is, that is told
    with what to do.
    """
    monkeypatch.setattr(programs, "PACKAGE", "not-installed")
    if list(programs.DEBIAN.glob("*/bin/initdb")):
        (version,) = asked(database.up(), "SHOW server_version")[0]
        assert f"{programs.programs()}/".startswith(f"{programs.DEBIAN}/{str(version).partition('.')[0]}/")
    monkeypatch.setattr(programs, "DEBIAN", Path("/nowhere"))
    with pytest.raises(SettingError, match=r"PostgreSQL is not installed.*Set FLEET_DSN .*fleet-embedded"):
        EmbeddedDatabase(database.folder.with_name("other")).up()


def test_a_damaged_note_is_told(database: EmbeddedDatabase) -> None:
    """A note without the password, or with another port than there are, is named with what to do."""
    database.up()
    note = database.folder / "database.json"
    for damaged in (b"{}", json.dumps({"port": 70000, "password": "abc"}).encode(), b"\xff"):
        note.write_bytes(damaged)
        with pytest.raises(SettingError, match=r"database\.json is damaged\. Delete that folder, then"):
            database.up()


def test_what_passes_costs_no_data(database: EmbeddedDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, and one that reads badly, are told by what went wrong, and nobody is told to delete anything."""
    whole = pytest.raises(DatabaseAway, match=r"initdb failed \(.*could not .*\)\. See that there is room")
    with full_disk(100_000), whole:
        database.up()

    def contents(path: Path, most: int) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO), path)

    monkeypatch.setattr(server, "contents", contents)
    for ask in (database.up, database.status):
        with pytest.raises(SettingError, match=r"database\.json cannot be used \(Input/output error\)\. See that"):
            ask()


def test_it_is_run_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Up starts it, status tells, env prints for a shell what names it to a worker elsewhere, down stops it."""
    var = ["--var", str(tmp_path), "fleet", "database"]
    assert main([*var, "status"], {}) == 3
    assert json.loads(capsys.readouterr().out)["running"] is False
    try:
        assert main([*var, "up"], {}) == 0
        status = json.loads(capsys.readouterr().out)
        assert main([*var, "env"], {}) == 0
        address = capsys.readouterr().out.rpartition("FLEET_DSN=")[2].strip()
        assert f"@{status['address']}/fleet" in address
        assert asked(address, "SELECT 1") == [(1,)]
    finally:
        assert main([*var, "down"], {}) == 0
    assert capsys.readouterr().out == "stopped\n"
    assert not Process.of(status["pid"]).alive
