"""Pages as others saved them, one JSON object a line, and a server that shows each under its own host name."""

from __future__ import annotations

import json
import lzma
import ssl
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from mtcrawler.storage.embedded.tls import CERTIFICATE, renew


@dataclass(frozen=True)
class SavedPage:
    """A page: where it was, its markup, and the text that its readers see, as people marked it."""

    id: str
    url: str
    html: str
    text: str

    @property
    def host(self) -> str:
        """The name of its host."""
        return urlsplit(self.url).hostname or "unnamed.invalid"

    @property
    def address(self) -> str:
        """Where it is shown: its own address, always over TLS."""
        parts = urlsplit(self.url)
        return f"https://{self.host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")


def pages_of(files: Iterable[Path], only: Sequence[str] = (), every: int = 1, limit: int = 0) -> Iterator[SavedPage]:
    """The pages of these files: those named by `only`, or every Kth (`every`), at most `limit` (0 for all)."""
    given = 0
    for file in files:
        with lzma.open(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                if not only and number % every:
                    continue
                one = json.loads(line)
                page = SavedPage(str(one["id"]), one["url"], one["html"], one.get("text") or "")
                if only and page.id not in only:
                    continue
                if limit and given == limit:
                    return
                given += 1
                yield page


class Shelf:
    """The one page that is shown at the moment; whatever else is asked for is not there."""

    def __init__(self) -> None:
        self.port = 0
        self._page: SavedPage | None = None

    def put(self, page: SavedPage) -> None:
        """Show this page from now on."""
        self._page = page

    def get(self, host: str, path: str) -> bytes | None:
        """The markup, where it is this page that is asked for."""
        page = self._page
        if page is None or urlsplit(page.address)._replace(scheme="", netloc="").geturl() != path:
            return None
        return page.html.encode("utf-8", "replace") if host.partition(":")[0].lower() == page.host else None


@contextmanager
def served() -> Iterator[Shelf]:
    """A shelf whose page is served on loopback over TLS, on `port`."""
    shelf = Shelf()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def do_GET(self) -> None:
            body = shelf.get(self.headers.get("Host", ""), self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            """A browser that hangs up is nothing to tell."""

    with TemporaryDirectory(prefix="real-pages-") as folder:
        renew(Path(folder))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(Path(folder, CERTIFICATE))
    server = Server(("127.0.0.1", 0), Handler)
    # The handshake is made by the thread of the connection, so that one that hangs holds up no other.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    shelf.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
