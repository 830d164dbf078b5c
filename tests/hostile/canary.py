"""A site that serves hostile pages, and canaries where no page may ever lead: servers that count who comes."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.hostile.answers import Answer

MEETING = 60.0  # seconds
ANSWER = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Canary:
    """Listens on addresses of this machine over TCP and UDP, at one port, and counts what arrives."""

    def __init__(self, *addresses: str) -> None:
        self.hits = 0
        first = socket.create_server((addresses[0], 0))
        self.port: int = first.getsockname()[1]
        self._sockets = [first]
        for address in addresses[1:]:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            self._sockets.append(socket.create_server((address, self.port), family=family))
        self._datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._datagrams.bind((addresses[0], self.port))
        self._threads = [
            *(self._started(self._accept, each) for each in self._sockets),
            self._started(self._receive, self._datagrams),
        ]

    def _started(self, serve: Callable[[socket.socket], None], on: socket.socket) -> threading.Thread:
        thread = threading.Thread(target=serve, args=(on,), daemon=True)
        thread.start()
        return thread

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                line, _ = listening.accept()
                self.hits += 1
                with line, suppress(OSError):
                    line.settimeout(1)
                    line.recv(4096)
                    line.sendall(ANSWER)

    def _receive(self, bound: socket.socket) -> None:
        with suppress(OSError):
            while bound.recv(4096):
                self.hits += 1

    def close(self) -> None:
        """Stop listening."""
        for each in (*self._sockets, self._datagrams):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        for thread in self._threads:
            thread.join()


class HostileSite:
    """Serves pages by path; one that starts with "http" or "file" is where its path redirects to.

    `answers` go first: each is given once, the last of a path for ever. `asked` are the paths, `cookies` what each
    host was sent as Cookie, so far. With `tls` it is spoken to in TLS. Where there is a
    `meeting`, robots.txt is answered once all who are expected there have been asked for theirs.
    """

    def __init__(self, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.pages: dict[str, str] = {}
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[str] = []
        self.cookies: list[tuple[str, str]] = []
        self.meeting: threading.Barrier | None = None
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site.cookies.append((self.headers.get("Host", ""), self.headers.get("Cookie", "")))
                if site.meeting is not None and self.path == "/robots.txt":
                    site.meeting.wait(MEETING)
                if answers := site.answers.get(self.path):
                    with suppress(OSError):
                        (answers.pop(0) if len(answers) > 1 else answers[0]).write(self)
                    return
                page = site.pages.get(self.path, "")
                away = page.startswith(("http", "file", "data"))
                self.send_response(302 if away else 200)
                kind = {"js": "text/javascript", "bin": "application/octet-stream"}.get(self.path.rpartition(".")[2])
                self.send_header("Content-Type", kind or "text/html; charset=utf-8")
                if away:
                    self.send_header("Location", page)
                self.send_header("Content-Length", str(0 if away else len(page.encode())))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(b"" if away else page.encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Keep quiet."""

        self._server = ThreadingHTTPServer((address, 0), Handler)
        self.port: int = self._server.server_address[1]
        if tls is not None:  # the handshake is left to each connection's own thread
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.origin = f"{'https' if tls else 'http'}://{address}:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
