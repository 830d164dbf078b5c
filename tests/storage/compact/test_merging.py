"""Segments of the feed merged: every line is told once to every reader, whenever it began and whatever was killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from mtcrawler.model.errors import StoreUnreachable
from mtcrawler.storage.feed.changes import Change, pack
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.index.article_index import ArticleIndex
from mtcrawler.storage.layout import CHANGES, MERGED, change_key, covered
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.read.verify import Problem, verify
from mtcrawler.storage.s3.client import Client
from tests.storage.compact.feed import DAYS, LINE, compacted, covered_key, fill, in_order, objects, put, told_since


def test_every_line_is_told_once_before_while_and_after_segments_are_merged(client: Client, bucket: Location) -> None:
    """A reader from the beginning gets each line once and in order, whether segments are there, merged or both."""
    whole = fill(client)
    assert sorted(told_since(bucket, None)[0]) == sorted(whole)
    counts = compacted(client)
    assert (counts.segments, counts.objects, counts.lines, counts.deleted) == (36, 3, 72, 0)
    both, _ = told_since(bucket, None)
    assert sorted(both) == sorted(whole)
    assert compacted(client).deleted == len(whole) // 2
    assert len(objects(client)) == len(DAYS)
    merged, _ = told_since(bucket, None)
    assert sorted(merged) == sorted(whole)
    assert in_order(both)
    assert in_order(merged)


def test_a_cursor_goes_on_as_if_nothing_were_merged(client: Client, bucket: Location) -> None:
    """Cursors from before, whole or in the middle of a day, get what they had not had, once, and no line again."""
    early = ["early 1", "early 2", "early 3"]
    for seq, headline in enumerate(early, start=1):
        put(client, DAYS[0], "run-a", seq, headline)
    first, middle = told_since(bucket, None)
    assert first == early
    whole = fill_more(client)
    assert told_since(bucket, middle)[0] == whole
    _, end = told_since(bucket, middle)
    compacted(client)
    assert (told_since(bucket, middle)[0], told_since(bucket, end)[0]) == (whole, [])
    compacted(client)
    assert all(covered(key) for key in objects(client))
    assert sorted(told_since(bucket, middle)[0]) == sorted(whole)
    assert told_since(bucket, end) == ([], end)
    put(client, DAYS[2], "run-z", 1, "late")
    assert told_since(bucket, end)[0] == ["late"]


def fill_more(client: Client) -> list[str]:
    """Segments on every day of a run that began earlier and of another."""
    told = []
    for day in DAYS:
        for run in ("run-a", "run-b"):
            for seq in (4, 5):
                put(client, day, run, seq, one := f"more {day} {run} {seq}")
                told.append(one)
    return told


def test_the_second_time_nothing_is_written(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is merged stays, also while the former segments wait to be deleted, and a dry run writes nothing."""
    fill(client)
    before = objects(client)
    assert compacted(client, dry_run=True).segments == len(before)
    assert (objects(client), list(client.keys(MERGED))) == (before, [])
    compacted(client)
    written: list[str] = []
    monkeypatch.setattr(Client, "put", lambda _, key, *given, **more: written.append(key))
    monkeypatch.setattr(Client, "delete", lambda _, key, **more: written.append(key))
    counts = compacted(client, timedelta(hours=1))
    assert (counts.segments, counts.deleted, counts.waiting, written) == (0, 0, len(before), [])


def steps(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    """Let the store take so many writes and deletions, and be gone from then on: as if the run was killed there."""
    left = iter(range(most))

    def limited(do: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object, **more: object) -> object:
            if next(left, None) is None:
                raise StoreUnreachable("writing", "killed", "Run again.")
            return do(*given, **more)

        return step

    monkeypatch.setattr(Client, "put", limited(Client.put))
    monkeypatch.setattr(Client, "delete", limited(Client.delete))


@pytest.mark.parametrize("most", [0, 1, 2, 3, 5])
def test_killed_at_any_step_it_loses_and_doubles_nothing(
    most: int, client: Client, bucket: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any number of its writes and deletions each line is told once, and the next run brings it to its end."""
    whole = sorted(fill(client))
    end = told_since(bucket, None)[1]
    for _ in range(2):  # killed while it writes, then while it deletes
        with monkeypatch.context() as killed:
            steps(killed, most)
            with pytest.raises(StoreUnreachable):
                compacted(client)
        found, _ = told_since(bucket, None)
        assert (sorted(found), in_order(found)) == (whole, True)
        assert told_since(bucket, end)[0] == []
        if not any(map(covered_key, client.keys(CHANGES))):
            compacted(client)
    for _ in range(2):
        compacted(client)
    assert len(objects(client)) == len(list(client.keys(MERGED))) == len(DAYS)
    assert sorted(told_since(bucket, None)[0]) == whole


def test_two_at_once_do_no_harm(client: Client, bucket: Location) -> None:
    """Any number of compactions and a reader at the same time leave each line told once."""
    whole = sorted(fill(client))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            list(pool.map(lambda _: compacted(client), range(3)))
            found, _ = told_since(bucket, None)
            assert sorted(found) == whole


def test_a_reader_finds_what_was_merged_and_deleted_while_it_read(client: Client) -> None:
    """Segments that are gone since they were listed are read from the merged one."""
    whole = fill(client)
    segments = FeedSegments(client)
    wanted = segments.listed()
    compacted(client)
    compacted(client)
    lines = [line for found in segments.read(wanted) for line in found.lines.splitlines()]
    assert [Change.model_validate_json(line).headline for line in lines] == whole
    assert client.left_out.found == []


def test_late_segments_join_the_others_of_their_day(client: Client, bucket: Location) -> None:
    """What came after its day was merged is merged with it, in the order of its run; the former object goes."""
    put(client, DAYS[0], "run", 1, "one")
    put(client, DAYS[0], "run", 2, "two")
    compacted(client)
    for seq, headline in ((3, "three"), (4, "four")):
        put(client, DAYS[0], "run", seq, headline)
        compacted(client)
    assert told_since(bucket, None)[0] == ["one", "two", "three", "four"]
    for _ in range(2):
        compacted(client)
    assert told_since(bucket, None)[0] == ["one", "two", "three", "four"]
    assert len(objects(client)) == len(list(client.keys(MERGED))) == 1


def test_a_torn_segment_stays_and_is_named(client: Client, bucket: Location) -> None:
    """What cannot be read whole is in no merged segment, is not deleted, and is told to the operator each time."""
    fill(client)
    torn, foreign = change_key(DAYS[0], "run-b", 2), change_key(DAYS[0], "run-d", 1)
    client.put(torn, pack([LINE.to_line(), b'{"half": '])[:-9])
    client.put(foreign, b"no gzip")
    for _ in range(2):
        compacted(client)
        assert {err.key for err in client.left_out.found} == {torn, foreign}
    assert {torn, foreign} < set(client.keys(CHANGES))
    problems: list[Problem] = []
    assert verify(bucket, problems.append).changes == (36 - 1) * 2
    assert {problem.key for problem in problems if problem.key.startswith(CHANGES)} == {torn, foreign}


def test_nothing_is_deleted_for_a_merged_segment_that_cannot_be_read(client: Client, bucket: Location) -> None:
    """A merged segment that lies torn is named, and the segments it was made of stay and are read."""
    whole = sorted(fill(client))
    compacted(client)
    merged = next(key for key in client.keys(CHANGES) if covered_key(key))
    client.put(merged, b"torn")
    compacted(client)
    assert [err.key for err in client.left_out.found] == [merged]
    with Bucket(bucket) as reader:
        assert sorted(str(change.headline) for change in reader.changes()) == whole


def test_a_merged_segment_whose_list_is_lost_is_told_again(client: Client, bucket: Location) -> None:
    """Without the list nobody knows what is in it: then its lines come twice, which the contract allows, not never."""
    whole = fill(client)
    compacted(client)
    for key in list(client.keys(MERGED)):
        client.delete(key)
    found, _ = told_since(bucket, None)
    assert sorted(found) == sorted(whole * 2)


def test_a_segment_written_under_a_merged_ones_name_is_told(client: Client, bucket: Location) -> None:
    """A run of a name that was used before may write where a merged segment lay: its lines reach every reader."""
    put(client, DAYS[0], "nightly", 1, "one")
    put(client, DAYS[0], "nightly", 2, "two")
    end = told_since(bucket, None)[1]
    for _ in range(2):
        compacted(client)
    put(client, DAYS[0], "nightly", 1, "another")
    for _ in range(4):
        compacted(client)
    assert told_since(bucket, end)[0] == ["another"]
    assert sorted(told_since(bucket, None)[0]) == ["another", "one", "two"]


@pytest.fixture
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArticleIndex]:
    """A crawler's memory on a disk of its own."""
    known = ArticleIndex(tmp_path_factory.mktemp("index") / "known.sqlite")
    yield known
    known.close()


def test_a_crawlers_memory_reads_nothing_again(client: Client, index: ArticleIndex) -> None:
    """A machine that has read the feed reads no segment anew because it was merged; a new one reads what is merged."""
    fill(client)
    assert index.refresh(client) == 36
    compacted(client)
    assert index.refresh(client) == 0
    compacted(client)
    assert index.refresh(client) == 0
    put(client, DAYS[0], "late", 1, "late")
    assert index.refresh(client) == 1
