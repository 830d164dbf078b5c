"""What is known of the last look at an address."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from mtcrawler.model import clock
from mtcrawler.storage.feed.segments import pack
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.index.check_log import Check
from mtcrawler.storage.layout import check_key
from tests.fixtures.memory import MemoryStore

FERRY, ICE = "https://paper.example/ferry", "https://paper.example/ice"


def test_a_look_of_the_future_holds_nothing_up(tmp_path: Path) -> None:
    """A look noted for a day to come is left out and named; those beside it count, also of a clock that is fast."""
    store, known, key = MemoryStore(), ArticleIndex(tmp_path / "known.sqlite"), check_key("2026-11-21", "run", 1)
    looks = [
        Check(url=FERRY, at=clock.now() + timedelta(days=365), outcome="missing"),
        Check(url=ICE, at=clock.now() + timedelta(hours=1), outcome="missing"),
    ]
    store.plant(key, pack(look.model_dump_json().encode() + b"\n" for look in looks))
    try:
        known.checks.refresh(store)
        assert known.checks.get(looks[0].id) is None
        assert known.checks.get(looks[1].id) is not None
        assert [(err.key, err.happened) for err in store.left_out.found] == [(key, "1 of 2 lines are from the future")]
    finally:
        known.close()
