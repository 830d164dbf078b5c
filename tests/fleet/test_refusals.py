"""What the fleet's database refuses, and what it cannot be told, is one line for an operator."""

from __future__ import annotations

import re

import pytest

from mtcrawler.cli import main
from tests.fleet.stand_in import asked, make


@pytest.fixture
def stranger(dsn: str) -> str:
    """The address of the database for a user who may look, and make nothing."""
    name = re.sub("test", "stranger", dsn.rpartition("/")[2])
    asked(dsn, f"CREATE ROLE {name} LOGIN PASSWORD 'hidden-word'")
    return re.sub("//.*@", f"//{name}:hidden-word@", dsn)


def told(capsys: pytest.CaptureFixture[str], dsn: str, *arguments: str) -> tuple[int, str]:
    """The code of a command, and the one line that it says."""
    code = main(["fleet", *arguments], {"FLEET_DSN": dsn})
    (line,) = capsys.readouterr().err.splitlines()
    assert "hidden-word" not in line
    return code, line


def test_a_refusal_is_told(dsn: str, stranger: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A user who may make no tables, and a database in which a table of ours is somebody else's, are each told with
    what the database said and what to do.
    """
    code, line = told(capsys, stranger, "status")
    assert (code, "it refuses (permission denied for schema public" in line) == (14, True)
    assert line.endswith("its user owns it (FLEET_DSN).")
    asked(dsn, "CREATE TABLE fleet (ours text)")
    code, line = told(capsys, dsn, "status")
    assert (code, 'it refuses (column "form" does not exist' in line) == (14, True)


def test_a_wrong_address_is_told_with_what_helps(dsn: str, stranger: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever is not let in is told to correct the address or the server; whoever finds nobody, to start one."""
    for wrong, word in (
        (stranger.replace("hidden-word", "other-word"), "password authentication failed"),
        (f"{dsn}-not", "does not exist"),
    ):
        code, line = told(capsys, wrong, "status")
        assert (code, word in line) == (14, True), line
        assert re.search(r"\)\. Correct FLEET_DSN, or what that server knows", line)
    _, line = told(capsys, "postgresql://fleet:hidden-word@127.0.0.1:9/fleet", "status")
    assert re.search(r"no connection \(.*refused.*\)\. See that it runs", line)


def test_what_is_no_utf8_is_told(dsn: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A byte of an argument that is no UTF-8 cannot be kept, and is told."""
    make(dsn, "a.example")
    for arguments in (("pause", "a\udcff.example"), ("quarantine", "a.example", "--reason", "\udcff")):
        code, line = told(capsys, dsn, *arguments)
        assert (code, "that is no UTF-8" in line) == (2, True), line
