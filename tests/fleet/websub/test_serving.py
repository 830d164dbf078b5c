"""The server that hubs reach: nobody holds it up, and nobody's nonsense is told to an operator."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain, repeat
from threading import Thread
from typing import Any

import pytest
from starlette.responses import Response

from mtcrawler.fleet.websub.serving import CallbackServer
from mtcrawler.security import serving
from mtcrawler.security.listening import listening

HEAD = b"POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"


async def gone(scope: Any, receive: Any, send: Any) -> None:
    """Answers without looking at the body, as callbacks do whose last step nobody knows."""
    await Response(status_code=410)(scope, receive, send)


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a server whose connections last half a second."""
    monkeypatch.setattr(serving, "LONGEST", 0.5)
    bound, loop = listening("127.0.0.1", 0), asyncio.new_event_loop()
    server = CallbackServer(gone, bound)  # type: ignore[arg-type]
    thread = Thread(target=loop.run_until_complete, args=(server.serve(),))
    thread.start()
    try:
        yield bound.getsockname()[1]
    finally:
        server.end()
        thread.join()
        loop.close()
        bound.close()


def answered(port: int, *parts: bytes) -> bytes:
    """What comes until the server ends the connection, which is sent these parts, and the last one over and over."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(0.05)
        found, until = b"", time.monotonic() + 20
        with suppress(ConnectionError):
            for part in chain(parts, repeat(parts[-1] if parts else b"")):
                line.sendall(part)
                with suppress(TimeoutError):
                    if not (came := line.recv(1000)):
                        return found
                    found += came
                assert time.monotonic() < until
        return found


@pytest.mark.parametrize(
    ("parts", "status"),
    [((), b""), ((b"POST /x HT", b""), b""), ((b"GET /", b"x"), b""), ((HEAD, b"1\r\nx\r\n"), b"HTTP/1.1 410 ")],
)
def test_no_connection_is_held_for_ever(port: int, parts: tuple[bytes, ...], status: bytes) -> None:
    """Who connects and asks nothing, begins a request, or goes on with a body that was answered, is hung up on."""
    assert answered(port, *parts).startswith(status)


def test_nonsense_is_not_told_to_the_operator(port: int, caplog: pytest.LogCaptureFixture) -> None:
    """What is no HTTP, a change of the protocol, and a body that breaks off after its answer, make no line of the log:
    whoever reaches the address could fill it.
    """
    wish = b"GET /x HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n"
    with caplog.at_level(logging.INFO):
        assert answered(port, b"\x16\x03\x01\r\n\r\n").startswith(b"HTTP/1.1 400 ")
        assert answered(port, wish, b"").startswith(b"HTTP/1.1 410 ")
        assert answered(port, HEAD, b"zzzz\r\n").startswith(b"HTTP/1.1 410 ")
    assert [record.getMessage() for record in caplog.records] == []
