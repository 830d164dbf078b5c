"""The Gazette, a publisher that exists only in tests: its spider, and its pages behind a meter and a paywall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from mtcrawler.spider.news_spider import NewsSpider
from tests.fixtures.sites import described

OPEN = "<p>The ferry to the north bank will run every hour from Monday, the town council decided on Thursday.</p>"
REST = "".join(
    f"<p class=paid>Paragraph {n} tells subscribers how the vote went, who spoke against it and what it will cost.</p>"
    for n in range(9)
)
WALL = """<div class="paywall"><h2>Subscribe to continue reading</h2><p>This article is for subscribers only. Get full
access from 3 euros a month.</p><a href="/subscribe">Subscribe now</a> <a href="/login">Log in</a></div>"""
METER = """<div class="meter"><h2>You have reached your limit of free articles this month</h2><p>Subscribe to continue
reading without limits.</p><a href="/subscribe">Subscribe now</a> <a href="/login">Log in</a></div>"""
LD = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":%s}</script>'


class Gazette(NewsSpider):
    """A site on this machine, so that its cookies are its own."""

    name = "gazette"
    definition = described(
        "127.0.0.1",
        spider="gazette",
        publisher="The Gazette",
        origin="http://127.0.0.1",
        sources=({"kind": "list", "address": "/"},),
        selectors={"body": ".body"},
    )


@contextmanager
def served(wall: str) -> Iterator[tuple[str, Counter[str]]]:
    """The Gazette with six articles behind "paywall" or "meter"; its origin and what was asked of it.

    Who bears the cookie `subscriber=yes` reads everything.
    """
    hits: Counter[str] = Counter()
    paths = [f"/2026/11/{day}/story-{day}" for day in range(15, 21)]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits[self.path] += 1
            signed_in = "subscriber=yes" in (self.headers.get("Cookie") or "")
            if self.path == "/":
                body = "".join(f'<a href="{path}">x</a>' for path in paths)
            else:
                kept = REST if signed_in else REST.replace("class=paid", "class=paid hidden")
                shut = "" if signed_in else (WALL if wall == "paywall" else METER)
                free = "true" if signed_in else "false"
                text = f"<h1>Ferry to run {self.path[-2:]} times</h1><div class=body>{OPEN}{kept}</div>{shut}"
                body = (
                    f"<html lang=en><head>{LD % free}</head><body><main><article>{text}</article></main></body></html>"
                )
            self.answer(200 if self.path == "/" or self.path in paths else 404, body)

        def answer(self, status: int, body: str) -> None:
            """A whole answer."""
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", hits
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
