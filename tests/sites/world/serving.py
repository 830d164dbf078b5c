"""All sites of the world on one port of this machine, told apart by the host that is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from tests.sites.world.layouts import Layout
from tests.sites.world.newssite import Answer, NewsSite

MISSING = Answer("<!doctype html><title>404</title><h1>404 Not Found</h1>", status=404)


class World:
    """The sites by name, and what was asked of each host."""

    def __init__(self, layouts: Iterable[Layout], port: int) -> None:
        self.sites = {one.name: NewsSite(one, port) for one in layouts}
        self.hits: Counter[tuple[str, str]] = Counter()
        self._hosts = {host: site for site in self.sites.values() for host in site.layout.hosts}

    def answer(self, host: str, path: str) -> tuple[Answer, NewsSite | None]:
        """What a host answers at a path with its query."""
        site = self._hosts.get(host)
        if site is None:
            return MISSING, None
        self.hits[host, path] += 1
        page = site.pages.get((host, path)) or site.pages.get((host, f"{path.partition('?')[0]}?*"))
        if page is None and (everywhere := site.pages.get((host, "*"))):
            answer = everywhere()
            return Answer(status=answer.status, to=answer.to + path), site
        if page is None and host.startswith("m.") and path == "/robots.txt":
            return Answer("User-agent: *\nDisallow:\n", "text/plain"), site
        return (page() if page else MISSING), site


@contextmanager
def served(layouts: Iterable[Layout]) -> Iterator[World]:
    """The world of these layouts, while it is served."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer, site = world.answer((self.headers["Host"] or "").partition(":")[0], self.path)
            page = answer.kind == "text/html" and site is not None
            encoding = site.layout.encoding if page and site else "utf-8"
            body = answer.body.encode(encoding, "xmlcharrefreplace")
            self.send_response(answer.status)
            told = encoding != "utf-8"  # old sites say it in the page alone
            self.send_header("Content-Type", answer.kind if told else f"{answer.kind}; charset=utf-8")
            if answer.to:
                self.send_header("Location", answer.to)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Whoever has seen enough hangs up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        world = World(layouts, server.server_address[1])
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield world
        finally:
            server.shutdown()
            thread.join()
