"""How the Gazette may answer on a bad day; each mood spoils a share of the pages, and some the sources as well."""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Final

from tests.soak.paper import ERROR

SHARE: Final = 0.4
"""The share of the pages that a mood spoils."""
CHALLENGE: Final = (
    "<!doctype html><title>Just a moment...</title><noscript>Enable JavaScript and cookies to continue</noscript>"
    '<script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script>'
)
MAINTENANCE: Final = (
    "<!doctype html><title>Down for maintenance</title><h1>We will be back soon</h1><p>The site is under maintenance."
)
Answer = Callable[[BaseHTTPRequestHandler], None]


def send(to: BaseHTTPRequestHandler, status: int, body: str = "", **headers: str) -> None:
    """Answer; the headers' underscores stand for hyphens."""
    data = body.encode()
    given: Mapping[str, str] = {"Content_Type": "text/html; charset=utf-8", **headers}
    with suppress(OSError):
        to.send_response(status)
        for name, value in given.items():
            to.send_header(name.replace("_", "-"), value)
        if status != 304:
            to.send_header("Content-Length", str(len(data)))
        to.end_headers()
        to.wfile.write(b"" if status == 304 else data)


def _reset(to: BaseHTTPRequestHandler) -> None:
    to.close_connection = True
    with suppress(OSError):
        to.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        to.connection.close()


def _half(to: BaseHTTPRequestHandler) -> None:
    to.close_connection = True
    with suppress(OSError):
        to.send_response(200)
        to.send_header("Content-Type", "text/html; charset=utf-8")
        to.send_header("Content-Length", "4000")
        to.end_headers()
        to.wfile.write(b"<!doctype html><title>Half</title><main><article><h1>Half a page</h1>")


def _loop(to: BaseHTTPRequestHandler) -> None:
    send(to, 302, Location=to.path)


PAGES: Final[Mapping[str, Answer]] = {
    "challenged with 403": lambda to: send(to, 403, CHALLENGE, cf_mitigated="challenge"),
    "challenged with 202": lambda to: send(to, 202, CHALLENGE, x_amzn_waf_action="challenge"),
    "unasked 304": lambda to: send(to, 304),
    "soft 404": lambda to: send(to, 200, ERROR),
    "429": lambda to: send(to, 429, "slow down", Retry_After="1"),
    "500": lambda to: send(to, 500, "sorry"),
    "reset": _reset,
    "half a page": _half,
    "a loop": _loop,
    "nothing": lambda to: send(to, 200),
    "maintenance": lambda to: send(to, 200, MAINTENANCE),
    "maintenance with 503": lambda to: send(to, 503, MAINTENANCE, Retry_After="1"),
    "login": lambda to: send(to, 302, Location="/login?next=x"),
}
"""What a spoiled page is answered with, by the mood's name."""
LOGIN: Final = (
    "<!doctype html><title>Log in - The Gazette</title><h1>Log in</h1><form><input type=email><input type=password>"
    "<button>Log in</button></form>"
)


class Mood:
    """One bad day: which requests are spoiled, and how. The same path is spoiled the same way all day."""

    def __init__(self, name: str, seed: str, *, sources: bool) -> None:
        self.name, self._seed, self._sources = name, seed, sources

    def answer(self, path: str) -> Answer | None:
        """How this path is answered; None for as it should be."""
        if path.startswith("/login"):
            return lambda to: send(to, 200, LOGIN)
        how = PAGES.get(self.name)
        source = not path.startswith("/20")
        if how is None or (source and (not self._sources or path == "/robots.txt")):
            return None
        return how if random.Random(f"{self._seed} {path}").random() < SHARE else None
