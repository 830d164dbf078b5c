"""What others have written is learned without listing all that was ever written; nothing is missed for good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from mtcrawler.model import clock
from mtcrawler.storage.feed.changes import pack
from mtcrawler.storage.feed.segments import pack as packed
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.check_log import Check
from mtcrawler.storage.layout import change_key, check_key
from tests.fixtures.memory import MemoryStore
from tests.fixtures.store import make_article
from tests.storage.index.test_article_index import change

NOON: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)


class CountingStore(MemoryStore):
    """Counts the keys that it lists."""

    listed = 0

    def keys(self, prefix: str, *, limit: int | None = None, after: str = "") -> Iterator[str]:
        """As the port says."""
        for key in super().keys(prefix, limit=limit, after=after):
            self.listed += 1
            yield key


class Times:
    """The clock, and segments of runs that began at some time of it."""

    def __init__(self, store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self._store, self.now = store, NOON
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def wrote(self, number: int, began: datetime, name: str = "") -> None:
        """A run that began then has stored this article, and looked at another."""
        run = name or f"{began:%Y%m%dT%H%M%SZ}-{number:06x}"
        day = f"{began:%Y-%m-%d}"
        self._store.put(change_key(day, run, 1), pack([change(number).to_line()]))
        check = Check(url=f"https://paper.example/{number}", at=began, outcome="other")
        self._store.put(check_key(day, run, 1), packed([check.model_dump_json().encode() + b"\n"]))


@pytest.fixture
def store() -> CountingStore:
    """An empty store."""
    return CountingStore()


@pytest.fixture
def times(store: CountingStore, monkeypatch: pytest.MonkeyPatch) -> Times:
    """Noon."""
    return Times(store, monkeypatch)


def test_what_was_written_long_ago_is_not_listed_each_time(times: Times, store: CountingStore, tmp_path: Path) -> None:
    """Within an hour only segments of young runs, and of those with names of their own, are listed; they are learned
    at once. What a run of long ago brings late is learned within an hour.
    """
    for number in range(50):
        times.wrote(number, NOON - timedelta(days=1 + number % 20, minutes=number))
    known = ArticleIndex(tmp_path / "known.sqlite")
    assert known.refresh(store, latest=True) == 100
    times.now += timedelta(minutes=20)
    times.wrote(60, times.now - timedelta(hours=1, minutes=50))
    times.wrote(61, times.now, "nightly")
    times.wrote(62, times.now - timedelta(hours=3))
    store.listed = 0
    assert (known.refresh(store, latest=True), store.listed) == (4, 4)
    assert [known.get(make_article(number).id) is not None for number in (60, 61, 62)] == [True, True, False]
    times.now += timedelta(minutes=41)
    assert known.refresh(store, latest=True) == 2
    assert known.get(make_article(62).id) is not None
    assert known.refresh(store) == 0


def test_another_buckets_memory_is_noticed(times: Times, store: CountingStore, tmp_path: Path) -> None:
    """Where a young segment that was read is gone, all are listed, and the memory starts afresh."""
    times.wrote(1, NOON - timedelta(minutes=5))
    known = ArticleIndex(tmp_path / "known.sqlite")
    known.refresh(store, latest=True)
    other = CountingStore()
    other.put(change_key("2026-11-01", "20261101T080000Z-000001", 1), pack([change(2).to_line()]))
    assert known.refresh(other, latest=True) == 1
    assert [known.get(make_article(number).id) is not None for number in (1, 2)] == [False, True]
