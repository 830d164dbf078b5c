"""A hub on loopback, as the W3C Recommendation has it: it takes subscriptions, verifies them, and notifies."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode
from urllib.request import Request, urlopen

TOPIC = "https://a.example/rss"
BODY = b"<feed>Whatever it says is not read.</feed>"


class Hub:
    """`asked` has each form that it was sent, by path; `held` the forms of verified subscriptions, by callback.

    `status` answers at a path, `moved` sends on from one with 307 or 308, `denies` says no to all. `lease` is what it
    gives.
    """

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.held: dict[str, dict[str, str]] = {}
        self.status: dict[str, int] = {}
        self.moved: dict[str, tuple[int, str]] = {}
        self.denies = False
        self.lease = 3600

    @property
    def url(self) -> str:
        """Its address."""
        return f"{self.origin}/hub"

    def modes(self) -> list[str]:
        """What it was asked for, in order."""
        return [form["hub.mode"] for _, form in self.asked]

    def take(self, form: dict[str, str]) -> None:
        """Verify what was asked for, or deny it."""
        mode, topic, callback = (form[f"hub.{name}"] for name in ("mode", "topic", "callback"))
        if self.denies:
            said(callback, {"hub.mode": "denied", "hub.topic": topic, "hub.reason": "not\x1b[2J you"})
            return
        challenge = secrets.token_hex(20)
        given = {"hub.mode": mode, "hub.topic": topic, "hub.challenge": challenge}
        if mode == "subscribe":
            given["hub.lease_seconds"] = str(self.lease)
        if said(callback, given) == (200, challenge):
            if mode == "subscribe":
                self.held[callback] = form
            else:
                self.held.pop(callback, None)

    def notify(self, body: bytes = BODY, method: str = "sha256", secret: str | None = None) -> list[int]:
        """Tell all who subscribed; what they answer."""
        return [notified(callback, body, method, secret or one["hub.secret"]) for callback, one in self.held.items()]


def notified(callback: str, body: bytes, method: str, secret: str) -> int:
    """What is answered to a notification that is signed with this secret."""
    signed = hmac.new(secret.encode(), body, method).hexdigest()
    return asked(Request(callback, body, {"X-Hub-Signature": f"{method}={signed}", "Content-Type": "text/xml"}))[0]


def said(callback: str, given: dict[str, str]) -> tuple[int, str]:
    """What is answered to a verification."""
    return asked(Request(f"{callback}?{urlencode(given)}"))


def asked(request: Request) -> tuple[int, str]:
    """The status and the body of an answer, whatever it is."""
    try:
        with urlopen(request, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as err:
        with err:
            return err.code, err.read().decode()


@contextmanager
def hub(host: str = "127.0.0.1") -> Iterator[Hub]:
    """A hub, while it is served on this loopback address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            served.asked.append((self.path, form))
            status, headers = served.status.get(self.path, 202), {}
            if self.path in served.moved:
                status, headers["Location"] = served.moved[self.path]
            self.send_response(status)
            for name, value in {"Content-Length": "0", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if status == 202:
                served.take(form)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    server = ThreadingHTTPServer((host, 0), Handler)
    served = Hub(f"http://{host}:{server.server_address[1]}")
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
