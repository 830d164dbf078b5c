"""Kept pages of removed articles are erased where they lie, and all others stay where they are."""

from __future__ import annotations

import io
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from mtcrawler.storage.pages import writing
from mtcrawler.storage.pages.answer import KeptAs
from mtcrawler.storage.pages.erasing import erase, left
from mtcrawler.storage.pages.keys import Snapshot, read_snapshot
from mtcrawler.storage.pages.records import read_page, records
from tests.fixtures.memory import MemoryStore
from tests.removal.whole_bucket import holding
from tests.storage.pages.kept import ID, answer, segments

OTHER = "00000000-0000-5000-8000-000000000001"
FULL = [answer("quagga " * 50, "<p>quagga</p>"), answer("quagga part", kept_as=KeptAs.PART)]

BARLEY, OATS = [answer("barley")], [answer("oats", "<p>oats</p>")]


def body_of(store: MemoryStore, place: Snapshot) -> bytes:
    """The segment of a page."""
    stored = store.get(place.key)
    assert stored is not None
    return stored.body


def test_others_keep_their_places(tmp_path: Path) -> None:
    """No word of the page is left, the pages beside it are read at the same bytes, and warcio reads the segment."""
    store = MemoryStore()
    pages = segments(store, tmp_path)
    places = [
        pages.append(writing.page(article, answers))
        for article, answers in (
            (OTHER, [answer("barley")]),
            (ID, FULL),
            (OTHER, [answer("oats", "<p>oats</p>")]),
            (ID, FULL),
        )
    ]
    pages.cut()
    pages.upload()
    size = len(body_of(store, places[0]))
    assert dict(left(store, {ID})) == {places[0].key: 6}
    assert erase(store, {ID}) == 6
    assert (erase(store, {ID}), dict(left(store, {ID}))) == (0, {})
    assert holding(store, "quagga", ID) == {}
    body = body_of(store, places[0])
    assert len(body) == size
    for place, words in ((places[0], b"barley"), (places[2], b"oats")):
        found = read_page(store, place)
        assert found
        assert words in found[0].block
        assert {one.article_id for one in found} == {OTHER}
    kinds = [record.rec_type for record in ArchiveIterator(io.BytesIO(body))]
    assert kinds == [one.kind for one in records(body)]
    assert kinds.count("metadata") == 6


def test_what_is_cut_short_is_named(tmp_path: Path) -> None:
    """Of a segment that cannot be read to its end the pages before that are erased, and it is named."""
    store = MemoryStore()
    pages = segments(store, tmp_path)
    place = pages.append(writing.page(ID, [answer("quagga")]))
    pages.append(writing.page(OTHER, [answer("barley")]))
    pages.cut()
    pages.upload()
    store.plant(place.key, body_of(store, place)[:-9])
    assert erase(store, {ID}) == 1
    assert [err.key for err in store.left_out.found] == [place.key]
    assert read_snapshot(str(place)) == place
