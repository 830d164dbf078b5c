"""A tiny site on loopback whose paths say how they answer, and a way to crawl it in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

ROOT = Path(__file__).parents[2]


class Pages(BaseHTTPRequestHandler):
    """`/say/WORD` answers 200 with the word, `/status/N` answers N, `/hang` answers when the site closes."""

    closing: ClassVar[threading.Event]
    asked: ClassVar[threading.Event]

    def do_GET(self) -> None:
        """Answer."""
        verb, _, what = self.path.strip("/").partition("/")
        if verb == "robots.txt":
            return self.answer(200, "User-agent: *\nDisallow: /private/\n")
        if verb == "hang":
            self.asked.set()
            self.closing.wait()
        return self.answer(int(what) if verb == "status" else 200, what)

    def answer(self, status: int, body: str) -> None:
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
        """Keep quiet."""


class Site:
    """Where the site is; `asked` is set when a page that hangs was asked for."""

    def __init__(self, origin: str, asked: threading.Event) -> None:
        self.origin, self.asked = origin, asked


@contextmanager
def serve() -> Iterator[Site]:
    """The site, while it is up."""
    closing, asked = threading.Event(), threading.Event()
    pages = type("OwnPages", (Pages,), {"closing": closing, "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), pages)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_address[1]}", asked)
    finally:
        closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


def start_crawl(folder: Path, *arguments: str, **popen: Any) -> subprocess.Popen[str]:
    """`scrapy crawl` of the small project, with a run's files going to the folder."""
    environment = {**os.environ, "SCRAPY_SETTINGS_MODULE": "tests.runs.project", "RUN_FILES": str(folder)}
    environment.pop("SCRAPY_PROJECT", None)
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", *arguments],
        cwd=ROOT,
        env=environment,
        text=True,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen},
    )


def crawl(folder: Path, *arguments: str) -> tuple[int, str]:
    """Crawl to the end: the exit code and everything said on stderr."""
    process = start_crawl(folder, *arguments)
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def manifest(folder: Path) -> dict[str, Any]:
    """The one manifest in the folder."""
    (found,) = folder.rglob("manifest.json")
    loaded: dict[str, Any] = json.loads(found.read_bytes())
    return loaded
