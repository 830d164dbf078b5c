"""Laws of reading what others wrote: sessions, JSON, packed bytes and files are read within limits or refused."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.fetch.sessions import ReaderSession, imported, states
from mtcrawler.model.errors import SessionExpired, SettingError
from mtcrawler.security.untrusted import Unreadable, contents, inflated, parsed, unpacked
from tests.hostile.poisoned.poison import TEXTS, bomb

COOKIE = {"name": "a", "value": "b", "domain": "x.y", "path": "/", "expires": -1}


@pytest.mark.parametrize(
    "kept",
    [
        *TEXTS.values(),
        b'{"cookies": [5]}',
        b'{"cookies": [{"name": "a", "value": "b", "expires": 1e999}]}',
        b'{"cookies": [{"name": "a", "value": "b", "expires": "soon"}]}',
        json.dumps({"cookies": [{**COOKIE, "expires": 10**400}]}).encode(),
        json.dumps({"cookies": [COOKIE], "origins": [{"origin": "x", "localStorage": {"a": 1}}]}).encode(),
        json.dumps({"cookies": [COOKIE], "origins": [[]]}).encode(),
    ],
)
def test_a_session_that_is_none_is_a_setting(kept: bytes, tmp_path: Path) -> None:
    """A reader's session whose file is no storage state is told by name, and nothing of it is shown or taken."""
    path = tmp_path / "session.json"
    path.write_bytes(kept)
    path.chmod(0o600)
    asked: list[Callable[[], object]] = [lambda: ReaderSession.open("x.y", path), lambda: imported(path)]
    for ask in asked:
        with pytest.raises(SettingError) as told:
            ask()
        assert len(str(told.value)) < 500
    assert list(states({"READER_SESSIONS": {"x.y": str(path)}})) == []


def test_a_session_of_playwrights_own_is_one(tmp_path: Path) -> None:
    """What Playwright writes is read as it was, fields of its own included."""
    cookie: dict[str, Any] = {**COOKIE, "httpOnly": True, "secure": False, "sameSite": "Lax", "partitionKey": "k"}
    state = {
        "cookies": [cookie],
        "origins": [{"origin": "https://x.y", "localStorage": [{"name": "n", "value": "v"}]}],
    }
    path = tmp_path / "session.json"
    path.write_text(json.dumps(state))
    path.chmod(0o600)
    assert ReaderSession.open("x.y", path).path == path
    assert list(states({"READER_SESSIONS": {"x.y": str(path)}})) == [state]
    cookie["expires"] = 1.5
    path.write_text(json.dumps(state))
    with pytest.raises(SessionExpired):
        ReaderSession.open("x.y", path)


@pytest.mark.parametrize("text", TEXTS.values())
def test_json_is_read_or_refused(text: bytes) -> None:
    """Whatever is no JSON within limits is refused with one kind of error; what is JSON comes as it is."""
    try:
        found = parsed(text)
    except Unreadable:
        return
    assert found == json.loads(text)


def test_what_is_packed_has_a_limit() -> None:
    """Neither gzip nor zlib unpack a byte more than was allowed, and what is torn is refused."""
    assert unpacked(gzip.compress(b"a" * 1000), 1000) == b"a" * 1000
    for body in (gzip.compress(b"a" * 1001), bomb(128), gzip.compress(b"a" * 900)[:-3], b"", b"a"):
        with pytest.raises(Unreadable):
            unpacked(body, 1000)
        with pytest.raises(Unreadable):
            inflated(body, 1000)


def test_a_file_is_read_without_a_wait(tmp_path: Path) -> None:
    """A file of the most bytes is read; one that is larger, a pipe, a folder, a device and a link are refused."""
    path = tmp_path / "file"
    path.write_bytes(b"a" * 10)
    assert contents(path, 10) == b"a" * 10
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(path)
    for place in (path, tmp_path / "pipe", tmp_path, tmp_path / "link", Path("/dev/zero")):
        with pytest.raises(Unreadable):
            contents(place, 9)
    with pytest.raises(FileNotFoundError):
        contents(tmp_path / "nothing", 9)
