"""Invented news sites on loopback, each at a port of its own, that publish something every now and then."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Final

from tests.crawl.several.test_several import WORDS

FIRST: Final = 3
"""Articles that a site begins with."""
SHOWN: Final = 20
"""Articles on a front page."""
STEP: Final = 1.0
"""Seconds between two moments at which a site may publish."""


class InventedSite:
    """A site that publishes about so many articles an hour; `published` is when each came out, by its path."""

    def __init__(self, number: int, rate: float) -> None:
        self._chance, self._rate = random.Random(number), rate
        self.number, self.published = number, dict[str, datetime]()
        for _ in range(FIRST):
            self._publish()

    def turn(self) -> None:
        """A moment passes, in which it may publish."""
        if self._chance.random() < self._rate / 3600 * STEP:
            self._publish()

    def answer(self, path: str) -> str | None:
        """The page at a path; None where there is none."""
        if path == "/":
            newest = list(self.published)[::-1][:SHOWN]
            links = "".join(f'<li><a href="{one}">{_headline(one)}</a></li>' for one in newest)
            return f"<html lang=en><head><title>News {self.number}</title></head><body><ul>{links}</ul></body></html>"
        if path not in self.published:
            return None
        words = random.Random(f"{self.number} {path}").sample(WORDS, 36)
        said = [
            f"<p>At the gate they have {' and '.join(words[n : n + 9])}, its keeper says.</p>" for n in (0, 9, 18, 27)
        ]
        return (
            f"<html lang=en><head><title>{_headline(path)}</title><meta property=og:type content=article>"
            f'<meta property="article:published_time" content="{self.published[path].isoformat()}"></head>'
            f"<body><article><h1>{_headline(path)}</h1>{''.join(said)}</article></body></html>"
        )

    def _publish(self) -> None:
        number = 4000 + len(self.published)
        path = f"/news/the-{self._chance.choice(WORDS)}-of-site-{self.number}-open-again-in-spring-{number}"
        self.published[path] = datetime.now(UTC)


@contextmanager
def published(number: int) -> Iterator[dict[str, InventedSite]]:
    """So many sites, by address, while they are served; a few publish much, most little."""
    over = Event()
    with ExitStack() as served:
        sites = {}
        for one in range(number):
            site = InventedSite(one, rate=600 / (1 + one % 10) ** 1.5)
            sites[served.enter_context(_served(site))] = site

        def live() -> None:
            while not over.wait(STEP):
                for site in sites.values():
                    site.turn()

        life = Thread(target=live)
        life.start()
        try:
            yield sites
        finally:
            over.set()
            life.join()


@contextmanager
def _served(site: InventedSite) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = site.answer(self.path)
            told = (body or "<h1>404</h1>").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.2,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _headline(path: str) -> str:
    return " ".join(path.rpartition("/")[2].split("-")[:-1]).capitalize()
