"""What the targets begin with: what each parser is meant for, and what is deep, long or much of one thing."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mtcrawler.runs.telemetry.report_data import ReportData
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import article_key
from tests.fixtures.store import make_article
from tests.newspaper import Newspaper
from tests.runs.telemetry import full

URL = "https://www.themoscowtimes.com/2026/11/22/a-page-nobody-meant-a90001"
POSTS = b"""[{"id": 1, "time": "2026-11-22T10:00:00+03:00", "body": [{"type": "html", "body": "<p>Ice.</p>"},
 {"type": "embed", "embed": "<iframe src=https://player.example/1></iframe>"},
 {"type": "image", "image": {"src": "https://a.example/1.jpg", "caption": "Ice", "credits": null}}]}]"""
LARGE = 200_000
"""Bytes of a large input; at most what a fuzzer is told to take (`-max_len`)."""

PIECES: tuple[tuple[bytes, bytes, bytes], ...] = (
    (b"", b"\n", b""),
    (b"", b"\n", b"<rss><channel><item><link>/a</link>"),
    (b"", b" ", b"!"),
    (b"", b"[", b""),
    (b"", b'{"a":', b"1"),
    (b'{"seconds": ', b"9", b"}"),
    (b'[{"location": "/', b"*a", b'$", "tdm-reservation": 1}]'),
    (b"", b"*a", b"$"),
    (b"", b"/*a", b""),
    (b"https://twitter.com/a/status/", b"9", b""),
    (b"<blockquote class=twitter-tweet><a href=https://twitter.com/a/status/", b"9", b"x>"),
    (b"https://a.example/?", b"token", b"!="),
    (b"", b"token=a&", b""),
    (b"", b"Cookie: 'a=b", b""),
    (b"", b"://a@", b""),
    (b"User-agent: *\n", b"\n", b"Disallow: /"),
    (b"User-agent: *\n", b"Disallow: /*a*b*c$\n", b""),
    (b"", b"User-agent: a\n", b"Disallow: /"),
    (b"<urlset>", b"<url><loc>/a</loc></url>", b"</urlset>"),
    (b"<sitemapindex>", b"<sitemap><loc>/a</loc>", b""),
    (b"<rss><channel>", b"<item><link>/a</link></item>", b""),
    (b"<rss>", b"<channel>", b""),
    (b"<h1>A</h1><div class=article__content>", b"<p>", b""),
    (b"<h1>A</h1><div class=article__content>", b"<p>a</p>", b""),
    (b"<h1>A</h1><div class=article__content>", b"<div>", b"a"),
    (b"<h1>A</h1><div class=article__content>", b"<blockquote>", b"a"),
    (b"<h1>A</h1><div class=article__content>", b"<table><tr><td>a", b""),
    (b"<h1>A</h1><div class=article__content>", b"<ul><li>a", b""),
    (b"<h1>A</h1><div class=article__content><div>", b"<iframe src=//a.example/1></iframe>", b""),
    (b"<h1>A</h1>", b"<time datetime=2026-11-22T10:00:00>a</time>", b""),
    (b"<h1>A</h1>", b"<meta name=a content=b>", b""),
    (b"<h1>A</h1>", b"<a href=/a>a</a>", b""),
    (b'<h1>A</h1><script type="application/ld+json">', b"[", b"</script>"),
    (b'<h1>A</h1><script type="application/ld+json">{"@graph": [', b'{"@type": "A"},', b"{}]}</script>"),
    (b'<h1>A</h1><script type="application/ld+json">{"@type": "NewsArticle", "wordCount": ', b"9", b"}</script>"),
    (b"<h1>A</h1><article><img src=a width=", b"9", b">"),
    (b"# Netscape HTTP Cookie File\n", b".a.example\tTRUE\t/\tTRUE\t1\tn\tv\n", b""),
    (b'{"cookies": [', b'{"name": "a", "value": "b", "expires": 1},', b"{}]}"),
    (b"", b"\x9b\xe2\x80\xae", b""),
    (b"", b"\xe2\x80\x8d", b"a"),
    (b"", b"a", b""),
)
"""Beginnings, what is repeated after them, and ends."""


def meant() -> Iterator[bytes]:
    """Pages, lists and feeds of the bundled newspaper, and what a bucket and a disk hold."""
    paper = Newspaper("en", modal="none")
    paper.start()
    try:
        for path in ("/sitemap.xml", "/rss/news", "/news", *list(paper.site.by_path)[:8]):
            yield paper.site.answer(path).body
    finally:
        paper.stop()
    article = make_article()
    yield POSTS
    yield article.to_json()
    yield json.dumps({"duplicate_of": None, "article": article.model_dump(mode="json")}).encode()
    change = Change.of("new", article, key=article_key(article.site, "unknown", article.id), run_id="run")
    yield change.to_line()
    yield pack([change.to_line()] * 3)
    with tempfile.TemporaryDirectory() as folder:
        known = ArticleIndex(Path(folder, "table"))
        known.copy_to(Path(folder, "copy"))
        known.close()
        yield Path(folder, "copy").read_bytes()
    yield full.manifest().to_json()
    yield ReportData.of(full.telemetry(40, 50.0), full.before()).to_json()
    yield b'{"token": "a", "spider": "b", "run_id": "c", "host": "d", "since": "2026-11-22T10:00:00Z", "seconds": 60.0}'
    yield b'{"learned_by": "fuzz/1", "templates": {"news-1": {"compared": 3, "equal": 3, "words": 200.5}}}'
    yield b'{"series": {"all": [{"at": "2026-11-22T10:00:00Z", "pages": 30, "fields": {"authors": 29}}]}}'
    yield b"User-agent: *\nDisallow: /private/*.html$\nAllow: /\nCrawl-delay: 2\nSitemap: https://a.example/sitemap.xml\n"
    yield b'{"cookies": [{"name": "a", "value": "b", "domain": "c", "path": "/"}], "origins": []}'
    yield b"# Netscape HTTP Cookie File\n.a.example\tTRUE\t/\tTRUE\t1893456000\tname\tvalue\n"
    yield b'[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://a.example/"}]'
    yield URL.encode() + b"?utm_source=a&id=1#top"
    yield b"Cookie: sid=abc; x=1\nAuthorization: Basic abc\nhttps://me:pass@a.example/?next=%2F%3Ftoken%3Dabc"


def heavy(size: int = LARGE) -> Iterator[bytes]:
    """What is much of one thing, thirty times and about so many bytes of it, and what unpacks to much more."""
    for begin, piece, end in PIECES:
        yield begin + 30 * piece + end
        yield begin + piece * ((size - len(begin) - len(end)) // len(piece)) + end
    yield gzip.compress(b"\n" * (512 * size), 9)
    yield gzip.compress(b"{}\n" * size, 9)
