"""What is fuzzed: each parser of what comes from outside, with the errors it may raise and what must hold of it."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError
from scrapy.http import HtmlResponse

from mtcrawler.article import Provenance
from mtcrawler.bucket.changes import Change, unpack
from mtcrawler.bucket.cursor import Cursor
from mtcrawler.bucket.stored import parse
from mtcrawler.discovery.sources import read_feed, read_listing, read_sitemap
from mtcrawler.errors import DiscoveryError, MtcrawlerError
from mtcrawler.extraction.drafting import draft_of
from mtcrawler.extraction.normal import Incomplete, article_of
from mtcrawler.extraction.page import css
from mtcrawler.extraction.rights import tdm_rules
from mtcrawler.overlays.lexicon import lexicon
from mtcrawler.rendering.plain import access_of, mended
from mtcrawler.rendering.sessions import imported
from mtcrawler.shown import safe
from spiders.moscowtimes import MoscowTimes
from tests.fixtures.store import make_article
from tests.newspaper import Newspaper

URL = "https://www.themoscowtimes.com/2026/11/22/a-page-nobody-meant-a90001"
LINKS = css("a")
Target = Callable[[bytes], None]


def page(data: bytes) -> None:
    """A page becomes an article, or is told as none; an article survives its own schema."""
    response = mended(HtmlResponse(URL, body=data, headers={"Content-Type": "text/html"}))
    read = MoscowTimes.page(response.text, URL, MoscowTimes.site, {})
    draft = draft_of(
        read,
        publisher=MoscowTimes.publisher,
        spider=MoscowTimes.name,
        known_as=[URL],
        overlays=[],
        access=access_of(read, 200),
        provenance=PROVENANCE,
    )
    try:
        article = article_of(draft)
    except Incomplete:
        return
    assert parse(article.to_json(), "key") == article


def posts(data: bytes) -> None:
    """A live page's posts, as far as they are any."""
    try:
        told = json.loads(data)
    except ValueError:
        return
    LIVE.posts(told if isinstance(told, list) else [])


def sitemap(data: bytes) -> None:
    """Entries, or a DiscoveryError."""
    try:
        read_sitemap(data, URL)
    except DiscoveryError:
        return


def feed(data: bytes) -> None:
    """Finds, or a DiscoveryError."""
    try:
        read_feed(data, URL, "rss:fuzz")
    except DiscoveryError:
        return


def listing(data: bytes) -> None:
    """Links, as many as there are."""
    list(read_listing(data.decode("utf-8", "replace"), URL, LINKS, "section:fuzz"))


def address(data: bytes) -> None:
    """One canonical form, which is its own canonical form."""
    once = MoscowTimes.site.canonical(data.decode("utf-8", "replace"))
    assert MoscowTimes.site.canonical(once) == once


def segment(data: bytes) -> None:
    """Lines of the change feed, or a ValueError."""
    try:
        unpack(data)
    except (ValueError, OSError, EOFError):
        return


def change(data: bytes) -> None:
    """A line of the change feed, or a ValidationError."""
    try:
        Change.model_validate_json(data)
    except ValidationError:
        return


def stored(data: bytes) -> None:
    """An article in the bucket, or an error that names it."""
    try:
        parse(data, "articles/v1/key")
    except MtcrawlerError:
        return


def cursor(data: bytes) -> None:
    """Where a reader goes on, or an error that says what is wrong with it."""
    try:
        Cursor.read(data.decode("utf-8", "replace"))
    except MtcrawlerError:
        return


def session(data: bytes) -> None:
    """A reader's session, or a SettingError."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        try:
            imported(Path(file.name))
        except MtcrawlerError:
            return


def words(data: bytes) -> None:
    """What a button means, whatever is written on it; and what a terminal is shown of it has no control character."""
    text = data.decode("utf-8", "replace")
    lexicon().meaning(text)
    assert not any(sign < " " and sign not in "\n\t" for sign in safe(text))


def rights(data: bytes) -> None:
    """What a site declares about mining, however it says it."""
    tdm_rules(data.decode("utf-8", "replace"))


TARGETS: tuple[Target, ...] = (
    page,
    posts,
    sitemap,
    feed,
    listing,
    address,
    segment,
    change,
    stored,
    cursor,
    session,
    words,
    rights,
)

LIVE = MoscowTimes.page("<h1>Live</h1>", URL, MoscowTimes.site, {})
PROVENANCE = Provenance(
    run_id="fuzz",
    crawler_version="0",
    fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
    discovered_via="fuzz",
    rendered="http",
    status=200,
    extractor="moscowtimes/1",
)


POSTS = b"""[{"id": 1, "time": "2026-11-22T10:00:00+03:00", "body": [{"type": "html", "body": "<p>Ice.</p>"},
 {"type": "embed", "embed": "<iframe src=https://player.example/1></iframe>"},
 {"type": "image", "image": {"src": "https://a.example/1.jpg", "caption": "Ice", "credits": null}}]}]"""


def seeds() -> Iterator[bytes]:
    """What the parsers are meant for: pages, lists and feeds of the bundled newspaper, and what a bucket holds."""
    paper = Newspaper("en", modal="none")
    paper.start()
    try:
        for path in ("/sitemap.xml", "/rss/news", "/news", *list(paper.site.by_path)[:8]):
            yield paper.site.answer(path).body
    finally:
        paper.stop()
    yield POSTS
    yield make_article().to_json()
    yield b'{"cookies": [{"name": "a", "value": "b", "domain": "c", "path": "/"}], "origins": []}'
    yield b"# Netscape HTTP Cookie File\n.a.example\tTRUE\t/\tTRUE\t1893456000\tname\tvalue\n"
    yield b'[{"location": "/", "tdm-reservation": 1, "tdm-policy": "https://a.example/"}]'
    yield URL.encode() + b"?utm_source=a&id=1#top"
