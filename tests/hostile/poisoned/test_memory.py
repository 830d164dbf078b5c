"""Laws of memory: much that is small takes no more of it than one thing at a time."""

from __future__ import annotations

import gzip
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import change_key, check_key
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.hostile.poisoned.poison import LINE, packed


def _peak(work: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _refreshed(client: Client, path: Path) -> None:
    known = ArticleIndex(path)
    known.refresh(client)
    known.close()


def _iterated(client: Client, _: Path) -> None:
    with Bucket(client.location) as bucket:
        assert sum(1 for _ in bucket.changes())


@pytest.mark.slow
@pytest.mark.parametrize("work", [_refreshed, _iterated])
def test_one_segment_is_unpacked_at_a_time(
    work: Callable[[Client, Path], None], client: Client, tmp_path: Path
) -> None:
    """Whoever reads the feed takes for twenty segments hardly more memory than for two."""
    body = packed(*[LINE] * 2000)
    peaks = []
    for upto in (2, 20):
        for number in range(upto):
            client.put(change_key("2026-11-21", f"run-{number}", 1), body)
            client.put(check_key("2026-11-21", f"run-{number}", 1), gzip.compress(b""))
        peaks.append(_peak(lambda upto=upto: work(client, tmp_path / str(upto))))  # type: ignore[misc]
    assert peaks[1] < 3 * peaks[0]
