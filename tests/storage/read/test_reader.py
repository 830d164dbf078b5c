"""Reading the bucket back as a consumer does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

from mtcrawler.model.article import Article
from mtcrawler.model.errors import ArgumentError
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.store import SITE, make_article

RU = "www.moscowtimes.ru"
ARTICLES = [
    make_article(1, day="2026/11/18"),
    make_article(2, day="2026/11/19"),
    make_article(3, day="2026/11/20"),
    make_article(url=f"https://{RU}/2026/11/19/zima-a9", site=RU, headline="Зима"),
    make_article(url=f"https://{SITE}/archive/undated", published_at=None, headline="Undated"),
]


@pytest.fixture
def filled(new_session: Callable[..., Session], bucket: Location) -> Bucket:
    session = new_session()
    for article in ARTICLES:
        session.writer.save(article)
    session.close()
    return Bucket(bucket)


def test_articles_come_by_site_newest_day_first(filled: Bucket) -> None:
    """All articles are read as they were stored, sites in order, the newest day first, undated ones last."""
    assert list(filled.articles()) == [ARTICLES[number] for number in (3, 2, 1, 0, 4)]
    assert list(filled.articles(limit=2)) == [ARTICLES[3], ARTICLES[2]]
    assert filled.sites() == [RU, SITE]
    assert filled.dates(SITE) == ["2026-11-20", "2026-11-19", "2026-11-18", "unknown"]


def test_articles_are_chosen_by_site_and_day(filled: Bucket) -> None:
    """A site, a first and a last day, both included, narrow the reading."""
    assert list(filled.articles(site=SITE, since="2026-11-19", until="2026-11-20")) == [ARTICLES[2], ARTICLES[1]]
    assert list(filled.articles(since="unknown", until="unknown")) == [ARTICLES[4]]
    assert list(filled.articles(site="nobody.example")) == []


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.headline)
def test_an_article_is_found_by_id_and_address(filled: Bucket, article: Article) -> None:
    """An id, its beginning, the canonical address, and the address with a query or a slash lead to the article."""
    url = article.canonical_url
    for asked in (article.id, article.id[:8], article.id.upper(), url, f"{url}/", f"{url}?utm_source=x#top"):
        assert filled.get(asked) == article


def test_what_is_not_there_is_none(filled: Bucket) -> None:
    """An unknown id or address is None; what is neither is an error."""
    assert filled.get("00000000") is None
    assert filled.get(f"https://{SITE}/2026/11/20/other-a1") is None
    assert filled.get("https:///") is None
    for nonsense in ("what?", "", "../x"):
        with pytest.raises(ArgumentError):
            filled.get(nonsense)


def test_revisions_are_walked_back(new_session: Callable[..., Session], bucket: Location) -> None:
    """An article's history is read from the latest revision to the first."""
    writer = new_session().writer
    texts = ["One.", "Two.", "Three."]
    for words in texts:
        writer.save(make_article(1, words=words))
    reader = Bucket(bucket)
    current = reader.get(make_article(1).id)
    assert current is not None
    history = list(reader.revisions(current))
    assert [(article.revision, article.text.split("\n")[0]) for article in history] == [
        (3, "Three."),
        (2, "Two."),
        (1, "One."),
    ]


def test_reading_needs_no_scrapy() -> None:
    """A consumer's process loads neither Scrapy nor Playwright."""
    code = (
        "import sys, mtcrawler.storage.read.reader, mtcrawler.cli\n"
        "sys.exit(any(name.split('.')[0] in {'scrapy', 'twisted', 'playwright'} for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
