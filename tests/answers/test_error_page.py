"""What is known of a site's error page is kept for the next run, and costs nothing where it cannot be fetched."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from mtcrawler.answers.error_page import ErrorPageNote, ErrorPages
from mtcrawler.extraction.extractor import SelectorExtractor
from mtcrawler.model import clock
from mtcrawler.model.errors import StoreUnreachable
from mtcrawler.storage.layout import error_page_key
from mtcrawler.storage.port import Stored
from tests.fixtures.memory import MemoryStore
from tests.fixtures.sites import described

PAPER = described()
PAGE = SelectorExtractor(PAPER).extract("<h1>Ice</h1><p>The harbour is shut.</p>", "https://paper.example/ice", {})


class Away(MemoryStore):
    """A store that nobody answers for."""

    def get(self, key: str) -> Stored | None:
        """Raises StoreUnreachable."""
        raise StoreUnreachable(f"reading {key}", "nobody answers", "Start the store.")


def refusing() -> ErrorPages:
    """What a run knows of a site that answered 404."""
    pages = ErrorPages(PAPER.site)
    pages.learn(None)
    return pages


def test_a_store_that_falters_costs_a_request(caplog: pytest.LogCaptureFixture) -> None:
    """The note is not had, that is told, and the site is asked anew."""
    pages = ErrorPages(PAPER.site)
    pages.recall(Away())
    assert "nobody answers" in caplog.text
    assert pages.shows(PAGE) is None


def test_a_mirror_teaches_the_site_nothing() -> None:
    """A run on a mirror keeps what it learned for that mirror alone."""
    store, mirror = MemoryStore(), replace(PAPER.site, mirror="http://127.0.0.1:9")
    pages = ErrorPages(mirror)
    pages.learn(None)
    pages.keep(store)
    for site, known in ((PAPER.site, None), (mirror, False)):
        later = ErrorPages(site)
        later.recall(store)
        assert later.shows(PAGE) is known


def test_what_another_crawler_learned_later_stays() -> None:
    """A note is never replaced by an older one, and one that is no note is set aside."""
    store, key = MemoryStore(), error_page_key("paper.example")
    note = ErrorPageNote(at=clock.now() + timedelta(hours=1), titles=["later"])
    store.plant(key, note.model_dump_json().encode())
    refusing().keep(store)
    kept = store.get(key)
    assert kept is not None
    assert ErrorPageNote.model_validate_json(kept.body) == note
    store.plant(key, b'{"titles": 1}')
    ErrorPages(PAPER.site).recall(store)
    assert store.get(key) is None
    assert store.get(f"set-aside/v1/{key}") is not None


@pytest.mark.parametrize(("days", "unknown"), [((0, 10), True), ((0, 1, 2), True), ((0, 2, 4), False)])
def test_two_bad_days_are_no_habit(days: tuple[int, ...], unknown: bool) -> None:
    """A site is taken to fail for whatever it has not only where it did so in several runs over several days."""
    store, began = MemoryStore(), clock.now()
    try:
        for day in days:
            clock.pretend(began + timedelta(days=day))
            pages = ErrorPages(PAPER.site)
            pages.recall(store)
            pages.failed()
            pages.keep(store)
        assert pages.unknown is unknown
    finally:
        clock.pretend(datetime.now(UTC))


def test_what_was_learned_lately_outlives_a_failure() -> None:
    """A run in which the site fails trusts what one of this week learned, and an answer ends the count of failures."""
    store = MemoryStore()
    refusing().keep(store)
    pages = ErrorPages(PAPER.site)
    pages.recall(store)
    pages.failed()
    assert not pages.unknown
    pages.learn(None)
    pages.keep(store)
    later = ErrorPages(PAPER.site)
    later.recall(store)
    assert later.shows(PAGE) is False
    assert not later.unknown


@pytest.mark.parametrize("field", ["at", "failing_since"])
def test_a_note_of_the_future_is_not_believed(field: str) -> None:
    """A note of a day to come is named and set aside, never trusted, and gives way to what is learned today."""
    store, key = MemoryStore(), error_page_key("paper.example")
    note = ErrorPageNote(at=clock.now(), refuses=True).model_copy(update={field: clock.now() + timedelta(days=2)})
    store.plant(key, note.model_dump_json().encode())
    refusing().keep(store)
    kept = store.get(key)
    assert kept is not None
    assert not clock.to_come(ErrorPageNote.model_validate_json(kept.body).at)
    store.plant(key, note.model_dump_json().encode())
    pages = ErrorPages(PAPER.site)
    pages.recall(store)
    assert pages.shows(PAGE) is None
    assert store.get(f"set-aside/v1/{key}") is not None
    assert len(store.left_out) == 1
