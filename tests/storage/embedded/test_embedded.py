"""The embedded store: there when needed, once, private, and none the worse for being killed."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from mtcrawler.model.errors import SettingError, StoreUnreachable
from mtcrawler.storage.embedded import server
from mtcrawler.storage.embedded.ports import is_free
from mtcrawler.storage.embedded.process import open_files
from mtcrawler.storage.embedded.server import PARTS, Embedded
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import check
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import ROOT
from tests.fixtures.waiting import until


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Embedded]:
    store = Embedded(tmp_path / "a folder")
    yield store
    store.down(wait=0)


def up(folder: Path) -> tuple[Location, int | None]:
    store = Embedded(folder)
    return store.up(), store.status().pid


@pytest.mark.slow
def test_it_takes_articles_when_it_is_up(store: Embedded) -> None:
    """Once up returns, the bucket is there, empty, and takes objects; up again changes nothing; down keeps the data."""
    assert not store.status().running
    location = store.up()
    client = Client(location)
    assert list(client.keys("")) == []
    client.put("x", b"1")
    pid = store.status().pid
    assert (store.up(), store.status().pid) == (location, pid)
    assert store.down() is True
    assert store.down() is False
    assert not store.status().running
    assert store.up() == location
    stored = client.get("x")
    assert stored is not None
    assert stored.body == b"1"


@pytest.mark.slow
def test_many_who_start_it_at_once_get_one(store: Embedded) -> None:
    """Processes that need the store at the same moment share one server."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        found = set(pool.map(up, [store.folder] * 4))
    assert found == {up(store.folder)}


def test_a_killed_server_is_started_again(store: Embedded) -> None:
    """A process that died is noticed, even where its number is now another's, and its articles are still there."""
    client = Client(store.up())
    client.put("x", b"1")
    pid = store.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    client = Client(store.up())
    assert store.status().pid != pid
    assert client.get("x") is not None
    state = store._read()
    assert state is not None
    assert state.process is not None
    store._write(replace(state, process=replace(state.process, pid=os.getpid())))
    assert not store.status().running
    store._write(state)


def test_a_full_disk_is_named(store: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full the line says so, and no server is left that would refuse articles later on."""
    monkeypatch.setattr(Embedded, "_takes_articles", lambda *given: False)
    monkeypatch.setattr(server, "ROOM", 1 << 62)
    with pytest.raises(StoreUnreachable, match=r"its disk is full\. Free some space there"):
        store.up()
    assert not store.status().running


@pytest.mark.slow
def test_a_taken_port_is_replaced(store: Embedded) -> None:
    """When another program has taken a remembered port, the store finds others."""
    first = store.up()
    store.down(wait=5)
    state = store._read()
    assert state is not None
    with socket.create_server(("127.0.0.1", 0)) as other:
        store._write(replace(state, ports={**state.ports, "s3": other.getsockname()[1]}))
        second = store.up()
        assert second.endpoint_url not in {first.endpoint_url, f"http://127.0.0.1:{other.getsockname()[1]}"}
        assert second.tag == first.tag
        check(Client(second))


def test_it_is_over_only_when_its_ports_are_free(store: Embedded) -> None:
    """A server counts as running until its last thread is gone, so that the next one finds the ports it left."""
    for _ in range(3):
        store.up()
        state = store._read()
        assert state is not None
        assert state.process is not None
        state.process.send(signal.SIGKILL)
        while state.process.alive:
            pass
        assert [port for port in state.ports.values() if not is_free(port)] == []


def test_its_secrets_are_its_owners(store: Embedded) -> None:
    """Credentials are made once, readable by their owner only, and not on the command line."""
    location = store.up()
    assert stat.S_IMODE((store.folder / "store.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(store.folder.stat().st_mode) == 0o700
    pid = store.status().pid
    command = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
    assert location.secret_key is not None
    assert location.secret_key not in command
    assert location.secret_key not in repr(store._read())


def test_it_listens_on_loopback_only(store: Embedded) -> None:
    """No port of the server is open to the network."""
    store.up()
    inodes = {
        target.removeprefix("socket:[").rstrip("]")
        for target in open_files(store.status().pid or 0)
        if target.startswith("socket:")
    }
    listening = [
        fields[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text(encoding="utf-8").splitlines()[1:]
        if (fields := line.split())[3] == "0A" and fields[9] in inodes
    ]
    assert listening
    assert {address.partition(":")[0] for address in listening} == {"0100007F"}


NOTE = {"access_key": "a", "secret_key": "b", "process": None}
PORTS = {f"{part}{kind}": 20_000 for part in PARTS for kind in ("", ".grpc")}


@pytest.mark.parametrize(
    "note",
    [
        "{",
        "null",
        '"text"',
        "[" * 100_000,
        json.dumps({**NOTE, "ports": {}}),
        json.dumps({**NOTE, "ports": {**PORTS, "s3": 0}}),
        json.dumps({**NOTE, "ports": PORTS, "access_key": 1}),
    ],
    ids=["cut", "null", "text", "deep", "no-ports", "no-port", "wrong-type"],
)
def test_a_damaged_note_says_what_to_do(store: Embedded, note: str) -> None:
    """A note that was not written by the store is an error with a remedy, not a traceback."""
    store.folder.mkdir()
    (store.folder / "store.json").write_text(note)
    for ask in (store.up, store.down, store.status):
        with pytest.raises(SettingError, match="Delete that file"):
            ask()
    (store.folder / "store.json").unlink()


def test_a_note_that_means_many_processes_is_damaged(tmp_path: Path) -> None:
    """A number below 1 is no process of ours: a signal to it would go to a group, or to everybody."""
    for pid in (-1, 0):
        note = {**NOTE, "ports": PORTS, "process": {"pid": pid, "started": None}}
        (tmp_path / "store.json").write_text(json.dumps(note))
        # Only asked, never stopped: where this law does not hold, stopping would end whatever runs here.
        with pytest.raises(SettingError, match="Delete that file"):
            Embedded(tmp_path).status()


def test_a_folder_that_cannot_be_used_says_so(store: Embedded) -> None:
    """What stands in the way of the store's own files is named, with a way out."""
    store.folder.mkdir()
    (store.folder / "data").write_text("")
    with pytest.raises(SettingError, match=r"data cannot be used .* S3_BUCKET"):
        store.up()
    (store.folder / "store.json").mkdir()
    with pytest.raises(SettingError, match=r"store.json is damaged.*Delete"):
        store.status()
    (store.folder / "store.json").rmdir()


def test_a_store_that_cannot_be_closed_is_not_started(store: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what makes certificates there is an error with a remedy, and no server."""
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(SettingError, match="cryptography is not installed"):
        store.up()
    assert not store.status().running


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """Where the folder cannot be, the way out is named."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="S3_BUCKET"):
        Embedded(tmp_path / "file" / "store").up()


OWNER = """
import sys
from pathlib import Path
from mtcrawler.storage.embedded.server import Embedded
from tests.fixtures.store import ends_with_us
store = Embedded(Path(sys.argv[1]))
store.up()
with ends_with_us(store.status().pid, store.folder):
    print("up", flush=True)
    sys.stdin.read()
"""


def test_no_server_of_the_tests_outlives_them(store: Embedded) -> None:
    """A test run that is killed takes its server with it."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER, str(store.folder)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as owner:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"up\n"
        assert store.status().running
        owner.kill()
    until(lambda: not store.status().running)
