"""What a hostile site answers when it is asked, and when it is asked again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

HTML = "text/html; charset=utf-8"
CHUNK = b"<p>" + b"\xd0\xbc" * 30_000


@dataclass(frozen=True)
class Answer:
    """One answer; an endless one sends `body` and then never stops, a broken one stops at half of what it announced."""

    body: bytes = b""
    kind: str = HTML
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    endless: bool = False
    broken: bool = False

    @classmethod
    def away(cls, address: str) -> Answer:
        """A redirect."""
        return cls(status=302, headers={"Location": address})

    def write(self, handler: BaseHTTPRequestHandler) -> None:
        """Send it; raises OSError where nobody listens any more."""
        handler.send_response(self.status)
        handler.send_header("Content-Type", self.kind)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        if not self.endless:
            handler.send_header("Content-Length", str(len(self.body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        for part in self._parts():
            handler.wfile.write(part)
        handler.close_connection = True

    def _parts(self) -> Iterator[bytes]:
        yield self.body[: len(self.body) // 2] if self.broken else self.body
        while self.endless:
            yield CHUNK


@dataclass(frozen=True)
class OpenAnswer(Answer):
    """An answer that waits until `seen` is set, for a minute at most."""

    seen: threading.Event = field(default_factory=threading.Event)

    def write(self, handler: BaseHTTPRequestHandler) -> None:
        """Wait, and send it; raises OSError where nobody listens any more."""
        self.seen.wait(60)
        super().write(handler)
