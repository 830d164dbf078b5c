"""Serves the pages until it is told to end."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from mtcrawler.browse.library import Library
from mtcrawler.browse.server.app import application
from mtcrawler.security.loopback import is_loopback
from mtcrawler.security.serving import served

NO_LOGIN: Final = "Nobody has to log in: whoever reaches this address reads the whole bucket."


def address_of(server: socket.socket, host: str) -> str:
    """The address to open in a browser."""
    port = server.getsockname()[1]
    if host in {"", "0.0.0.0", "::"}:  # noqa: S104 - compared, not listened at
        host = socket.gethostname()
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def serve(
    library: Library,
    server: socket.socket,
    *,
    host: str,
    names: Collection[str] = (),
    started: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGINT or SIGTERM; `started` is called once pages are answered."""
    foot = "Only this machine reaches this page; nobody has to log in." if is_loopback(host) else NO_LOGIN

    class Server(uvicorn.Server):
        @contextmanager
        def capture_signals(self) -> Iterator[None]:
            # Told to end is how it ends: the signal is not raised again afterwards, as uvicorn would.
            before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
            try:
                yield
            finally:
                for number, handler in before.items():
                    signal.signal(number, handler)

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            started()

    names = [host, socket.gethostname(), *names]
    library.updater.start()
    Server(served(application(library, foot=foot, names=names))).run(sockets=[server])
