"""The last stage in real crawls: everything stored, nothing lost, whatever happens to the store or to us."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler
from scrapy.utils.test import get_crawler

from mtcrawler.model.article import Article
from mtcrawler.pipelines.store import Store
from mtcrawler.storage.location import Location
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import Contents, make_article, through

ROOT = Path(__file__).parent.parent.parent
MANY = [make_article(number) for number in range(60)]


def settings(location: Location, folder: Path, run_id: str, **more: Any) -> dict[str, Any]:
    """The settings of a crawl that keeps everything local in one folder."""
    return {
        "S3_LOCATION": asdict(location),
        "RUN_ID": run_id,
        "STATE_DIR": str(folder / "state"),
        "SPOOL_DIR": str(folder / "spool"),
        "STORE_THREADS": 8,
        "STORE_CLOSING_SECONDS": 0.5,
        **more,
    }


def start(given: dict[str, Any], articles: list[Article]) -> subprocess.Popen[str]:
    """A crawl in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "tests.pipelines.papermill"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    json.dump({"settings": given, "articles": [article.model_dump(mode="json") for article in articles]}, process.stdin)
    process.stdin.close()
    process.stdin = None
    return process


def crawl(given: dict[str, Any], articles: list[Article]) -> tuple[dict[str, Any], str]:
    """Run a crawl to its end; returns stats and log."""
    out, log = start(given, articles).communicate(timeout=120)
    return json.loads(out), log


def check_whole(location: Location, articles: list[Article]) -> None:
    """The bucket holds exactly these articles, each once, each told, each as revision 1."""
    contents = Contents.of(location)
    assert {article.id for article in contents.articles.values()} == {article.id for article in articles}
    assert len(contents.articles) == len(contents.revisions) == len(articles)
    assert contents.told("new") == {(article.id, 1) for article in articles}
    assert contents.told("revised") == set()


def test_a_crawl_stores_every_article_once(bucket: Location, tmp_path: Path) -> None:
    """All articles are stored; a second run finds them unchanged and writes no object; the log has no traceback."""
    stats, log = crawl(settings(bucket, tmp_path, "run-1"), [*MANY, MANY[0]])
    assert (stats["store/new"], stats["item_scraped_count"], stats["item_dropped_reasons_count/Duplicate"]) == (
        60,
        60,
        1,
    )
    assert stats["store/conditional_writes"] is True
    assert "Traceback" not in log
    check_whole(bucket, MANY)
    before = Contents.of(bucket)
    stats, _ = crawl(settings(bucket, tmp_path, "run-2"), MANY)
    assert (stats["store/unchanged"], stats["store/new"]) == (60, 0)
    assert Contents.of(bucket) == before


@pytest.mark.slow
def test_eight_crawls_at_once_store_every_article_once(bucket: Location, tmp_path: Path) -> None:
    """Eight crawls, each on a machine of its own, meet the same articles at once: one object and one line each."""
    few = MANY[:12]
    crawls = [start(settings(bucket, tmp_path / str(number), f"run-{number}"), few) for number in range(8)]
    ended = [process.communicate(timeout=120) for process in crawls]
    stats = [json.loads(out) for out, _ in ended]
    assert not [log for _, log in ended if "Traceback" in log]
    assert sum(one["store/new"] for one in stats) == len(few)
    assert sum(one["store/unchanged"] + one["store/new"] for one in stats) == len(few) * 8
    check_whole(bucket, few)


@pytest.mark.parametrize("wrong", [{"bucket": "no-such-bucket"}, {"secret_key": "wrong"}], ids=str)
def test_a_store_that_cannot_be_opened_ends_the_crawl(bucket: Location, tmp_path: Path, wrong: dict[str, str]) -> None:
    """A wrong bucket or wrong credentials end the crawl before it begins, in one line that names the remedy."""
    stats, log = crawl(settings(replace(bucket, **wrong), tmp_path, "run-1"), MANY)
    assert stats["finish_reason"] == "store"
    assert stats["store/exit_code"] == 14
    assert stats["store/error"] in log
    assert "item_scraped_count" not in stats
    assert "Traceback" not in log


@pytest.mark.slow
def test_an_outage_during_the_crawl_loses_nothing(bucket: Location, tmp_path: Path, proxy: Proxy) -> None:
    """A store that goes away mid-run and stays away: articles wait on disk, and the next run delivers them."""
    proxy.reset(fail_at=60)
    away = through(proxy, bucket)
    stats, log = crawl(settings(away, tmp_path, "run-1"), MANY)
    assert stats["item_scraped_count"] == 60
    assert stats["store/waiting"] == stats["store/spooled"] > 0
    assert stats["store/new"] + stats["store/spooled"] == 60
    assert log.count("The store is away") == 1
    assert bucket.bucket in stats["store/trouble"]
    assert "Traceback" not in log
    stats, _ = crawl(settings(bucket, tmp_path, "run-2"), [])
    assert stats["store/waiting"] == 0
    assert stats["store/delivered"] > 0
    check_whole(bucket, MANY)


async def test_the_crawl_slows_down_while_articles_wait(bucket: Location, tmp_path: Path, proxy: Proxy) -> None:
    """While the store is away articles pass the more slowly the fuller the disk; when it is back they are delivered."""
    room = 6 * len(MANY[0].to_json())
    given = settings(through(proxy, bucket), tmp_path, "run-1", SPOOL_MAX_BYTES=room, STORE_CLOSING_SECONDS=10)
    store = Store.from_crawler(get_crawler(settings_dict=given))
    await store.open_spider()
    proxy.reset(fail_at=1)
    took = []
    for article in MANY[:3]:
        begin = time.monotonic()
        assert await store.process_item(article) == article
        took.append(time.monotonic() - begin)
    proxy.reset()
    await store.close_spider()
    assert took[2] > took[1] > 0.2
    check_whole(bucket, MANY[:3])


@pytest.mark.slow
def test_a_full_spool_stops_the_crawl_by_name(bucket: Location, tmp_path: Path, proxy: Proxy) -> None:
    """When nothing more can wait the crawl stops with that reason; what it could not keep, the next run stores."""
    proxy.reset(fail_at=60)
    stats, log = crawl(settings(through(proxy, bucket), tmp_path, "run-1", SPOOL_MAX_BYTES=12_000), MANY)
    assert stats["finish_reason"] == "spool_full"
    assert stats["store/exit_code"] == 14
    assert "SPOOL_MAX_BYTES" in stats["store/error"]
    assert stats["item_dropped_reasons_count/NotStored"] > 0
    assert "Traceback" not in log
    crawl(settings(bucket, tmp_path, "run-2"), MANY)
    check_whole(bucket, MANY)


@pytest.mark.slow
@pytest.mark.parametrize(("at", "fresh"), [(17, True), (60, False), (111, True), (125, False)])
def test_a_kill_at_any_moment_is_healed(bucket: Location, tmp_path: Path, proxy: Proxy, at: int, fresh: bool) -> None:
    """Kill -9 at some request, then the same crawl again: the bucket ends as if nothing had happened."""
    process = start(settings(through(proxy, bucket), tmp_path / "one", "run-1"), MANY)
    proxy.on_fail = process.kill
    proxy.reset(fail_at=at, when="after" if at % 2 else "before")
    process.communicate(timeout=120)
    assert process.returncode == -9
    stats, _ = crawl(settings(bucket, tmp_path / ("two" if fresh else "one"), "run-2"), MANY)
    assert stats["store/new"] + stats["store/unchanged"] == 60
    check_whole(bucket, MANY)


async def test_the_reactor_is_never_held_up(bucket: Location, tmp_path: Path) -> None:
    """While articles are stored, the event loop goes on turning."""
    crawler: Crawler = get_crawler(settings_dict=settings(bucket, tmp_path, "run-1"))
    store = Store.from_crawler(crawler)
    await store.open_spider()
    longest, running = 0.0, True

    async def turn() -> None:
        nonlocal longest
        while running:
            begin = time.monotonic()
            await asyncio.sleep(0)
            longest = max(longest, time.monotonic() - begin)

    turning = asyncio.create_task(turn())
    assert await asyncio.gather(*map(store.process_item, MANY)) == MANY
    await store.close_spider()
    running = False
    await turning
    assert longest < 0.5
    assert crawler.stats is not None
    assert crawler.stats.get_value("store/new") == 60
