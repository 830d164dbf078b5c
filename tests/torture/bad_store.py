"""An S3 that misbehaves: slow, throttling, or lying; whatever it does not spoil it passes on."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from mtcrawler.storage.location import Location

SLOW_DOWN = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
Spoil = Callable[[int, str, str], str | None]
"""Of a request's number, method and path: slow, throttle, lie, or nothing."""


class BadStore:
    """A front of the bucket's server, of which `spoil` says what is wrong with each request."""

    def __init__(self, bucket: Location, spoil: Spoil) -> None:
        self.spoiled = 0
        parts, store = urlsplit(bucket.endpoint_url or ""), self
        count, lock = iter(range(10**9)), threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with lock:
                    wrong = spoil(next(count), self.command, self.path)
                    store.spoiled += wrong is not None
                if wrong == "throttle":
                    self._answer(503, [("Content-Type", "application/xml")], SLOW_DOWN)
                elif wrong == "lie":
                    self._answer(200, [("ETag", '"00000000000000000000000000000000"')], b"")
                else:
                    if wrong == "slow":
                        time.sleep(1)
                    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
                    line.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
                    for name, value in self.headers.items():
                        line.putheader(name, value)
                    line.endheaders(body)
                    answer = line.getresponse()
                    self._answer(answer.status, answer.getheaders(), answer.read())
                    line.close()

            do_PUT = do_HEAD = do_POST = do_DELETE = do_GET  # noqa: N815 - the base class calls them so

            def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
                with suppress(OSError):
                    self.send_response_only(status)
                    kept = [pair for pair in headers if pair[0].lower() not in {"transfer-encoding", "connection"}]
                    for name, value in kept:
                        self.send_header(name, value)
                    if not any(name.lower() == "content-length" for name, _ in kept) and status not in {204, 304}:
                        self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.location = replace(bucket, endpoint_url=f"http://127.0.0.1:{self._server.server_address[1]}")
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
