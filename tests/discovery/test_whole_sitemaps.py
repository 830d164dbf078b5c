"""Laws of sitemaps that need not be read again: only where nothing that they name was lost."""

from __future__ import annotations

import pytest

from mtcrawler.discovery.whole_sitemaps import complete
from mtcrawler.model.limits import Cut

LOSSES = [
    *(f"discovery/cut/{cut}" for cut in (Cut.ADDRESS, Cut.ADDRESSES, Cut.WAITING, Cut.ROBOTS, Cut.ENTRIES, Cut.LEVELS)),
    "discovery/failed/sitemap:2026-11",
    "item_dropped_reasons_count/NotStored",
    "page/failed",
    "run/error/OSError",
    "run/unanswered",
    "spider_exceptions/ValueError",
    "store/failed",
    "store/waiting",
    "wall/not-asked",
]


@pytest.mark.parametrize("loss", LOSSES)
def test_a_sitemap_of_a_run_that_lost_something_is_read_again(loss: str) -> None:
    """Whatever lost an article, the next run reads the sitemap that named it once more."""
    stats = {"store/new": 3, "page/missing/unknown": 1, "item_dropped_reasons_count/Duplicate": 2}
    assert complete(stats)
    assert not complete({**stats, loss: 1})
