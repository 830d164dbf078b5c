"""What is fuzzed: each parser of what comes from outside, with the errors it may raise and what must hold of it."""

from __future__ import annotations

import asyncio
import atexit
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from protego import Protego
from pydantic import ValidationError
from scrapy.http import HtmlResponse

from mtcrawler.discovery.feeds.feed_reader import FeedReader
from mtcrawler.discovery.robots import rules_for, sitemaps_of
from mtcrawler.discovery.section_lists import read_listing
from mtcrawler.discovery.sitemaps import read_sitemap
from mtcrawler.extraction.drafting import NoPosts, draft_of, with_posts
from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.extraction.language.detection import language_of
from mtcrawler.extraction.normalization import Incomplete, article_of
from mtcrawler.extraction.rights import TdmRule, tdm_rules
from mtcrawler.fetch.mode.plain import as_a_reader, mended
from mtcrawler.fetch.sessions import imported
from mtcrawler.markup.addresses import Site
from mtcrawler.markup.css import css
from mtcrawler.model.article import Draft
from mtcrawler.model.errors import DiscoveryError, MtcrawlerError, PageTooLarge
from mtcrawler.model.printable import safe
from mtcrawler.model.provenance import Provenance
from mtcrawler.overlays.observation.lexicon import lexicon
from mtcrawler.storage.feed.changes import Change, unpack
from mtcrawler.storage.feed.cursor import Cursor
from mtcrawler.storage.read.stored import parse
from tests.fixtures.sites import definition_of, extractor_named
from tests.fuzz.bounds import Target
from tests.fuzz.objects import OBJECTS
from tests.fuzz.texts import TEXTS
from tests.hostile.parts import PAGES, page_from
from tests.hostile.parts import read as reading

URL = "https://www.themoscowtimes.com/2026/11/22/a-page-nobody-meant-a90001"
PATH = "/2026/11/22" + "/a-page-nobody-meant" * 20
LINKS = css("a")
EXTRACTOR = extractor_named("moscowtimes")
SITE = definition_of("moscowtimes").site


def drafted(page: ExtractedPage) -> Draft:
    """The draft of a page, as a crawl over plain HTTP makes it."""
    page, access = as_a_reader(page, 200)
    return draft_of(
        page,
        publisher="The Moscow Times",
        spider="moscowtimes",
        known_as=[URL],
        overlays=[],
        access=access,
        provenance=PROVENANCE,
    )


def page(data: bytes) -> None:
    """A page becomes an article, or is told as none; an article survives its own schema."""
    response = mended(HtmlResponse(URL, body=data, headers={"Content-Type": "text/html"}))
    try:
        read = EXTRACTOR.extract(response.text, URL, {})
        article = article_of(drafted(read))
    except (Incomplete, PageTooLarge):
        return
    assert parse(article.to_json(), "key") == article


def unknown_page(data: bytes) -> None:
    """A page of a site that nobody has described becomes an article, or is told as none."""
    extractor, url = PAGES[-1]
    reading(mended(HtmlResponse(url, body=data, headers={"Content-Type": "text/html"})).text, extractor, url)


def parts(data: bytes) -> None:
    """A page put together from hostile parts is read or refused by name, by every kind of page."""
    for kind in PAGES:
        reading(page_from(data[:24]), *kind)


def posts(data: bytes) -> None:
    """A live page's posts, as far as they are any."""
    with suppress(NoPosts, PageTooLarge):
        with_posts(drafted(LIVE), LIVE, data)


def sitemap(data: bytes) -> None:
    """Entries, or a DiscoveryError."""
    try:
        read_sitemap(data, URL)
    except DiscoveryError:
        return


def feed(data: bytes) -> None:
    """Finds, or a DiscoveryError; as in a crawl another process reads it, under limits of its own. Hubs are read from
    it, and from a Link header that has the same bytes.
    """
    with suppress(DiscoveryError):
        LOOP.run_until_complete(FEEDS.read(data, URL, "rss:fuzz", links=[data]))


def listing(data: bytes) -> None:
    """Links, as many as there are."""
    with suppress(DiscoveryError):
        list(read_listing(data.decode("utf-8", "replace"), URL, LINKS, "section:fuzz"))


def address(data: bytes) -> None:
    """One canonical form, which is its own canonical form."""
    once = SITE.canonical(data.decode("utf-8", "replace"))
    assert SITE.canonical(once) == once


def segment(data: bytes) -> None:
    """Lines of the change feed, or an error that names the segment."""
    with suppress(MtcrawlerError):
        unpack(data)


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
    """What a site declares about mining, however it says it, and where that holds."""
    text = data.decode("utf-8", "replace")
    for rule in (*tdm_rules(text)[:100], TdmRule(text, 1, None)):
        rule.covers(PATH)


def robots(data: bytes) -> None:
    """The sitemaps of a robots.txt, and what its rules say of an address."""
    sitemaps_of(data)
    Protego.parse(rules_for("mtcrawler", data).text).can_fetch(URL, "mtcrawler")


TARGETS: tuple[Target, ...] = (
    page,
    unknown_page,
    parts,
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
    robots,
    *OBJECTS,
    *TEXTS,
)

language_of("The model of languages is read and used once, at the cost of no input.", None)
LOOP = asyncio.new_event_loop()
FEEDS = FeedReader(Site("https://a.example", frozenset({"a.example"})))
LIVE = EXTRACTOR.extract("<h1>Live</h1>", URL, {})
PROVENANCE = Provenance(
    run_id="fuzz",
    crawler_version="0",
    fetched_at=datetime(2026, 11, 22, tzinfo=UTC),
    discovered_via="fuzz",
    rendered="http",
    status=200,
    extractor="moscowtimes/1",
)


@atexit.register
def close() -> None:
    """The process that read the feeds goes, too."""
    LOOP.run_until_complete(FEEDS.close())
    LOOP.close()
