"""The Gazette on the air, on loopback; what is asked of it is counted."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any, Self

from tests.soak.moods import Mood, send
from tests.soak.paper import ERROR, Issue


class MoodySite:
    """Serves one issue in one mood while the context lasts; both are changed between runs."""

    def __init__(self, issue: Issue) -> None:
        self.issue, self.mood = issue, Mood("healthy", "", sources=False)
        self.asked: Counter[str] = Counter()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                site.asked[self.path] += 1
                if spoiled := site.mood.answer(self.path):
                    spoiled(self)
                    return
                page = site.issue.page(self.path)
                if page is not None:
                    tag = f'"{sha256(page[1].encode()).hexdigest()[:16]}"'
                    same = self.headers.get("If-None-Match") == tag
                    send(self, 304 if same else 200, page[1], Content_Type=f"{page[0]}; charset=utf-8", ETag=tag)
                else:  # as many sites do, some of what was taken away is answered as if it were there
                    send(self, 200 if self.path in site.issue.removed and len(self.path) % 2 else 404, ERROR)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
