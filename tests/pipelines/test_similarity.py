"""Laws of Similarity: an article knows its near-duplicates before it is stored, and loses nothing by being compared."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from scrapy.utils.test import get_crawler

from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.model.article import Article
from mtcrawler.pipelines.deduplicate import Deduplicate, Duplicate
from mtcrawler.pipelines.similarity import Similarity
from mtcrawler.pipelines.store import Store
from mtcrawler.project import defaults
from mtcrawler.storage.location import Location
from tests.fixtures.store import Contents, make_article
from tests.pipelines.test_store import crawl, settings

REPORT = "The night express stood in the snow for nine hours and its passengers drank tea while the crew dug. " * 4
FIRST = make_article(1, words=REPORT)
LIKE = make_article(2, words=REPORT.replace("tea", "coffee", 1))
OTHER = make_article(3, words=" ".join(f"another{number}" for number in range(80)))


class Stages:
    """The stages of one run from Deduplicate on, without a web."""

    def __init__(self, location: Location, folder: Path, run_id: str) -> None:
        crawler = get_crawler(settings_dict=settings(location, folder, run_id))
        self.deduplicate, self.similarity = Deduplicate.from_crawler(crawler), Similarity.from_crawler(crawler)
        self.store, self.session = Store.from_crawler(crawler), CrawlContext.of(crawler).session

    async def __aenter__(self) -> Stages:
        await self.deduplicate.open_spider()
        await self.store.open_spider()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.store.close_spider()


async def test_an_article_is_compared_before_it_is_stored(bucket: Location, tmp_path: Path) -> None:
    """The stage gives the near-duplicates that came by before, stored or not, and Store stores what it was given."""
    async with Stages(bucket, tmp_path, "run-1") as run:
        compared = [
            await run.similarity.process_item(run.deduplicate.process_item(one)) for one in (FIRST, LIKE, OTHER)
        ]
        assert Contents.of(bucket).articles == {}
        assert [[near.id for near in one.similar_to] for one in compared] == [[], [FIRST.id], []]
        assert [one.cluster_id for one in compared] == [FIRST.id, FIRST.id, OTHER.id]
        for one in compared:
            await run.store.process_item(one)
    stored = {one.id: one for one in Contents.of(bucket).articles.values()}
    assert {one.id: one.similar_to for one in compared} == {key: one.similar_to for key, one in stored.items()}
    assert {one.id: one.cluster_id for one in compared} == {key: one.cluster_id for key, one in stored.items()}


def test_a_crawl_stores_what_resembles_what(bucket: Location, tmp_path: Path) -> None:
    """Through the real pipelines wire copy is one cluster, in which one of the two names the other."""
    stats, log = crawl(settings(bucket, tmp_path, "run-1"), [FIRST, LIKE, OTHER])
    assert (stats["store/new"], "Traceback" in log) == (3, False), log
    stored = {one.id: one for one in Contents.of(bucket).articles.values()}
    named = {one.id: [near.id for near in one.similar_to] for one in stored.values()}
    assert sorted(named[FIRST.id] + named[LIKE.id]) in ([FIRST.id], [LIKE.id])
    assert stored[FIRST.id].cluster_id == stored[LIKE.id].cluster_id != stored[OTHER.id].cluster_id


async def test_what_cannot_be_compared_takes_nothing_with_it(
    bucket: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where comparing fails the article is lost to this run alone: another address of its text is stored instead."""

    def broken(article: Article) -> Any:
        raise sqlite3.OperationalError("disk I/O error")

    elsewhere = make_article(4, headline=FIRST.headline, words=REPORT)
    async with Stages(bucket, tmp_path, "run-1") as run:
        monkeypatch.setattr(run.session._submissions._compared_with(), "relate", broken)
        claimed = run.deduplicate.process_item(FIRST)
        with pytest.raises(Duplicate):
            run.deduplicate.process_item(elsewhere)
        with pytest.raises(sqlite3.OperationalError):
            await run.similarity.process_item(claimed)
        assert run.session.claim(FIRST).first_id == elsewhere.id  # at once: what waited for it has its place
    assert [one.id for one in Contents.of(bucket).articles.values()] == [elsewhere.id]


def test_the_stages_are_in_their_order() -> None:
    """A draft is normalised, judged by its access, deduplicated, compared and stored, in this order."""
    order = sorted(defaults.ITEM_PIPELINES, key=lambda name: defaults.ITEM_PIPELINES[name])
    assert [name.split(".")[2] for name in order] == ["normalize", "access", "deduplicate", "similarity", "store"]
