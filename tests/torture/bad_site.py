"""A newspaper with one bad page: everything else passes on to the real one."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

HTML: Final = {"Content-Type": "text/html; charset=utf-8"}
NEVER: Final = "/never.js"
MEGABYTE: Final = 1 << 20
DRIP: Final = 0.2
"""Seconds between two bytes."""
SCRIPT: Final = f'<script src="{NEVER}"></script>'.encode()
PARAGRAPH: Final = b"<p>It goes on and on and on and on and on and on and on and on and on and on.</p>\n" * 800


class BadPage(BaseHTTPRequestHandler):
    """The newspaper's answer to every path but the victim's, which is `how` answered."""

    protocol_version = "HTTP/1.1"
    upstream: tuple[str, int]
    victim: str
    how: Callable[[BadPage, bytes], None]
    over: threading.Event

    def do_GET(self) -> None:
        """Ask the newspaper; answer as it does, or badly."""
        if self.path == NEVER:
            self.over.wait()
            return
        line = http.client.HTTPConnection(*self.upstream, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() in {"if-none-match", "host"}}
        line.request("GET", self.path, headers=headers)
        answer = line.getresponse()
        body = answer.read()
        line.close()
        with suppress(OSError):
            if urlsplit(self.path).path.startswith(self.victim):
                self.close_connection = True
                type(self).how(self, body)
                return
            kept = {name: value for name, value in answer.getheaders() if name in {"Content-Type", "ETag", "Location"}}
            self.answer(body, answer.status, headers=kept)

    def answer(
        self, body: bytes, status: int = 200, *, length: int | None = None, headers: dict[str, str] | None = None
    ) -> None:
        """An answer; `length` is what it says of its length."""
        self.send_response(status)
        for name, value in {**HTML, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def begin(self, headers: dict[str, str] | None = None) -> None:
        """The head of an answer that does not say how long it is."""
        self.send_response(200)
        for name, value in {**HTML, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Keep quiet."""


class BadSite:
    """The newspaper at `upstream` (its origin), with the page under the path `victim` answered in a bad way."""

    def __init__(self, upstream: str, victim: str, how: Callable[[BadPage, bytes], None]) -> None:
        parts = urlsplit(upstream)
        self._over = threading.Event()
        given = {
            "upstream": (parts.hostname, parts.port),
            "victim": victim,
            "how": staticmethod(how),
            "over": self._over,
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("BadPageOf", (BadPage,), given))
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def silence(page: BadPage, body: bytes) -> None:
    """No answer at all."""
    page.over.wait()


def drip(page: BadPage, body: bytes) -> None:
    """The page, a few bytes a second."""
    page.begin()
    for at in range(len(body)):
        page.wfile.write(body[at : at + 1])
        if page.over.wait(DRIP):
            return


def reset(page: BadPage, body: bytes) -> None:
    """Half the page, then a reset."""
    page.answer(body[: len(body) // 2], length=len(body))
    page.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    page.connection.close()


def half(page: BadPage, body: bytes) -> None:
    """Half the page in the middle of its text, then the end of the connection, though more was announced."""
    page.answer(body[: _middle(body)], length=len(body))
    page.connection.shutdown(socket.SHUT_RDWR)


def redirects(page: BadPage, body: bytes) -> None:
    """Ten thousand redirects, one after the other."""
    number = int(page.path.rpartition("-hop-")[2] or 0) if "-hop-" in page.path else 0
    if number >= 10_000:
        page.answer(body)
        return
    page.answer(b"", 302, headers={"Location": f"{page.path.partition('-hop-')[0]}-hop-{number + 1}"})


def bomb(page: BadPage, body: bytes) -> None:
    """A few megabytes that unpack to four gigabytes."""
    packing = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packing.compress(PARAGRAPH * 64) + packing.flush(zlib.Z_FULL_FLUSH)  # as good as any that follows it
    page.begin({"Content-Encoding": "gzip"})
    page.wfile.write(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff")
    for _ in range(4096 * MEGABYTE // (len(PARAGRAPH) * 64)):
        page.wfile.write(block)


def large(page: BadPage, body: bytes) -> None:
    """The page, with a hundred megabytes of markup more in its text."""
    middle = _middle(body)
    count = 100 * MEGABYTE // len(PARAGRAPH)
    page.begin()
    page.wfile.write(body[:middle])
    for _ in range(count):
        page.wfile.write(PARAGRAPH)
    page.wfile.write(body[middle:])


def endless(page: BadPage, body: bytes) -> None:
    """The page up to the middle of its text, then paragraphs without end."""
    page.begin()
    page.wfile.write(body[: _middle(body)])
    while not page.over.is_set():
        page.wfile.write(PARAGRAPH)
        time.sleep(0.001)


def scrolling(page: BadPage, body: bytes) -> None:
    """The page, which grows for ever once it is shown."""
    grow = b"<script>setInterval(() => { document.body.append(document.createElement('hr')); scrollTo(0, 1e9) }, 1)"
    page.answer(body.replace(b"</body>", grow + b"</script></body>"))


def mislabelled(page: BadPage, body: bytes) -> None:
    """The page, which says that it is in another character set."""
    said = body.replace(b'charset="utf-8"', b'charset="koi8-r"')
    page.answer(said, headers={"Content-Type": "text/html; charset=koi8-r"})


def garbled(page: BadPage, body: bytes) -> None:
    """The page, with bytes that are no characters in a comment in its text."""
    middle = _middle(body)
    page.answer(body[:middle] + b"<!-- \xff\xfe\x80 \xc3( \xed\xa0\x80 -->" + body[middle:])


def waiting(page: BadPage, body: bytes) -> None:
    """The page, with a script that never comes in the middle of its text."""
    middle = _middle(body)
    page.answer(body[:middle] + SCRIPT + body[middle:])


def late(page: BadPage, body: bytes) -> None:
    """The page, with a script that never comes at its end."""
    page.answer(body.replace(b"</body>", SCRIPT + b"</body>"))


def hungry(page: BadPage, body: bytes) -> None:
    """The page, whose script takes all the memory it can get."""
    script = b"<script>const all=[];for(;;)all.push(new Uint8Array(1<<24).fill(1))</script>"
    page.answer(body.replace(b"</head>", script + b"</head>"))


def computing(page: BadPage, body: bytes) -> None:
    """The page, whose script never ends."""
    page.answer(body.replace(b"</body>", b"<script>for(;;);</script></body>"))


def _middle(body: bytes) -> int:
    """The end of the article's second paragraph."""
    at = body.find(b"article-content")
    for _ in range(2):
        at = body.find(b"</p>", at) + len(b"</p>")
    return at
