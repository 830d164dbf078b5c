"""How long kept pages stay, and what is said of those that are not there."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.model import clock
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import PAGES
from mtcrawler.storage.location import Location
from mtcrawler.storage.pages.keys import LIFETIME_KEY, pages_key, read_snapshot
from mtcrawler.storage.pages.lifetime import Lifetime, expire, lifetime, note_days
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.verify import Problem, verify
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import environment
from tests.fixtures.memory import MemoryStore
from tests.fixtures.store import make_article
from tests.storage.pages.kept import answer, page
from tests.storage.pages.test_keeping import with_ticket


def day(ago: int) -> str:
    """The day so many days ago."""
    return (clock.now().date() - timedelta(days=ago)).isoformat()


def test_old_segments_are_deleted_and_that_is_noted() -> None:
    """Only segments past their days go, by default those that a crawl noted; a dry run deletes and notes nothing."""
    store = MemoryStore()
    keys = [pages_key(day(ago), "run-1", 1) for ago in (0, 29, 30, 31, 400)]
    for key in keys:
        store.put(key, page())
    assert (expire(store).deleted, lifetime(store)) == (0, Lifetime())
    note_days(store, 30)
    note_days(store, 30)
    assert (expire(store, dry_run=True).deleted, len(list(store.keys(f"{PAGES}date=")))) == (2, 5)
    done = expire(store)
    assert (done.deleted, done.kept) == (2, 3)
    assert sorted(store.keys(f"{PAGES}date=")) == sorted(keys[:3])
    assert expire(store, 10).deleted == 2
    note_days(store, None)
    known = lifetime(store)
    assert (known.days, known.is_over(day(11)), known.is_over(day(10))) == (None, True, False)
    store.plant(LIFETIME_KEY, b"torn")
    assert lifetime(store) == Lifetime()
    assert len(store.left_out) == 1


def stored(session: Session, words: str) -> str:
    """The place of the page of an article that a session stores."""
    ticket = session.pages.hold(answer(words))
    article = with_ticket(make_article(len(words), words=words), ticket)
    saved = session.submit(article).result()
    found = session.client.get(saved.key)
    assert found is not None
    snapshot: str = json.loads(found.body)["provenance"]["snapshot"]
    return snapshot


def problems(bucket: Location) -> list[str]:
    """What verify finds."""
    found: list[Problem] = []
    verify(bucket, found.append)
    return [one.problem for one in found]


def test_verify_reads_kept_pages(
    bucket: Location, client: Client, new_session: Callable[..., Session], tmp_path: Path
) -> None:
    """Whole pages are no problem; a torn segment and a place that leads nowhere are; pages past their time are none."""
    session = new_session(keep_pages="changed")
    place = read_snapshot(stored(session, "The harvest is in."))
    session.close()
    assert place is not None
    assert problems(bucket) == []
    whole = client.get(place.key)
    assert whole is not None
    with Bucket(bucket) as reader:
        (kept,) = reader.articles()
        shown = reader.page(kept)
        assert shown is not None
        assert "The harvest is in." in shown.html
        assert (reader.page(kept.id), reader.page(str(place))) == (shown, shown)
    client.put(place.key, whole.body[:-9])
    assert any("its pages cannot be read: it is cut short" in one for one in problems(bucket))
    client.put(place.key, whole.body[: place.offset])
    assert problems(bucket) == ["its kept page is not where provenance.snapshot says"]
    client.delete(place.key)
    (lost,) = problems(bucket)
    assert "its kept page is not there" in lost
    old = pages_key(day(40), "run-1", 1)
    client.put(old, whole.body)
    code = main(["compact", "--feed-only", "--keep-pages", "30"], environment(bucket, tmp_path))
    assert (code, client.head(old)) == (0, None)
    known = lifetime(client)
    assert known.gone_before is not None
    assert known.is_over(day(31))


@pytest.mark.parametrize("said", ["0", "x", "99999"])
def test_a_wrong_lifetime_is_refused(said: str, bucket: Location, tmp_path: Path) -> None:
    """What is no number of days deletes nothing."""
    given = {**environment(bucket, tmp_path), "KEEP_PAGES_DAYS": said}
    assert main(["compact", "--feed-only"], given) == 2
