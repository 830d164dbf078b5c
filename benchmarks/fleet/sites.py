"""Small news sites on loopback, an address each, that say what has changed and publish every now and then."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from threading import Thread
from typing import Final
from urllib.parse import urlsplit

from tests.crawl.several.test_several import WORDS

BEGUN: Final = 3
"""Articles that a site begins with."""
SHOWN: Final = 20
"""Articles that its lists name."""
NEWS_EVERY: Final = 8
"""Times that its feed is asked for until a site publishes again."""
HEADLINE: Final = 6
"""Words of a headline."""
DEFINITION: Final = """
spider = "wire{number}"
publisher = "Wire {number}"
origin = "{origin}"
hosts = ["{host}"]
languages = ["en"]
articles = [{{ match = '/news/[^/]+', examples = ["/news/ice"] }}]
sources = [{{ kind = "sitemap" }}, {{ kind = "feed", address = "/feed" }}]
"""


class Wire:
    """One site: a front page, a feed and a sitemap with ETags, and its articles."""

    def __init__(self, number: int) -> None:
        self.number, self.asked, self.origin = number, number % NEWS_EVERY, ""
        self.published: dict[str, datetime] = {}
        self._chance = random.Random(number)
        for _ in range(BEGUN):
            self.publish()

    @property
    def definition(self) -> str:
        """What describes it, as TOML."""
        return DEFINITION.format(number=self.number, origin=self.origin, host=urlsplit(self.origin).hostname)

    def publish(self) -> None:
        """One article more."""
        words = "-".join(self._chance.sample(WORDS, HEADLINE))
        self.published[f"/news/{words}-{4000 + len(self.published)}"] = datetime.now(UTC)

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, type and body."""
        if path == "/feed":
            self.asked += 1
            if self.asked % NEWS_EVERY == 0:
                self.publish()
        newest = list(self.published)[::-1][:SHOWN]
        if path == "/":
            links = "".join(f'<li><a href="{one}">{_headline(one)}</a></li>' for one in newest)
            feed = '<link rel=alternate type="application/rss+xml" href="/feed">'
            return (
                200,
                "text/html",
                f"<html lang=en><head><title>News</title>{feed}</head><body><ul>{links}</ul></body>",
            )
        if path == "/feed":
            items = "".join(
                f"<item><title>{_headline(one)}</title><link>{self.origin}{one}</link>"
                f"<pubDate>{self.published[one]:%a, %d %b %Y %H:%M:%S} +0000</pubDate></item>"
                for one in newest
            )
            return 200, "application/rss+xml", f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>"
        if path == "/sitemap.xml":
            entries = "".join(
                f"<url><loc>{self.origin}{one}</loc><lastmod>{self.published[one].isoformat()}</lastmod></url>"
                for one in newest
            )
            return 200, "application/xml", f"<urlset>{entries}</urlset>"
        if path == "/robots.txt":
            return 200, "text/plain", f"User-agent: *\nDisallow: /private\nSitemap: {self.origin}/sitemap.xml\n"
        if path in self.published:
            return 200, "text/html", self._page(path)
        return 404, "text/html", "<h1>404</h1>"

    def _page(self, path: str) -> str:
        chance = random.Random(f"{self.number} {path}")
        told = [
            f"<p>At the gate they have {' and '.join(chance.sample(WORDS, 9))}, its keeper says.</p>" for _ in range(8)
        ]
        return (
            f"<html lang=en><head><title>{_headline(path)}</title><meta property=og:type content=article>"
            f'<meta property="article:published_time" content="{self.published[path].isoformat()}"></head>'
            f"<body><article><h1>{_headline(path)}</h1>{''.join(told)}</article></body></html>"
        )


@contextmanager
def served(number: int) -> Iterator[dict[str, Wire]]:
    """So many sites by address, while one loop in a thread serves them, each on a loopback address of its own."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    sites = {}
    try:
        for place in range(number):
            site = Wire(place)
            asyncio.run_coroutine_threadsafe(_serve(site, f"127.0.{1 + place // 250}.{1 + place % 250}"), loop).result()
            sites[site.origin] = site
        yield sites
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


async def _serve(site: Wire, host: str) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                headers = {}
                while (one := (await reader.readline()).decode().strip()) != "":
                    name, _, value = one.partition(":")
                    headers[name.lower()] = value.strip()
                status, kind, body = site.answer(line.decode().split()[1])
                tag = f'"{sha256(body.encode()).hexdigest()[:16]}"'
                if headers.get("if-none-match") == tag:
                    status, body = 304, ""
                sent = body.encode()
                head = f"HTTP/1.1 {status} OK\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Length: {len(sent)}\r\n"
                writer.write(f"{head}ETag: {tag}\r\n\r\n".encode() + sent)
                await writer.drain()
        except ConnectionError:
            pass  # whoever has seen enough hangs up
        finally:
            writer.close()

    server = await asyncio.start_server(answer, host, 0)
    site.origin = f"http://{host}:{server.sockets[0].getsockname()[1]}"


def _headline(path: str) -> str:
    return " ".join(path.rpartition("/")[2].split("-")[:-1]).capitalize()
