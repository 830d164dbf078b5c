"""Merged segments that are gone, torn or written by two at once: no line is lost, and none is taken for not there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mtcrawler.model.errors import StoreError
from mtcrawler.storage.compact import merging
from mtcrawler.storage.compact.replaced import Replaced
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import CHANGES, MERGED, change_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.set_aside import set_aside
from mtcrawler.storage.read.verify import Problem, _Verification, verify
from mtcrawler.storage.s3.client import Client
from tests.storage.compact.feed import DAYS, LINE, compacted, covered_key, objects, put, told_since

LINES = ["run-a 1", "run-a 2", "run-b 1", "run-b 2"]


def two_small(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One day of two merged segments that the next compaction makes one; their keys, the earlier first."""
    with monkeypatch.context() as open_day:
        open_day.setattr(merging, "CLOSED", timedelta(days=-20000) * -1)
        for run in ("run-a", "run-b"):
            for seq in (1, 2):
                put(client, DAYS[0], run, seq, f"{run} {seq}")
            compacted(client)
            compacted(client)
    return sorted(filter(covered_key, client.keys(CHANGES)), key=lambda key: key[-10:])


def read(bucket: Location) -> tuple[list[str], set[str]]:
    """The headlines that a new reader gets, and the keys that it is told to be torn."""
    with Bucket(bucket) as reader:
        changes = reader.changes(None)
        found = sorted(str(change.headline) for change in changes)
        return found, {err.key for err in changes.left_out}


@pytest.mark.parametrize("late", ["merged_lines", "_fetched"])
def test_what_another_merged_and_deleted_meanwhile_is_not_taken_for_empty(
    late: str, client: Client, bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A compaction whose small segments another merged and deleted writes nothing over what that one wrote."""
    two_small(client, monkeypatch)
    do, first = getattr(FeedSegments, late), iter([True])

    def slow(segments: FeedSegments, place: object) -> object:
        if next(first, None):
            compacted(client)
            compacted(client)
            assert len(objects(client)) == 1
        return do(segments, place)

    monkeypatch.setattr(FeedSegments, late, slow)
    compacted(client)
    assert read(bucket) == (LINES, set())
    assert client.left_out.found == []


@pytest.mark.parametrize("there", ["whole", "torn", "of nothing"])
def test_what_another_wrote_under_the_same_name_stays(
    there: str, client: Client, bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A merged segment that came there meanwhile is not written over; one that is not whole is named, and what it was
    made of stays.
    """
    for seq in (1, 2):
        put(client, DAYS[0], "run-a", seq, f"run-a {seq}")
    first = iter([True])

    def slow(store: Client, key: str) -> object:
        if next(first, None):
            compacted(client)
            if there != "whole":
                client.put(key, b"torn" if there == "torn" else pack([]))
        return None

    written: list[str] = []
    do = Client.put

    def noted(store: Client, key: str, *given: object, **more: object) -> str:
        etag = do(store, key, *given, **more)  # type: ignore[arg-type]
        written.append(key)
        return etag

    with monkeypatch.context() as other:
        other.setattr(Client, "head", slow)
        other.setattr(Client, "put", noted)
        assert compacted(client).objects == 0
    (merged,) = filter(covered_key, client.keys(CHANGES))
    assert written.count(merged) == (1 if there == "whole" else 2)
    assert [err.key for err in client.left_out.found] == ([] if there == "whole" else [merged])
    compacted(client)
    assert len(objects(client)) == (1 if there == "whole" else 3)
    assert read(bucket) == (LINES[:2], set())


@pytest.mark.parametrize("body", [b"torn", b"", pack([]), pack([LINE.to_line()]), pack([LINE.to_line()] * 3)])
def test_a_small_merged_segment_that_is_not_whole_is_merged_no_further(
    body: bytes, client: Client, bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has not the lines it should is named by compactions and readers, stays, and can be set aside."""
    torn, _ = two_small(client, monkeypatch)
    put(client, DAYS[0], "run-c", 1, "run-c 1")
    client.put(torn, body)
    for _ in range(2):
        compacted(client)
    assert [err.key for err in client.left_out.found] == [torn]
    assert torn in client.keys(CHANGES)
    assert read(bucket) == ([*LINES[2:], "run-c 1"], {torn})
    assert set_aside(client, torn).key == torn


@pytest.mark.parametrize("larger", [False, True])
def test_lines_are_read_from_where_they_lie_whole(
    larger: bool, client: Client, bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a segment's lines lie in two objects, one of them torn, readers get them from the other."""
    small = two_small(client, monkeypatch)
    compacted(client)
    (whole,) = set(filter(covered_key, client.keys(CHANGES))) - set(small)
    torn = whole if larger else small[0]
    client.put(torn, pack([]))
    assert read(bucket) == (LINES, set() if larger else {torn})
    compacted(client)
    assert len(objects(client)) == (3 if larger else 1)
    assert read(bucket) == (LINES, set())


def test_a_torn_segment_of_its_own_is_read_from_the_merged_one(client: Client, bucket: Location) -> None:
    """A segment that was torn after it was merged is named, and its lines are told from the merged one."""
    for seq in (1, 2):
        put(client, DAYS[0], "run-a", seq, f"run-a {seq}")
    compacted(client)
    torn = change_key(DAYS[0], "run-a", 1)
    client.put(torn, b"torn")
    assert read(bucket) == (LINES[:2], {torn})


def test_a_segment_of_nothing_is_named(client: Client, bucket: Location) -> None:
    """No run writes a segment without lines, so one that has none is torn, and may be set aside."""
    empty = change_key(DAYS[0], "run-a", 1)
    client.put(empty, pack([]))
    assert read(bucket) == ([], {empty})
    assert set_aside(client, empty).key == empty


def test_a_torn_merged_segment_without_its_list_keeps_its_name_to_itself(client: Client, bucket: Location) -> None:
    """What is merged anew gets a name of its own, and the torn one is named each time."""
    for seq in (1, 2):
        put(client, DAYS[0], "run-a", seq, f"run-a {seq}")
    compacted(client)
    (torn,) = filter(covered_key, client.keys(CHANGES))
    client.put(torn, b"torn")
    for key in list(client.keys(MERGED)):
        client.delete(key)
    for _ in range(2):
        compacted(client)
    assert [err.key for err in client.left_out.found] == [torn]
    assert torn in client.keys(CHANGES)
    assert read(bucket) == (LINES[:2], {torn})


def test_nothing_is_written_that_has_fewer_lines_than_its_parts(
    client: Client, bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines that went astray on the way into a merged segment end the compaction before anything is written."""
    small = two_small(client, monkeypatch)
    cut = FeedSegments.cut
    with monkeypatch.context() as astray:
        astray.setattr(FeedSegments, "cut", lambda *given: dict.fromkeys(cut(*given), b""))
        with pytest.raises(StoreError, match="it would have 0 lines"):
            compacted(client)
    assert sorted(client.keys(CHANGES)) == sorted(small)
    assert told_since(bucket, None)[0] == LINES


def test_the_list_of_what_another_merged_meanwhile_stays(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow compaction deletes no list of a merged segment that came since it listed the feed."""
    for seq in (1, 2):
        put(client, DAYS[0], "run-a", seq, f"run-a {seq}")
    segments = FeedSegments(client)
    segments.listed()
    compacted(client)
    monkeypatch.setattr("mtcrawler.storage.compact.replaced.AT_WORK", timedelta(0))
    Replaced(client, segments, timedelta(0), dry_run=False).delete()
    assert len(list(client.keys(MERGED))) == 1


def test_a_listing_that_shows_a_segment_neither_here_nor_there_is_made_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was merged and deleted while the feed was listed is looked for once more, and not taken for gone."""
    for seq in (1, 2):
        put(client, DAYS[0], "run-a", seq, f"run-a {seq}")
    segments = FeedSegments(client)
    wanted = segments.listed()
    compacted(client)
    compacted(client)
    keys, first = Client.keys, iter([True])
    monkeypatch.setattr(Client, "keys", lambda *given, **more: iter(()) if next(first, None) else keys(*given, **more))
    assert len([line for found in segments.read(wanted) for line in found.lines.splitlines()]) == 2
    assert client.left_out.found == []


def test_verify_reads_what_is_merged_while_it_reads(
    client: Client, bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Segments that are gone when their turn comes are read from where they lie now, small and merged ones alike."""
    two_small(client, monkeypatch)
    put(client, DAYS[1], "run-c", 1, "run-c 1")
    put(client, DAYS[1], "run-c", 2, "run-c 2")
    body, first = _Verification._body, iter([True])
    applied: list[str] = []

    def slow(run: _Verification, key: str) -> object:
        if next(first, None):
            compacted(client)
            compacted(client)
            assert len(objects(client)) == 2
        return body(run, key)

    def apply(index: ArticleIndex, segment: str, changes: list[Change]) -> None:
        applied.extend(str(one.headline) for one in changes)

    monkeypatch.setattr(_Verification, "_body", slow)
    monkeypatch.setattr(ArticleIndex, "apply", apply)
    problems: list[Problem] = []
    verify(bucket, problems.append)
    assert {problem.key for problem in problems if problem.key.startswith(CHANGES)} == set()
    assert set(applied) == {*LINES, "run-c 1", "run-c 2"}
