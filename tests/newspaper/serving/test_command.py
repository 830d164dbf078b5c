"""The tests' own commands, where what is typed is wrong."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

from tests.fixtures.crawl import ROOT


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["newspaper", "--port", "TAKEN", "--ru-port", "0"], 1, "Give other ports with --port and --ru-port"),
        (["pages.save", "nobody.example", "https://nobody.example/a"], 2, "no definition describes this site"),
    ],
    ids=["port", "site"],
)
def test_wrong_arguments_are_told(arguments: list[str], code: int, told: str) -> None:
    """What is wrong is the last line on stderr, with a code of its own and no traceback."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        line = [one.replace("TAKEN", str(taken.getsockname()[1])) for one in arguments]
        done = subprocess.run(
            [sys.executable, "-m", f"tests.{line[0]}", *line[1:]], cwd=ROOT, capture_output=True, text=True, check=False
        )
    assert (done.returncode, told in done.stderr.splitlines()[-1]) == (code, True), done.stderr
    assert "Traceback" not in done.stderr
