"""One article, many addresses: whichever is asked for, the article is stored once, under its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl, differences
from tests.newspaper import Newspaper


@pytest.fixture(scope="module")
def paper() -> Iterator[Newspaper]:
    """The newspaper, once for all forms of an address."""
    with Newspaper("en", modal="none") as paper:
        yield paper


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [
        "{path}/",
        "{path}?utm_source=rss",
        "/all/{id}",
        "/all/{id}?amp=1",
        "/{day}/some-other-slug-a{id}",
        "/1999/01/01/{slug}-a{id}",
        "/news/{slug}-{id}",
    ],
)
def test_every_form_leads_to_the_canonical_article(
    form: str, paper: Newspaper, bucket: Location, tmp_path: Path
) -> None:
    """AMP page, fragment, redirects and queries give the canonical article; the other address is an alternate."""
    url, truth = list(paper.expected().items())[3]
    path = urlsplit(url).path
    day, _, last = path.strip("/").rpartition("/")
    slug, _, number = last.rpartition("-a")
    asked = paper.origin + form.format(path=path, id=number, day=day, slug=slug)
    run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, url=asked)
    assert run.code == 0, run.said
    stored = articles(bucket)
    assert list(stored) == [url]
    assert differences(stored[url], truth) == {}
    alternates = {urlsplit(one).path for one in stored[url]["alternate_urls"]}
    assert alternates == {urlsplit(asked).path.rstrip("/")} - {path}


def test_pages_that_are_no_articles_are_named_and_not_stored(
    paper: Newspaper, bucket: Location, tmp_path: Path
) -> None:
    """“Oops!” with 200, a true 404, a 500, a redirect loop and a PDF end in no article, and in no traceback."""
    paths = (
        "/2026/11/01/no-such-story",
        "/no/such/page/at/all",
        "/all/0",
        "/loop/a",
        f"{urlsplit(next(iter(paper.expected()))).path}/pdf",
    )
    asked = " ".join(paper.origin + path for path in paths)
    run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, url=asked)
    assert run.code != 0
    assert articles(bucket) == {}
    assert "Traceback" not in run.said
    for path in paths:
        assert path in run.said


@pytest.mark.slow
def test_a_page_in_the_wrong_character_set_is_read_right(paper: Newspaper, bucket: Location, tmp_path: Path) -> None:
    """UTF-8 declared as windows-1251 is stored as the words that were written."""
    broken = [story for story in paper.stories if story.declared]
    assert broken
    truth = paper.expected()
    urls = [url for url in truth if any(story.slug in url for story in broken)]
    assert crawl("moscowtimes", bucket, tmp_path, site=paper.origin, url=" ".join(urls)).code == 0
    stored = articles(bucket)
    assert [found for url in urls if (found := differences(stored[url], truth[url]))] == []
