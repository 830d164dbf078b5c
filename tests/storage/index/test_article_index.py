"""What is known: a view of the feed that can be thrown away at any time."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mtcrawler.identity.ids import article_id
from mtcrawler.model.errors import SettingError, StoreUnreachable
from mtcrawler.session.local_files import named
from mtcrawler.session.session import Session
from mtcrawler.storage.feed.changes import Change, pack, unpack
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import article_key, change_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.fixtures.memory import MemoryStore
from tests.fixtures.proxy import Proxy
from tests.fixtures.store import SITE, Contents, make_article, through

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def change(
    number: int = 1, kind: str = "new", *, revision: int | None = 1, minute: int = 0, **fields: object
) -> Change:
    article = make_article(number)
    line = Change.of("new", article, key=article_key(SITE, "2026-11-20", article.id), run_id="run")
    update = {"change": kind, "revision": revision, "at": NOON + timedelta(minutes=minute), **fields}
    return line.model_copy(update=update)


@pytest.fixture
def known(tmp_path: Path) -> ArticleIndex:
    return ArticleIndex(tmp_path / "known.sqlite")


def test_a_line_is_read_as_it_was_written() -> None:
    """A line survives the feed, and fields of a later version do not disturb."""
    line = change(headline="Зима «идёт»")
    assert unpack(pack([line.to_line()])) == [line]
    later = line.to_line().replace(b"{", b'{"mood":"cold",', 1)
    assert unpack(pack([later])) == [line]
    assert pack([later]) == pack([later])
    assert gzip.decompress(pack([later])) == later


def test_the_view_answers_by_id_and_by_content(known: ArticleIndex) -> None:
    """A stored article is found by its id and by its content."""
    known.apply("segment-1", [change(1), change(2)])
    one = known.get(make_article(1).id)
    assert one is not None
    assert (one.stored, one.revision, one.key) == (True, 1, article_key(SITE, "2026-11-20", one.id))
    assert known.by_content(SITE, make_article(2).content_hash) == known.get(make_article(2).id)
    assert known.get("nobody") is None
    assert known.count() == 2


def test_a_segment_counts_once_and_order_does_not_matter(known: ArticleIndex) -> None:
    """Whatever order the segments of several writers are read in, the latest revision is what is known."""
    later = change(1, "revised", revision=2, content_hash="b" * 64, minute=1)
    known.apply("late", [later])
    known.apply("early", [change(1)])
    known.apply("late", [change(1, "revised", revision=9)])
    now = known.get(later.id)
    assert now is not None
    assert (now.revision, now.content_hash) == (2, "b" * 64)
    assert known.by_content(SITE, make_article(1).content_hash) is None


def test_a_duplicate_is_known_but_not_stored(known: ArticleIndex) -> None:
    """A duplicate's id is known with its first; it never answers for its content, nor hides a stored article."""
    known.apply("1", [change(1), change(2, "duplicate", revision=None, duplicate_of=make_article(1).id)])
    known.apply("2", [change(1, "duplicate", revision=None, duplicate_of=make_article(3).id, minute=1)])
    two, one = known.get(make_article(2).id), known.get(make_article(1).id)
    assert one is not None
    assert two is not None
    assert (two.stored, two.duplicate_of) == (False, make_article(1).id)
    assert one.stored
    assert known.by_content(SITE, make_article(2).content_hash) is None
    known.apply("3", [change(2, "new", minute=2)])
    now = known.get(two.id)
    assert now is not None
    assert (now.stored, now.duplicate_of) == (True, None)


def test_gone_is_a_state_of_a_stored_article(known: ArticleIndex) -> None:
    """A gone article keeps key and revision; an edit brings it back."""
    known.apply("1", [change(1), change(1, "gone", minute=1)])
    gone = known.get(make_article(1).id)
    assert gone is not None
    assert (gone.state, gone.stored, gone.revision) == ("gone", True, 1)
    known.apply("2", [change(1, "revised", revision=2, minute=2)])
    back = known.get(gone.id)
    assert back is not None
    assert (back.state, back.revision) == ("stored", 2)


def test_what_is_noted_counts_at_once_and_is_forgotten_with_the_process(known: ArticleIndex, tmp_path: Path) -> None:
    """A line that is not yet in the bucket is known in this process only."""
    known.apply("1", [change(1)])
    edited = change(1, "revised", revision=2, content_hash="b" * 64, minute=1)
    known.note(edited)
    known.note(change(1, "gone", minute=2))
    noted = known.get(edited.id)
    assert noted is not None
    assert (noted.revision, noted.state) == (2, "gone")
    assert known.by_content(SITE, "b" * 64) == noted
    assert known.by_content(SITE, make_article(1).content_hash) is None
    known.close()
    again = ArticleIndex(tmp_path / "known.sqlite").get(edited.id)
    assert again is not None
    assert again.revision == 1


def test_noted_becomes_known_with_its_segment(known: ArticleIndex) -> None:
    """Once the segment is written, the table says what memory said."""
    known.note(change(1))
    noted = known.get(make_article(1).id)
    known.apply("1", [change(1)])
    assert known.get(make_article(1).id) == noted
    assert known.by_content(SITE, make_article(1).content_hash) == noted


def test_the_view_is_rebuilt_from_the_feed(new_session: Callable[..., Session], client: Client) -> None:
    """Deleted, damaged or made for another bucket: the next run has the same view again."""
    session = new_session(folder="one")
    for number in range(3):
        session.writer.save(make_article(number))
    session.close()
    ids = [make_article(number).id for number in range(3)]
    path = next((session.plan.state_dir).glob("known-*.sqlite"))
    path.write_bytes(b"this is no database, and long enough to be read as one" * 100)
    for folder in ("one", "two"):
        known = new_session(folder=folder).known
        assert [bool(known.get(id_)) for id_ in ids] == [True] * 3
    for key in list(client.keys("")):
        client.delete(key)
    assert new_session(folder="one").known.count() == 0


def test_a_large_feed_is_read_once(tmp_path: Path) -> None:
    """Every line of many segments is known after one reading, and nothing is read again."""
    store = MemoryStore()
    line = change(1)
    for segment in range(10):
        lines = [
            line.model_copy(
                update={"id": article_id(f"{segment}-{number}"), "content_hash": f"{segment}-{number}"}
            ).to_line()
            for number in range(1000)
        ]
        store.put(change_key("2026-11-21", "run", segment), pack(lines))
    known = ArticleIndex(tmp_path / "known.sqlite")
    assert known.refresh(store) == 10
    assert known.count() == 10_000
    assert known.refresh(store) == 0


def test_the_feed_tells_everything(new_session: Callable[..., Session], bucket: Location) -> None:
    """Lines of one run lie in numbered segments in the order things happened."""
    session = new_session(feed_lines=2, feed_seconds=3600)
    articles = [make_article(number) for number in range(7)]
    for article in articles:
        session.writer.save(article)
        if article is articles[3]:
            session.bucket.feed.flush()
    session.close()
    contents = Contents.of(bucket)
    assert [change.id for change in contents.changes] == [article.id for article in articles]


def test_the_last_good_article_is_remembered_by_site(new_session: Callable[..., Session]) -> None:
    """When a site last gave an article is known in this run and in the next, and its removal later changes nothing."""
    session, article = new_session("first"), make_article(1)
    assert session.known.last_stored(SITE) is None
    session.writer.save(article)
    assert session.known.last_stored(SITE) == article.provenance.fetched_at
    session.writer.tell_gone(article.id)
    assert session.known.last_stored(SITE) == article.provenance.fetched_at
    session.close()
    again = new_session("second", folder="elsewhere")
    assert again.known.last_stored(SITE) == article.provenance.fetched_at
    assert again.known.last_stored("nobody.example") is None


@pytest.mark.parametrize("request_number", [1, 2])
def test_a_segment_that_is_cut_short_is_read_again(
    request_number: int, known: ArticleIndex, client: Client, bucket: Location, proxy: Proxy
) -> None:
    """Where the connection is cut while the feed is listed or read nothing counts as read, left out or set aside."""
    key = change_key("2026-11-21", "run", 1)
    client.put(key, pack([change(number).to_line() for number in range(50)]))
    cut = Client(through(proxy, bucket), attempts=1)
    proxy.reset(request_number, "halfway")
    with pytest.raises(StoreUnreachable):
        known.refresh(cut)
    assert (known.segments(), len(cut.left_out), list(client.keys(""))) == (0, 0, [key])
    proxy.reset()
    assert (known.refresh(cut), known.count()) == (1, 50)
    cut.close()


READER = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("SELECT count(*) FROM articles").fetchone()
db.close()
"""
"""Whoever closes a table last removes the log beside it."""


def test_a_table_that_is_opened_twice_stays_in_use(known: ArticleIndex, tmp_path: Path) -> None:
    """Several crawls of a process have the same table open; when one of them is done, another process does not take the
    table for unused, and remove its log under the others.
    """
    known.apply("changes/v1/date=2026-11-20/run-000001.jsonl.gz", [change()])
    ArticleIndex(tmp_path / "known.sqlite").close()
    log = tmp_path / "known.sqlite-wal"
    assert log.exists()
    subprocess.run([sys.executable, "-c", READER, tmp_path / "known.sqlite"], check=True)
    assert log.exists()
    assert known.count() == 1


def test_a_table_that_is_damaged_in_use_is_made_again(new_session: Callable[..., Session]) -> None:
    """What the look at its opening does not find is found by a query: that run says so, and the next one has the whole
    view again.
    """
    first = new_session()
    first.submit(make_article(1)).result()
    first.close()
    (path,) = first.plan.state_dir.glob("known-*.sqlite")
    with (
        pytest.raises(SettingError, match=r"the table of articles is damaged \(malformed\)\. Run again"),
        named(first.plan),
    ):
        raise sqlite3.DatabaseError("malformed")
    assert not path.exists()
    assert new_session().known.count() == 1
