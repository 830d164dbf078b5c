"""Laws of what a crawler finds on its disk: tables, spools, keys and sessions are checked, moved aside or named."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.cli.doctor.diagnostics import Environment, _rejected
from mtcrawler.model.errors import SettingError
from mtcrawler.security import private_files
from mtcrawler.session.session import Session
from mtcrawler.storage.embedded import tls
from mtcrawler.storage.embedded.ports import free_ports
from mtcrawler.storage.embedded.process import Process, started
from mtcrawler.storage.embedded.server import PARTS, Embedded, State
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.write import journal
from mtcrawler.storage.write.spool import Spool, Waiting
from tests.fixtures.store import make_article
from tests.hostile.poisoned.poison import DATABASES, TEXTS, database

ROOM = 1 << 20
OURS = {
    *("a number for a word", "a segment that is none", "a moment that is none", "a revision without end"),
    *("an id that is none", "an id elsewhere that is none", "a key that is no article's", "a site that is none"),
}
"""Databases whose tables are ours: what is in those of a disk is the crawler's own."""


@pytest.mark.parametrize("name", [*DATABASES, "no database", "torn pages", "a link", "a pipe", "an empty file"])
def test_a_table_that_is_not_ours_is_made_again(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A local table that is damaged, a stranger's or no file at all is named and made again, and none of it is run."""
    path = tmp_path / "known.sqlite"
    if name in DATABASES:
        path.write_bytes(database(tmp_path, DATABASES[name]))
    elif name == "a link":
        path.symlink_to("/dev/zero")
    elif name == "a pipe":
        os.mkfifo(path)
    elif name == "torn pages":
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000) "
        body = database(tmp_path, f"INSERT INTO segments {numbers} SELECT 'changes/v1/' || i FROM n")
        path.write_bytes(body[:8192] + b"\xff" * 16384 + body[24576:])
    else:
        path.write_bytes(b"" if name == "an empty file" else b"no database" * 999)
    known = ArticleIndex(path)
    assert known.get(make_article(1).id) is None
    known.close()
    assert (str(path) in caplog.text) == (name not in OURS | {"an empty file"})
    assert stat.S_IMODE(path.stat().st_mode) == private_files.FILE


def test_a_folder_in_the_place_of_a_table_is_a_setting(tmp_path: Path) -> None:
    """A folder is not thrown away: it is named, with what to do."""
    (tmp_path / "known.sqlite").mkdir()
    with pytest.raises(SettingError, match="Move it away"):
        ArticleIndex(tmp_path / "known.sqlite")


@pytest.mark.parametrize(
    "name", [*TEXTS, "a path for an id", "a list for a name", "too large", "pipe", "folder", "link"]
)
def test_a_spool_takes_nothing_on_trust(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that is no waiting article is named, counted and moved aside, without a wait; the others are delivered."""
    spool = Spool(tmp_path / "spool", ROOM)
    path = spool.folder / "00-poison.json"
    envelope: dict[str, Any] = {"duplicate_of": None, "article": json.loads(make_article(2).to_json())}
    if name == "pipe":
        os.mkfifo(path)
    elif name == "folder":
        path.mkdir()
    elif name == "link":
        path.symlink_to("/dev/zero")
    elif name == "too large":
        with path.open("wb") as file:
            file.truncate(1 << 40)
    elif name == "a list for a name":
        path.write_text(json.dumps({**envelope, "duplicate_of": ["a"]}))
    elif name == "a path for an id":
        envelope["article"]["id"] = "../../../escaped"
        path.write_text(json.dumps(envelope))
    else:
        path.write_bytes(TEXTS[name])
    spool.add(make_article(1))
    taken: list[Waiting] = []
    assert spool.deliver(taken.append) == 1
    assert (taken, len(spool), spool.rejected) == ([Waiting(make_article(1))], 0, 1)
    assert [one.name for one in (spool.folder / "rejected").iterdir()] == [path.name]
    assert str(path) in caplog.text


def test_an_article_that_is_refused_again_and_again_is_kept_once(tmp_path: Path) -> None:
    """What is set aside does not grow with the runs that could not store it, and is delivered once it is moved back."""
    spool = Spool(tmp_path, ROOM)
    assert len({spool.set_aside(make_article(1)) for _ in range(3)}) == 1
    place = spool.set_aside(make_article(1, words="Later."))
    assert len(list((tmp_path / "rejected").iterdir())) == 1
    place.rename(tmp_path / place.name)
    taken: list[Waiting] = []
    assert spool.deliver(taken.append) == 1
    assert taken == [Waiting(make_article(1, words="Later."))]


PORTS = {name: 20000 for part in PARTS for name in (part, f"{part}.grpc")}
STATE = asdict(State("a" * 20, "b" * 40, PORTS, Process(4_000_000, "1")))


@pytest.mark.parametrize(
    "kept",
    [
        *TEXTS.values(),
        json.dumps({**STATE, "ports": [1]}).encode(),
        json.dumps({**STATE, "ports": {}}).encode(),
        json.dumps({**STATE, "ports": {**PORTS, "s3": 70000}}).encode(),
        json.dumps({**STATE, "process": {"pid": 10**30, "started": "1"}}).encode(),
        json.dumps({**STATE, "process": [1]}).encode(),
        json.dumps({**STATE, "secret_key": None}).encode(),
    ],
)
def test_what_a_store_remembers_is_checked(kept: bytes, tmp_path: Path) -> None:
    """A store.json that is none is a setting to be corrected, whatever is asked of the store."""
    (tmp_path / "store.json").write_bytes(kept)
    asked: list[Callable[[], object]] = [Embedded(tmp_path).status, Embedded(tmp_path).down, Embedded(tmp_path).up]
    for ask in asked:
        with pytest.raises(SettingError, match="Delete that file"):
            ask()


@pytest.mark.parametrize("pid", [-1, 0, 1])
def test_a_store_names_one_process_only(pid: int, tmp_path: Path) -> None:
    """A store.json whose process number stands for many processes, or for the first, is refused before any signal."""
    (tmp_path / "store.json").write_bytes(json.dumps({**STATE, "process": {"pid": pid, "started": None}}).encode())
    with pytest.raises(SettingError, match="Delete that file"):
        Embedded(tmp_path).status()


@pytest.mark.parametrize("place", ["pipe", "folder", "link"])
def test_a_store_waits_for_no_pipe(place: str, tmp_path: Path) -> None:
    """A pipe, a folder or a link in the place of store.json or of the lock is told, and not waited for."""
    for name in ("store.json", "lock"):
        folder = tmp_path / name
        folder.mkdir()
        if place == "pipe":
            os.mkfifo(folder / name)
        elif place == "folder":
            (folder / name).mkdir()
        else:
            (folder / name).symlink_to("/dev/zero")
        with pytest.raises(SettingError):
            Embedded(folder).up()


def test_folders_of_everybody_stay_everybodys(tmp_path: Path) -> None:
    """A folder is closed to others unless it is one that all share; what is above it stays as it is."""
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    assert stat.S_IMODE(private_files.folder(shared).stat().st_mode) == 0o1777
    tmp_path.chmod(0o755)
    private_files.folder(tmp_path / "a" / "b")
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path, tmp_path / "a", tmp_path / "a" / "b")]
    assert modes == [0o755, 0o700, 0o700]


def test_only_what_is_ours_is_closed_to_others(new_session: Callable[..., Session], tmp_path: Path) -> None:
    """A run closes its own files to others, however old; other files beside them, and the owner's rights, stay."""
    session = new_session()
    session.close()
    state, spool = tmp_path / "var" / "state", tmp_path / "var" / "spool"
    (table,) = state.glob("known-*.sqlite")
    (waiting,) = spool.iterdir()
    ours = [table, waiting, waiting / "tool", state / "lease-x", state / "unresponsive-x.txt"]
    others = [state / "tool", spool / "tool", state / "folder"]
    for path in (waiting / "tool", state / "lease-x", state / "unresponsive-x.txt", *others[:2]):
        path.touch()
    others[2].mkdir()
    for path in (*ours, *others):
        path.chmod(0o755)
    new_session("again").close()
    assert {stat.S_IMODE(path.stat().st_mode) for path in others} == {0o755}
    # The table is opened for writing, with its own mode; of the others only the rights of others are taken.
    assert [stat.S_IMODE(path.stat().st_mode) for path in ours] == [private_files.FILE, *[0o700] * 4]


@pytest.mark.parametrize("name", ["pipe", "folder", "link", "too large", "no text"])
def test_a_stores_files_are_read_without_a_wait(name: str, tmp_path: Path) -> None:
    """Whatever lies where a store keeps its configuration and its log, it counts as not closed, and as silent."""
    tls.renew(tmp_path)
    assert tls.in_force(tmp_path)
    for path in (tmp_path / "security.toml", tmp_path / "server.log"):
        path.unlink(missing_ok=True)
        if name == "pipe":
            os.mkfifo(path)
        elif name == "folder":
            path.mkdir()
        elif name == "link":
            path.symlink_to("/dev/zero")
        else:
            path.write_bytes(b"\xff" * (tls.MOST + 1 if name == "too large" else 8))
    assert not tls.in_force(tmp_path)
    assert "no error in its log" in Embedded(tmp_path)._last_words()


def test_a_store_signals_no_strangers_process(tmp_path: Path) -> None:
    """A store.json that names a process at work elsewhere names no server: nothing is sent to it."""
    store = Embedded(tmp_path / "store")
    private_files.folder(store.folder)
    log = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT)
    stranger = started(["/bin/sleep", "600"], folder=tmp_path, environment={}, log=log)
    os.close(log)
    try:
        store._write(State("A" * 20, "b" * 40, free_ports(PARTS), stranger))
        assert not store.status().running
        assert not store.down()
        assert stranger.alive
    finally:
        stranger.send(signal.SIGKILL)


def test_nothing_that_was_moved_aside_is_lost(tmp_path: Path) -> None:
    """Files of one name that cannot be read are moved aside beside one another, in the spool and in the journal."""
    spool = Spool(tmp_path / "spool", ROOM)
    for body in (b"first", b"second", b"third"):
        for path in (spool.folder / "a.json", tmp_path / "a-000001.jsonl"):
            path.write_bytes(body)
        spool.deliver(lambda _: None)
        journal.reject(tmp_path / "a-000001.jsonl", "it is bad")
    for folder in (spool.folder / "rejected", tmp_path / "rejected"):
        assert {path.read_bytes() for path in folder.iterdir()} == {b"first", b"second", b"third"}


def test_what_was_moved_aside_is_told_again(
    new_session: Callable[..., Session], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Every run and `mtcrawler doctor` tell how many files lie in the spool's and the journal's `rejected`, where, and
    what to do, until they are taken away.
    """
    session = new_session("one")
    (spool,) = session.plan.spool_dir.iterdir()
    (journals,) = session.plan.state_dir.glob("journal-*")
    session.close()
    for number in range(2):
        (spool / f"{number}-{number}-x.json").write_bytes(b"{")
    (journals / "left-000001.jsonl").write_bytes(b"{}\n")
    new_session("two").close()
    for run in ("three", "four"):
        caplog.clear()
        new_session(run).close()
        told = [line for line in caplog.messages if "rejected" in line]
        assert [line.split(" ", 1)[0] for line in told] == ["2", "1"]
        assert f"{spool / 'rejected'}. " in told[0]
        assert "mtcrawler store redeliver" in told[0]
        assert str(journals / "rejected") in told[1]
    patient = Environment(tmp_path / "var", {}, lambda: session.location)
    assert [(one.state, one.said) for one in _rejected(patient, None)] == [
        ("warning", f"2 files of the spool could not be used and lie in {spool / 'rejected'}"),
        ("warning", f"1 file of the journal could not be used and lies in {journals / 'rejected'}"),
    ]
    for folder in (spool, journals):
        shutil.rmtree(folder / "rejected")
    caplog.clear()
    new_session("five").close()
    assert "rejected" not in caplog.text
    assert list(_rejected(patient, None)) == []
