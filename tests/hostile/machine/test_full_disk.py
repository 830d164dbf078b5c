"""Laws of a disk that fills up: what it does not take is named, costs itself alone, and decides how the run ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from mtcrawler.model.errors import SpoolFull
from mtcrawler.pipelines.store import Store
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.runs.outcome.run_outcome import judge
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.write import journal
from tests.fixtures.disk import full_disk
from tests.fixtures.store import make_article


def test_half_a_line_costs_no_other(tmp_path: Path) -> None:
    """Of a line that the disk takes only half of nothing stays, and the next one is read whole."""
    mine = journal.Journal(tmp_path, "run")
    mine.append(b'{"a":1}\n')
    with full_disk(room=12), pytest.raises(OSError, match=r"space|large"):
        mine.append(b'{"b":1}\n')
    mine.append(b'{"c":1}\n')
    ((_, path),) = mine.files()
    assert journal.read(path) == [b'{"a":1}\n', b'{"c":1}\n']
    mine.close()


def test_a_disk_that_fills_up_is_told_and_ends_well(new_session: Callable[..., Session]) -> None:
    """An article whose line the disk does not take waits, or fails by name where not even that has room; the session
    closes, and nothing is lost.
    """
    session = new_session(folder="one")
    with full_disk(room=2048):
        futures = [session.submit(make_article(number)) for number in range(1, 6)]
        errors = [error for one in futures if (error := one.exception())]
        spooled = [one for one in futures if not one.exception() and one.result().outcome == "spooled"]
        assert len(errors) + len(spooled) > 0
        assert all(isinstance(error, SpoolFull) for error in errors)
        assert session.counts["waiting"] == len(spooled)
        session.close()
    again = new_session(folder="one")
    assert {again.submit(make_article(number)).result().outcome for number in range(1, 6)} == {"unchanged"}
    assert again.counts["waiting"] == 0


async def test_a_disk_that_fills_up_at_the_end_decides_how_a_run_ends(bucket: Location, tmp_path: Path) -> None:
    """Where only the last write of a run meets a full disk, its articles are stored and it ends by name, as storage;
    the next run delivers what waits.
    """
    given = {"S3_LOCATION": bucket, "STATE_DIR": str(tmp_path / "state"), "SPOOL_DIR": str(tmp_path / "spool")}
    crawler = get_crawler(settings_dict={**given, "RUN_ID": "run-1"})
    crawler.stats = MemoryStatsCollector(crawler)
    store = Store.from_crawler(crawler)
    await store.open_spider()
    for number in range(1, 4):
        await store.process_item(make_article(number))
    with full_disk(room=16):  # the table takes nothing more
        await store.close_spider()
    stats = crawler.stats.get_stats()
    assert (stats["store/new"], stats["store/exit_code"]) == (3, 14)
    verdict = judge(Counts.of({**stats, "item_scraped_count": 3}), store_error=stats["store/error"])
    assert (verdict.outcome, verdict.outcome.exit_code) == (Outcome.STORAGE, 14)
    assert str(tmp_path / "state") in verdict.message
    assert "Free some space" in verdict.message
    again = Store.from_crawler(get_crawler(settings_dict={**given, "RUN_ID": "run-2"}))
    await again.open_spider()
    await again.close_spider()
    with Bucket(bucket) as reader:
        assert {change.id for change in reader.changes()} == {make_article(number).id for number in range(1, 4)}
