"""A small site on loopback whose answers a test chooses, and the environment of commands that fetch from it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.fixtures.crawl import environment

ROBOTS = "User-agent: *\nDisallow: /private/\n"


@contextmanager
def serving(pages: Mapping[str, str], asked: list[str] | None = None) -> Iterator[str]:
    """Serves these pages by their paths, anything else as 404; yields the origin. `asked` gets every path asked for."""
    heard = [] if asked is None else asked

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            heard.append(self.path)
            told = {"/robots.txt": ROBOTS, **pages}.get(self.path)
            body = (told or "<!doctype html><title>Page not found</title><h1>Page not found</h1>").encode()
            self.send_response(404 if told is None else 200)
            kind = "html" if "<html" in (told or "<html") else "xml" if "<?xml" in (told or "") else "plain"
            self.send_header("Content-Type", f"text/{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def of_a_command(var: Path) -> dict[str, str]:
    """The environment of a command that fetches, without a bucket: what would open one fails."""
    return environment(None, var) | {"S3_ENDPOINT_URL": "http://127.0.0.1:1", "S3_BUCKET": "none"}
