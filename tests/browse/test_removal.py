"""Articles that were taken out of the bucket: they leave the index at once, wholly, and for good."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mtcrawler.browse.index.database import Database
from mtcrawler.browse.index.rows import text_in
from mtcrawler.browse.index.updating import Updater
from mtcrawler.model import clock
from mtcrawler.model.article import Paragraph
from mtcrawler.storage.connection import connect
from mtcrawler.storage.feed.changes import Change
from mtcrawler.storage.feed.removals import tell
from mtcrawler.storage.layout import article_key, date_of
from mtcrawler.storage.location import Location
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.s3.client import Client
from tests.browse.conftest import serving
from tests.browse.shelf import LONG, Shelf, article
from tests.fixtures.waiting import until

WORDS = ("Quetzalwort", "Xanthippemark", "Zwirbelsatz")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "index.sqlite")
    yield database
    database.close()


def tell_removal(client: ObjectStore, *numbers: int) -> None:
    """Tell that articles are removed, as `mtcrawler remove` does before it deletes anything."""
    lines = []
    for number in numbers:
        one = article(number, url=f"https://www.gazette.example/n/{number}")
        given = {"id": one.id, "canonical_url": one.canonical_url, "site": one.site, "reason": "asked for"}
        key = article_key(one.site, date_of(one), one.id)
        lines.append(Change(change="removed", key=key, at=clock.now(), run_id="removal-1", **given))
    tell(client, lines)


def put(shelf: Shelf, number: int, word: str = "plain") -> None:
    """Store an article that has a word of its own in headline, text and tags."""
    body = [Paragraph(text=f"{word}text {LONG[0]}"), Paragraph(text=f"{LONG[number % 3]} {word}end")]
    url = f"https://www.gazette.example/n/{number}"
    shelf.put(article(number, url=url, headline=f"{word}head {number}", body=body, tags=[f"{word}tag"]))


def test_what_is_removed_leaves_no_word(client: Client, db: Database, tmp_path: Path) -> None:
    """A removed article is out at the next look, though its objects are still there, and no word of it is on disk."""
    shelf = Shelf(client)
    for number in range(60):
        put(shelf, number, WORDS[number] if number < len(WORDS) else "plain")
    shelf.flush()
    updater = Updater(db, client)
    updater.update()
    assert any(WORDS[0].lower().encode() in file.read_bytes() for file in tmp_path.glob("index.sqlite*"))
    tell_removal(client, 0, 1, 2)
    updater.update()
    assert db.ask("SELECT count(*) FROM articles")[0][0] == 57
    left = b"".join(file.read_bytes() for file in tmp_path.glob("index.sqlite*")).lower()
    for word in WORDS:  # terms may be kept without what they share with the one before
        assert word[3:].lower().encode() not in left
    assert not [row for row in db.ask("SELECT text FROM contents") if "wort" in text_in(row[0])]
    assert not db.ask("SELECT 1 FROM lexicon WHERE lexicon MATCH 'quetzalwort*'")
    assert len(db.ask("SELECT 1 FROM lexicon WHERE lexicon MATCH 'plaintext'")) == 57


def test_what_is_removed_stays_out(client: Client, db: Database) -> None:
    """Lines that come late, and a new look at all articles, do not bring a removed article back."""
    shelf = Shelf(client)
    put(shelf, 0)
    shelf.flush()
    tell_removal(client, 0)
    Updater(db, client).update()
    assert not db.ask("SELECT 1 FROM articles")
    put(shelf, 0)
    shelf.flush()
    Updater(db, client).update()
    assert not db.ask("SELECT 1 FROM articles")
    assert not db.ask("SELECT 1 FROM events WHERE change = 'new'")


def test_whoever_looks_sees_what_is_there(bucket: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first page after a while waits for what the feed tells; an article found missing leaves the index, too."""
    monkeypatch.setattr("mtcrawler.browse.index.updating.MOMENT", 60.0)
    store = connect(bucket)
    shelf = Shelf(store)
    put(shelf, 0)
    put(shelf, 1)
    shelf.flush()
    with serving(bucket, tmp_path) as served:
        updater = served.library.updater
        updater.start()
        until(lambda: updater.progress.state.as_of is not None and not updater.progress.state.doing)
        until(updater._idle.is_set)
        tell_removal(store, 0)
        updater._last = 0.0
        text = served.page("/search")
        assert "plainhead 0" not in text
        assert "plainhead 1" in text
        other = article(1, url="https://www.gazette.example/n/1")
        store.delete(article_key(other.site, date_of(other), other.id))
        assert served.ask(f"/article/{other.id}")[0].status == 404
        assert "plainhead 1" not in served.page("/search")
    store.close()


def test_what_went_while_the_index_was_made_is_out(
    client: Client, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An article that goes after the making of the index was stopped is out when it goes on."""
    shelf = Shelf(client)
    put(shelf, 0)
    put(shelf, 1)
    shelf.flush()
    updater = Updater(db, client)
    updater.update()
    with db.writing() as writer:  # as it is where tables are read, half way
        writer.execute("DELETE FROM state WHERE name = 'filled'")
    gone = article(0, url="https://www.gazette.example/n/0")
    client.delete(article_key(gone.site, date_of(gone), gone.id))
    shelf.tell(gone, "gone")
    shelf.flush()
    Updater(db, client).update()
    assert [row["headline"] for row in db.ask("SELECT headline FROM articles")] == ["plainhead 1"]
