"""Segments found wherever their lines lie: each once, those of a run in order, and no list believed that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.model import clock
from mtcrawler.storage.feed.feed_segments import FeedSegments
from mtcrawler.storage.feed.merged import Merged, Part
from mtcrawler.storage.layout import MERGED, ChangeKey, covered, merged_segment
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.storage.compact.feed import DAYS, compacted, fill, objects


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"[]",
        b'{"made_at": "2026-11-21T00:00:00Z", "size": 9, "parts": [["run-a", 1, 2, "e"], ["run-a", 2, 2, "e"]]}',
        b'{"made_at": "2026-11-21T00:00:00Z", "size": 9, "parts": [["run-a", -1, 2, "e"]]}',
        b'{"made_at": "2026-11-21T00:00:00Z", "size": 9, "parts": [["../../x", 1, 2, "e"]]}',
        b'{"made_at": "2026-11-21", "parts": ' + b"[" * 100_000,
    ],
    ids=["empty", "a list", "of others", "negative", "no run", "deep"],
)
def test_a_list_that_is_none_is_named(said: bytes, client: Client, bucket: Location) -> None:
    """What says something impossible of a merged segment is named; each line is told, and nothing is deleted for it."""
    whole = fill(client)
    compacted(client)
    wrong = sorted(client.keys(MERGED))[0]
    client.put(wrong, said)
    with Bucket(bucket) as reader:
        assert {str(change.headline) for change in reader.changes()} == set(whole)
        assert [err.key for err in reader.left_out] == [wrong]
    compacted(client)
    assert len([key for key in objects(client) if key.date == DAYS[0] and not covered(key)]) == 12


parts = st.sets(st.tuples(st.sampled_from(["a", "b", "c"]), st.integers(1, 5)), min_size=1)


@given(st.lists(parts, max_size=4), parts, parts)
def test_each_runs_segments_are_read_in_order_however_they_were_merged(
    merged: list[set[tuple[str, int]]], own: set[tuple[str, int]], wanted: set[tuple[str, int]]
) -> None:
    """Whatever lies where, also in several places, each segment is read once and those of a run in their order."""
    segments = FeedSegments(Unused())
    for wave, names in enumerate(merged, start=1):
        place = merged_segment(DAYS[0], f"{wave:012x}", wave)
        keys = sorted(ChangeKey(DAYS[0], *name) for name in names)
        segments.merged[place] = Merged(tuple(Part(key, 1, "") for key in keys), 0, clock.now())
        segments._merged_in |= dict.fromkeys(keys, place)
    segments.own = {ChangeKey(DAYS[0], *name) for name in own}
    asked = {ChangeKey(DAYS[0], *name) for name in wanted}
    read = [key for _, group in segments._grouped(asked) for key in group]
    assert sorted(read) == sorted(asked)
    for run in "abc":
        assert [key for key in read if key.run_id == run] == sorted(key for key in asked if key.run_id == run)


class Unused(Client):
    """A store that is asked nothing."""

    def __init__(self) -> None: ...
