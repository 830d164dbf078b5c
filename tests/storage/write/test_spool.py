"""Waiting on disk: whole files, in order, bounded."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from mtcrawler.model.errors import SpoolFull, StoreUnreachable
from mtcrawler.storage.write.spool import Spool, Waiting
from tests.fixtures.store import make_article

ROOM = 1 << 20


def test_what_waits_is_delivered_in_order(tmp_path: Path) -> None:
    """Articles come out whole, oldest first, in the next process too, and only once."""
    spool = Spool(tmp_path, ROOM)
    articles = [make_article(number) for number in (3, 1, 2)]
    for article in articles:
        spool.add(article)
    spool.add(articles[0], "first-id")
    taken: list[Waiting] = []
    again = Spool(tmp_path, ROOM)
    assert len(again) == 4
    assert again.deliver(taken.append) == 4
    assert taken == [*map(Waiting, articles), Waiting(articles[0], "first-id")]
    assert (len(again), again.deliver(taken.append), list(tmp_path.iterdir())) == (0, 0, [])


def test_what_cannot_be_delivered_goes_on_waiting(tmp_path: Path) -> None:
    """A failure ends the delivery; that article and the later ones stay."""
    spool = Spool(tmp_path, ROOM)
    for number in range(3):
        spool.add(make_article(number))

    def fail_at_second(waiting: Waiting) -> None:
        if waiting.article == make_article(1):
            raise StoreUnreachable("storing", "nobody answers", "Wait.")

    with pytest.raises(StoreUnreachable):
        spool.deliver(fail_at_second)
    assert len(spool) == 2


def test_the_same_article_waits_once(tmp_path: Path) -> None:
    """An article that is fetched again while it waits takes no more room, in later processes neither; an edit does, and
    so does going back to what was there before it.
    """
    later = make_article(1).provenance.model_copy(update={"run_id": "later"})
    edited = make_article(1, words="The river froze late this year.")
    for article in (make_article(1), make_article(1, provenance=later), edited, edited, make_article(1)):
        Spool(tmp_path, ROOM).add(article)
    taken: list[Waiting] = []
    assert Spool(tmp_path, ROOM).deliver(taken.append) == 3
    assert [waiting.article for waiting in taken] == [make_article(1), edited, make_article(1)]


def test_a_full_spool_says_so(tmp_path: Path) -> None:
    """What does not fit is refused by name, and what waits already is untouched."""
    spool = Spool(tmp_path, 4000)
    spool.add(make_article(1))
    assert 0.3 < spool.fullness < 1
    spool.add(make_article(2))
    with pytest.raises(SpoolFull, match="SPOOL_MAX_BYTES"):
        spool.add(make_article(3))
    assert len(spool) == len(list(tmp_path.glob("*.json"))) == 2
    assert spool.deliver(lambda _: None) == 2
    spool.add(make_article(1))


def test_room_made_by_another_crawler_is_found(tmp_path: Path) -> None:
    """A spool that seems full looks again before it refuses."""
    spool, other = Spool(tmp_path, 4000), Spool(tmp_path, 4000)
    spool.add(make_article(1))
    other._measure()
    other.deliver(lambda _: None)
    for _ in range(3):
        spool.add(make_article(2))
        other.deliver(lambda _: None)


def test_a_place_that_cannot_be_written_is_a_full_spool(tmp_path: Path) -> None:
    """When the disk refuses, the error is the same and names the folder."""
    spool = Spool(tmp_path / "gone", ROOM)
    (tmp_path / "gone").rmdir()
    with pytest.raises(SpoolFull, match="SPOOL_DIR"):
        spool.add(make_article(1))
    assert len(spool) == 0


def test_a_torn_file_is_no_article(tmp_path: Path) -> None:
    """What a kill left half written is never delivered, and gone an hour later; what is no article is set aside."""
    for name, age in ((".new.json.1.part", 60), (".old.json.1.part", 7200)):
        (tmp_path / name).write_bytes(b"{")
        os.utime(tmp_path / name, (time.time() - age,) * 2)
    spool = Spool(tmp_path, ROOM)
    assert [path.name for path in tmp_path.glob(".*")] == [".new.json.1.part"]
    (tmp_path / "0-0-x.part").write_bytes(b'{"art')
    (tmp_path / "0-1-x.json").write_bytes(b'{"art')
    spool.add(make_article(1))
    taken: list[Waiting] = []
    assert spool.deliver(taken.append) == 1
    assert [path.name for path in (tmp_path / "rejected").iterdir()] == ["0-1-x.json"]


def test_a_rejected_article_is_kept(tmp_path: Path) -> None:
    """What the store takes in no way is set aside, whole, and not delivered."""
    spool = Spool(tmp_path, ROOM)
    place = spool.set_aside(make_article(1))
    assert make_article(1).headline in place.read_text()
    assert len(spool) == 0
