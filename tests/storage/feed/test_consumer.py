"""The change feed for those who read it: nothing passed over, whoever writes and however late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.model.errors import ArgumentError
from mtcrawler.session.session import Session
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.feed.cursor import Cursor, holes
from mtcrawler.storage.layout import ChangeKey, change_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import make_article

New = Callable[..., Session]

segments = st.builds(
    ChangeKey,
    st.sampled_from([f"2026-11-{day:02}" for day in range(1, 9)]),
    st.sampled_from(["run-a", "run-b", "20261101T000000Z-abc"]),
    st.integers(1, 6),
)


@given(st.lists(st.sets(segments), max_size=6))
def test_every_segment_is_handed_out_whenever_it_appears(arrivals: list[set[ChangeKey]]) -> None:
    """In whatever order segments of several runs and days appear, each is handed out after it is there."""
    there: set[ChangeKey] = set()
    had: set[ChangeKey] = set()
    cursor = str(Cursor())
    for arrived in arrivals:
        there |= arrived
        now = Cursor.read(cursor)
        pending = now.pending(there)
        assert arrived - had <= set(pending)
        had |= set(pending)
        cursor = str(now.after(pending))
        assert Cursor.read(cursor).pending(there) == []
    assert had == there


@given(st.sets(segments))
def test_each_runs_segments_come_in_order(there: set[ChangeKey]) -> None:
    """Within a day a run's segments are in the order they were written, and days are in order."""
    pending = Cursor().pending(there)
    assert pending == sorted(there)


def test_a_late_segment_of_a_day_long_past_brings_that_day_again() -> None:
    """What waited on a disk for weeks is still told; only its day is repeated."""
    there = {ChangeKey(f"2026-10-{day:02}", "run", day) for day in range(1, 20)}
    cursor = str(Cursor().after(there))
    late = ChangeKey("2026-10-02", "stray", 1)
    assert Cursor.read(cursor).pending({*there, late}) == [ChangeKey("2026-10-02", "run", 2), late]


def test_a_cursor_stays_small() -> None:
    """Three years of hourly runs are kept in less than 16 KB."""
    days = [f"{2024 + month // 12}-{month % 12 + 1:02}-{day:02}" for month in range(36) for day in range(1, 29)]
    there = [ChangeKey(day, f"{day}T{hour:02}-abcdef", 1) for day in days for hour in range(24)]
    cursor = str(Cursor().after(there))
    assert len(cursor) < 16_384
    assert Cursor.read(cursor).pending(there) == []


@pytest.mark.parametrize("text", ["", "nonsense", "c1.", "c1.AAAA", "c1.!!", "c2.eJyLjgUAARUAuQ=="])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    """A damaged cursor is an error and never the beginning or the end of the feed."""
    with pytest.raises(ArgumentError, match="cursor"):
        Cursor.read(text)


def test_a_hole_in_a_run_is_noticed() -> None:
    """A listing on which a run's earlier segment is missing is not trusted."""
    assert holes([ChangeKey("2026-11-01", "run", 1), ChangeKey("2026-11-02", "run", 3)])
    assert not holes([ChangeKey("2026-11-01", "run", 1), ChangeKey("2026-11-02", "run", 2)])


def test_changes_are_read_once_from_where_one_stopped(new_session: New, bucket: Location) -> None:
    """Everything at first, then what came since, with two writers at once; a reader who stops repeats its segment."""
    first, second = new_session("b-run"), new_session("a-run", folder="other")
    with Bucket(bucket) as reader:
        first.writer.save(make_article(1))
        first.close()
        changes = reader.changes()
        assert [change.id for change in changes] == [make_article(1).id]
        second.writer.save(make_article(2))
        second.close()
        later = reader.changes(changes.cursor)
        stopped = later.cursor
        assert [change.id for change in later] == [make_article(2).id]
        assert [change.id for change in reader.changes(stopped)] == [make_article(2).id]
        assert list(reader.changes(later.cursor)) == []


def test_a_segment_with_an_earlier_number_comes_before(client: Client, bucket: Location) -> None:
    """Segments lie in the bucket in any order; a run's lines are told in the order of their numbers."""
    line = Change.of("new", make_article(1), key=None, run_id="run")
    for seq in (10, 9, 2):
        at = datetime(2026, 11, 21, seq, tzinfo=UTC)
        client.put(change_key("2026-11-21", "run", seq), pack([line.model_copy(update={"at": at}).to_line()]))
    with Bucket(bucket) as reader:
        assert [change.at.hour for change in reader.changes()] == [2, 9, 10]
