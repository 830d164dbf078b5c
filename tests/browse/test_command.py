"""`mtcrawler browse` as an operator meets it: it starts, says where it is, ends when told, and says what is wrong."""

from __future__ import annotations

import builtins
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from mtcrawler.cli import main
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.storage.connection import connect
from mtcrawler.storage.location import Location
from tests.browse.shelf import Shelf, article
from tests.fixtures.crawl import environment
from tests.fixtures.waiting import until

NONSENSE = (
    (b"\x16\x03\x01\r\n\r\n",),
    (b"GET /search HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"zzzz\r\n"),
    (b"GET /search HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",),
)
"""What is no HTTP, a body that breaks off after its answer, and a change of the protocol."""


def page(address: str) -> str:
    """The page at an address."""
    with urlopen(address, timeout=60) as answer:
        return str(answer.read(), "utf-8")


def send(port: int, *parts: bytes) -> None:
    """Send these parts, each once something was answered, or the line was closed, for the one before."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line, suppress(ConnectionError):
        for part in parts:
            line.sendall(part)
            line.recv(1)
        line.shutdown(socket.SHUT_WR)
        while line.recv(65_536):
            pass


@pytest.mark.parametrize(("host", "end"), [("127.0.0.1", signal.SIGINT), ("0.0.0.0", signal.SIGTERM)])
def test_it_serves_until_it_ends(bucket: Location, tmp_path: Path, host: str, end: signal.Signals) -> None:
    """It says where it is, and where others reach it that nobody has to log in, and nothing of the nonsense that others
    send; Ctrl-C and SIGTERM end it with 0.
    """
    store = connect(bucket)
    shelf = Shelf(store)
    one = shelf.put(article(1))
    shelf.flush()
    store.close()
    command = [sys.executable, "-m", "mtcrawler.cli", "browse", "--port", "0", "--host", host]
    given = environment(bucket, tmp_path / "var")
    with subprocess.Popen(command, env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            said = running.stdout.readline()
            told_port = re.search(r"http://[^/ ]+:([0-9]+)/", said)
            assert told_port, said
            port = told_port[1]
            until(lambda: one.headline in page(f"http://127.0.0.1:{port}/search"))
            for parts in NONSENSE:
                send(int(port), *parts)
        finally:
            running.send_signal(end)
        _, told = running.communicate(timeout=60)
    assert running.returncode == 0
    assert ("Nobody has to log in" in told) == (host == "0.0.0.0")
    assert "Traceback" not in told
    assert "HTTP" not in told
    assert "data_received" not in told
    assert "uvicorn" not in told
    assert list((tmp_path / "var" / "browse").glob("*/index.sqlite"))


def test_a_port_in_use_is_told(bucket: Location, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where another program listens the command says so, and how to choose another port."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code = main(["browse", "--port", str(port)], environment(bucket, tmp_path / "var"))
    assert code == ExitCode.WRONG_INPUT
    assert "another program listens there. Choose another with --port" in capsys.readouterr().err


def test_what_is_not_installed_is_told(
    bucket: Location, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra the command says how to install it."""
    whole = builtins.__import__

    def without(name: str, *given: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "starlette":
            raise ImportError(name, name=name)
        return whole(name, *given, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    assert main(["browse"], environment(bucket, tmp_path / "var")) == ExitCode.WRONG_INPUT
    assert "pip install 'mtcrawler[browse]'" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "told"), [(["--port", "70000"], "no port"), (["--host", "not a host"], "")])
def test_wrong_arguments_are_told(
    bucket: Location, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """A port or a host that is none is one line on stderr."""
    assert main(["browse", *arguments], environment(bucket, tmp_path / "var")) == ExitCode.WRONG_INPUT
    said = capsys.readouterr().err
    assert told in said
    assert said.count("\n") == 1
