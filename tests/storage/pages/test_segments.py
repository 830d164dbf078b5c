"""Segments of kept pages: a place holds from the moment it is told, whatever happens to the bucket or to the crawl."""

from __future__ import annotations

from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from mtcrawler.model import clock
from mtcrawler.model.errors import StoreUnreachable
from mtcrawler.session.local_files import tell_rejected
from mtcrawler.session.plan import Plan
from mtcrawler.storage.layout import PAGES
from mtcrawler.storage.pages import segments as module
from mtcrawler.storage.pages import writing
from mtcrawler.storage.pages.answer import KeptAs, NoRoom, keepable
from mtcrawler.storage.pages.keys import Snapshot
from mtcrawler.storage.pages.records import read_page
from tests.fixtures.memory import MemoryStore
from tests.storage.pages.kept import ID, URL, answer, page, segments


class Away(MemoryStore):
    """A store that takes nothing while it is away."""

    away = True

    def put(self, key: str, body: bytes, **given: object) -> str:
        """Refused, or as the port says."""
        if self.away:
            raise StoreUnreachable("writing", "nobody answers", "Wait.")
        return super().put(key, body, **given)  # type: ignore[arg-type]


def words_at(store: MemoryStore, place: Snapshot) -> bytes:
    """The body of the page that is kept there."""
    found = read_page(store, place)
    assert found is not None
    return found[0].block.partition(b"\r\n\r\n")[2]


def test_a_page_lies_where_it_was_said_to(tmp_path: Path) -> None:
    """Each page is read at its place, of its article, and archive tools find whole records with right digests."""
    store = MemoryStore()
    kept = segments(store, tmp_path)
    told = writing.page(ID, [answer("one", markup="<p>shown"), answer("two", kept_as=KeptAs.PART)])
    places = [kept.append(page(f"number {number}")) for number in range(3)] + [kept.append(told)]
    kept.cut()
    assert kept.upload() == 1
    assert [f"number {number}".encode() in words_at(store, place) for number, place in enumerate(places[:3])] == [
        True
    ] * 3
    found = read_page(store, places[3])
    assert found is not None
    assert [one.kind for one in found] == ["response", "conversion", "response"]
    assert found[1].fields["warc-refers-to"] == found[0].id
    assert {one.article_id for one in found} == {ID}
    stored = store.get(places[0].key)
    assert stored is not None
    independent = list(ArchiveIterator(BytesIO(stored.body), check_digests="raise"))
    assert [one.rec_type for one in independent] == ["warcinfo", *["response"] * 4, "conversion", "response"]
    (tmp_path / "x.warc.gz").write_bytes(stored.body)
    assert Checker(type("Asked", (), {"inputs": [str(tmp_path / "x.warc.gz")], "verbose": False})()).process_all() == 0
    assert [path.name for path in tmp_path.glob("2026*")] == []


def test_the_next_run_delivers_what_a_killed_one_left(tmp_path: Path) -> None:
    """What was told of is in the bucket in the end, although its run never came to upload it; nothing is sent twice."""
    store = Away()
    killed = segments(store, tmp_path)
    place = killed.append(page())
    killed.cut()
    with pytest.raises(StoreUnreachable):
        killed.upload()
    alive = segments(store, tmp_path, "run-2")
    store.away = False
    assert alive.recover() == 0  # the other run is still at work on it
    killed.close()
    assert (alive.recover(), alive.recover(), alive.waiting) == (1, 0, 0)
    assert b"The harvest" in words_at(store, place)


def test_a_record_that_was_never_whole_is_cut_off(tmp_path: Path) -> None:
    """A run that is killed while it writes a page leaves no torn segment in the bucket for ever."""
    store = MemoryStore()
    killed = segments(store, tmp_path)
    place = killed.append(page())
    killed.cut()
    killed.close()
    (path,) = tmp_path.glob("*.warc.gz")
    whole = path.read_bytes()
    path.write_bytes(whole + page("never told")[:-30])
    assert segments(store, tmp_path, "run-2").recover() == 1
    stored = store.get(place.key)
    assert stored is not None
    assert stored.body == whole


def test_what_cannot_be_delivered_nor_moved_stays(tmp_path: Path) -> None:
    """Pages that the bucket does not take are deleted from the disk by nobody, and not counted as delivered."""
    store = MemoryStore()
    killed = segments(store, tmp_path)
    place = killed.append(page())
    killed.cut()
    killed.close()
    store.put(place.key, b"another run's")
    (tmp_path / "rejected").write_text("no folder")
    again = segments(store, tmp_path, "run-2")
    assert (again.recover(), again.recovered, again.waiting) == (0, [], 1)
    (tmp_path / "rejected").unlink()
    assert (again.recover(), again.waiting) == (0, 0)
    assert len(list((tmp_path / "rejected").iterdir())) == 1


def test_a_run_of_the_same_name_writes_over_nothing(tmp_path: Path) -> None:
    """Segments of an earlier run of this name stay as they are: the next one takes the next number."""
    store, places = MemoryStore(), []
    for words in ("first", "second"):
        kept = segments(store, tmp_path / words)
        places.append(kept.append(page(words)))
        kept.cut()
        kept.upload()
    assert len(set(places)) == 2
    assert [words in words_at(store, place) for words, place in zip((b"first", b"second"), places, strict=True)] == [
        True
    ] * 2


def test_segments_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full segment is followed by another; what has no room is refused, and what was told before still holds."""
    monkeypatch.setattr(module, "FULL", 2000)
    store = Away()
    kept = segments(store, tmp_path, most=8000)
    places: list[Snapshot] = []

    def until_full() -> None:
        for number in range(100):
            places.append(kept.append(page(f"number {number}")))

    with pytest.raises(NoRoom, match="KEEP_PAGES_MAX_BYTES"):
        until_full()
    assert len({place.key for place in places}) > 2
    store.away = False
    kept.cut()
    kept.upload()
    assert all(f"number {number}".encode() in words_at(store, place) for number, place in enumerate(places))
    assert kept.append(page("again")).key not in {place.key for place in places}
    kept.close()


def test_many_short_runs_are_bounded_together(tmp_path: Path) -> None:
    """What earlier runs left counts from the first page on: a bucket that takes no pages fills no disk."""
    places = []
    for number in range(20):
        kept = segments(Away(), tmp_path, f"run-{number}", most=5000)
        with suppress(NoRoom):
            places.append(kept.append(page()))
        kept.close()
    assert 1 < len(places) < 20
    assert sum(path.stat().st_size for path in tmp_path.glob("*.warc.gz")) <= 5000


def test_the_bucket_is_asked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first segment of a run waits for an answer of the bucket: an outage later holds no article up."""
    monkeypatch.setattr(module, "FULL", 2000)
    store, asked = MemoryStore(), list[str]()
    monkeypatch.setattr(store, "head", asked.append)
    kept = segments(store, tmp_path)
    places = [kept.append(page(f"number {number}")) for number in range(20)]
    kept.close()
    assert (len(asked), len({place.key for place in places}) > 2) == (1, True)


def test_what_is_no_segment_is_moved_aside(tmp_path: Path) -> None:
    """A foreign file in the folder costs itself, and is named."""
    (tmp_path / "nobody's.warc.gz").write_bytes(b"x")
    (tmp_path / "2026-11-31-run-1-000001.warc.gz").write_bytes(b"x")
    kept = segments(MemoryStore(), tmp_path)
    assert kept.recover() == 0
    assert len(list((tmp_path / "rejected").iterdir())) == 2


def test_what_was_moved_aside_is_told_until_it_is_gone(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Each run names segments that earlier ones moved aside, with what to do; once they are gone it says nothing."""
    folder = tmp_path / "spool" / "here-pages" / "rejected"
    folder.mkdir(parents=True)
    (folder / "nobody's.warc.gz").write_bytes(b"x")
    plan = Plan(run_id="run-1", state_dir=tmp_path / "state", spool_dir=tmp_path / "spool")
    for _ in range(2):
        caplog.clear()
        tell_rejected(plan, "here")
        assert f"1 file of the kept pages could not be used and lies in {folder}. Their articles" in caplog.text
    (folder / "nobody's.warc.gz").unlink()
    caplog.clear()
    tell_rejected(plan, "here")
    assert caplog.text == ""


def test_secrets_and_what_is_of_the_connection_are_left_out() -> None:
    """Cookies and credentials are not kept, nor what is true of the packed bytes alone; all else is, in its order."""
    given = [("Content-Type", "text/html"), ("Set-Cookie", "a=b"), ("X-Robots-Tag", "noai"), ("Connection", "close")]
    given += [("content-encoding", "br"), ("AUTHORIZATION", "Basic eA=="), ("X-Robots-Tag", "noarchive")]
    assert keepable(given) == (("Content-Type", "text/html"), ("X-Robots-Tag", "noai"), ("X-Robots-Tag", "noarchive"))


def test_the_day_is_the_one_on_which_a_segment_was_begun(tmp_path: Path) -> None:
    """The key has the day in UTC, so that old segments are found by their names."""
    kept = segments(MemoryStore(), tmp_path)
    assert kept.append(page()).key == f"{PAGES}date={clock.now().date()}/run-1-000001.warc.gz"
    kept.close()
    assert URL.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())  # it is packed
