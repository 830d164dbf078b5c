"""An unknown newspaper whose every page asks for money among its paragraphs: no article keeps a word of it."""

from __future__ import annotations

from pathlib import Path

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.fixtures.store import SITE
from tests.newspaper import Newspaper
from tests.newspaper.markup.support import MESSAGE


def test_the_first_articles_of_an_unknown_site_have_no_plea(bucket: Location, tmp_path: Path) -> None:
    """What a site asks of its readers on every page is in no text, also of the first articles, which nothing taught."""
    described = tmp_path / "no-sites"
    described.mkdir()
    title, greeting, texts = MESSAGE["en"]
    with Newspaper("en", modal="inline") as paper:
        asked = {"mirror": paper.origin, "since": "1990-01-01", "limit": "5", "S_RENDER_MODE": "http"}
        run = crawl("news", bucket, tmp_path / "var", site=SITE, E_MTCRAWLER_SITES=str(described), **asked)
    stored = articles(bucket)
    assert len(stored) == 5, run.said
    assert [line for one in stored.values() for line in (title, greeting, *texts) if line in one["text"]] == []
