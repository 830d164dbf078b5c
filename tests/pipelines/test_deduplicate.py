"""The second stage: each article once, each text under one address."""

from __future__ import annotations

from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from mtcrawler.pipelines.deduplicate import Deduplicate, Duplicate
from mtcrawler.pipelines.store import Store
from mtcrawler.storage.location import Location
from tests.fixtures.store import Contents, make_article
from tests.pipelines.test_store import crawl, settings

FIRST = make_article(1)
ELSEWHERE = make_article(2, headline=FIRST.headline)


class Run:
    """The last two stages of one run, without a web."""

    def __init__(self, location: Location, folder: Path, run_id: str) -> None:
        crawler = get_crawler(settings_dict=settings(location, folder, run_id))
        self.stage, self.store = Deduplicate.from_crawler(crawler), Store.from_crawler(crawler)

    async def __aenter__(self) -> Run:
        await self.stage.open_spider()
        await self.store.open_spider()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.store.close_spider()


async def test_each_duplicate_names_address_and_reason(bucket: Location, tmp_path: Path) -> None:
    """What is dropped says which address it was and why; the first of two is passed on as it came."""
    async with Run(bucket, tmp_path, "run-1") as run:
        assert run.stage.process_item(FIRST) is FIRST
        with pytest.raises(Duplicate, match="seen before") as seen:
            run.stage.process_item(FIRST)
        with pytest.raises(Duplicate, match="the same text as") as same:
            run.stage.process_item(ELSEWHERE)
        await run.store.process_item(FIRST)
    assert FIRST.url in str(seen.value)
    assert ELSEWHERE.url in str(same.value)
    assert FIRST.canonical_url in str(same.value)
    (article,) = Contents.of(bucket).articles.values()
    assert article.alternate_urls == [ELSEWHERE.canonical_url]


async def test_a_text_is_compared_with_earlier_runs(bucket: Location, tmp_path: Path) -> None:
    """A text stored by an earlier run, elsewhere, is a duplicate in this one; a third run writes nothing."""
    async with Run(bucket, tmp_path / "one", "run-1") as run:
        await run.store.process_item(run.stage.process_item(FIRST))
    async with Run(bucket, tmp_path / "two", "run-2") as run:
        with pytest.raises(Duplicate):
            run.stage.process_item(ELSEWHERE)
    contents = Contents.of(bucket)
    (article,) = contents.articles.values()
    assert article.alternate_urls == [ELSEWHERE.canonical_url]
    last = contents.changes[-1]
    assert (last.change, last.id, last.duplicate_of, last.run_id) == ("duplicate", ELSEWHERE.id, FIRST.id, "run-2")
    async with Run(bucket, tmp_path / "three", "run-3") as run:
        with pytest.raises(Duplicate):
            run.stage.process_item(ELSEWHERE)
        await run.store.process_item(run.stage.process_item(FIRST))
    assert Contents.of(bucket) == contents


def test_of_many_copies_one_stays(bucket: Location, tmp_path: Path) -> None:
    """However many addresses carry a text in one run, one article is stored and knows all the others."""
    copies = [FIRST, *(make_article(number, headline=FIRST.headline) for number in range(2, 30))]
    stats, log = crawl(settings(bucket, tmp_path, "run-1"), copies)
    assert (stats["store/new"], stats["store/duplicate"]) == (1, 28)
    assert "Traceback" not in log
    (article,) = Contents.of(bucket).articles.values()
    assert article.id == FIRST.id
    assert sorted(article.alternate_urls) == sorted(copy.canonical_url for copy in copies[1:])
