"""The index: built from articles or from tables, kept up to date by the feed, never wrong for long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.browse.index import searching
from mtcrawler.browse.index.database import Database, TooSlow
from mtcrawler.browse.index.overview import figures, history
from mtcrawler.browse.index.progress import Progress
from mtcrawler.browse.index.searching import Question
from mtcrawler.browse.index.updating import Updater
from mtcrawler.model import clock
from mtcrawler.model.article import Article, Paragraph, text_of
from mtcrawler.storage.compact.tables import Tables
from mtcrawler.storage.layout import TABLES_KEY, article_key, change_key, date_of
from mtcrawler.storage.s3.client import Client
from tests.browse.newspapers import month
from tests.browse.shelf import GAZETTE, Shelf, article, layers, metered
from tests.hostile.poisoned.poison import DEEP


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "index.sqlite")
    yield database
    database.close()


@pytest.fixture
def updater(db: Database, client: Client) -> Updater:
    return Updater(db, client)


def headlines(db: Database, **asked: Any) -> list[str]:
    """The headlines that a search finds."""
    return [found.row["headline"] for found in searching.search(db, Question(**asked)).found]


def key_of(one: Article) -> str:
    return article_key(one.site, date_of(one), one.id)


def edited(one: Article, words: str) -> Article:
    """The next revision of an article."""
    body = [Paragraph(text=words)]
    changes = {"headline": words, "body": body, "text": text_of([*body]), "revision": one.revision + 1}
    return one.model_copy(update={**changes, "previous_hash": one.content_hash})


def contents(db: Database) -> list[tuple[Any, ...]]:
    """All that the index says of articles and their days."""
    articles = (
        "SELECT key, id, site, day, section, kind, language, tier, complete, walled, confidence, words, revision, "
    )
    articles += "overlays, stuck, gone, spider, headline FROM articles ORDER BY key"
    words = "SELECT a.key, c.head, c.evidence, hex(c.text) FROM contents c JOIN articles a USING (place) ORDER BY a.key"
    return [tuple(row) for query in (articles, words, "SELECT * FROM events") for row in db.ask(query)]


def test_tables_and_articles_give_the_same(client: Client, tmp_path: Path) -> None:
    """An index made from the tables says what one made from the articles says, and needs to read no article."""
    shelf = Shelf(client)
    month(shelf, days=4)
    slow, quick = Database(tmp_path / "a.sqlite"), Database(tmp_path / "b.sqlite")
    Updater(slow, client).update()
    Tables(client, workers=0).make()
    late = shelf.put(article(900, headline="Later than the tables"))
    shelf.flush()
    client.put(key_of(article(5000, url=f"https://{GAZETTE}/2026/long-read")), b"{")  # would be named if it were read
    updater = Updater(quick, client)
    updater.update()
    assert quick.ask("SELECT count(*) FROM unreadable")[0][0] == 0
    Updater(slow, client).update()
    assert late.headline in headlines(quick, words="later")
    assert contents(quick) == contents(slow)
    for database in (slow, quick):
        database.close()


def test_what_changes_is_found_anew(client: Client, db: Database, updater: Updater) -> None:
    """New, revised, gone and removed articles are in the index after the next look, and old words find nothing."""
    shelf = Shelf(client)
    body = [Paragraph(text="Words.")]
    first = shelf.put(article(1, headline="Ferries stop", body=body))
    second = shelf.put(article(2, headline="Trains run", body=body))
    shelf.flush()
    updater.update()
    assert sorted(headlines(db)) == ["Ferries stop", "Trains run"]
    later = clock.now()
    shelf.put(edited(first, "Boats sail again"), "revised", at=later)
    shelf.tell(second, "gone", at=later)
    shelf.flush()
    updater.update()
    assert headlines(db, words="ferries") == []
    assert headlines(db, words="sail") == ["Boats sail again"]
    assert [row["gone"] for row in db.ask("SELECT gone FROM articles ORDER BY headline")] == [0, 1]
    client.delete(key_of(second))
    shelf.tell(second, "gone", at=later + timedelta(seconds=1))
    shelf.flush()
    updater.update()
    assert headlines(db) == ["Boats sail again"]
    assert headlines(db, words="trains") == []
    assert db.ask("SELECT count(*) FROM contents")[0][0] == 1


def test_lines_that_come_twice_count_once(client: Client, db: Database, updater: Updater) -> None:
    """A line of the feed that is told again, as it may be, changes nothing."""
    shelf = Shelf(client)
    one = shelf.put(article(1))
    shelf.flush()
    updater.update()
    today = clock.now().date()
    before = contents(db), history(db, GAZETTE, today)
    shelf.tell(one, "new")
    shelf.flush()
    updater.update()
    assert (contents(db), history(db, GAZETTE, today)) == before
    assert sum(day.new for day in before[1]) == 1


def test_it_goes_on_where_it_stopped(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that is stopped anywhere while it is made goes on from there, and nothing is missing in the end."""
    month(Shelf(client), days=3)
    whole, torn = Database(tmp_path / "whole.sqlite"), Database(tmp_path / "torn.sqlite")
    Updater(whole, client).update()
    monkeypatch.setattr("mtcrawler.browse.index.updating.AT_ONCE", 3)
    monkeypatch.setattr("mtcrawler.browse.index.updating.KEYS", 5)
    monkeypatch.setattr("mtcrawler.browse.index.feed.AT_ONCE", 4)
    for stop in range(1, 40):
        updater = Updater(torn, client)
        told = 0

        def stopping(*given: Any, stop: int = stop) -> None:
            nonlocal told
            told += 1
            if told == stop:
                raise InterruptedError

        monkeypatch.setattr(Progress, "tell", stopping)
        try:
            updater.update()
            break
        except InterruptedError:
            continue
    else:
        pytest.fail("it never came to its end")
    assert stop > 3
    assert contents(torn) == contents(whole)
    for database in (whole, torn):
        database.close()


@pytest.mark.parametrize("body", [b"{}", DEEP, b"\xff"], ids=["empty", "deep", "no text"])
def test_hostile_objects_cost_themselves_and_are_named(
    client: Client, db: Database, updater: Updater, body: bytes
) -> None:
    """An article, a segment, a manifest or tables that are none are left out and named; all else is in the index."""
    shelf = Shelf(client)
    good, bad = shelf.put(article(1, headline="A good one")), shelf.put(article(2))
    shelf.flush()
    client.put(key_of(bad), body)
    client.put(change_key("2026-11-01", "bad", 1), body)
    client.put("runs/v1/date=2026-11-01/bad/manifest.json", body)
    client.put(TABLES_KEY, body)
    updater.update()
    assert headlines(db) == [good.headline]
    assert [row["key"] for row in db.ask("SELECT key FROM unreadable")] == [key_of(bad)]
    named = {err.key for err in client.left_out.found}
    assert {key_of(bad), change_key("2026-11-01", "bad", 1), "runs/v1/date=2026-11-01/bad/manifest.json"} <= named
    shelf.put(bad)
    shelf.flush()
    updater.update()
    assert db.ask("SELECT count(*) FROM unreadable")[0][0] == 0
    assert len(headlines(db)) == 2


def test_a_search_narrows(client: Client, db: Database, updater: Updater) -> None:
    """Words, site, section, day, access, kind and confidence narrow together; the newest come first, or the best."""
    shelf = Shelf(client)
    today = date.today()  # noqa: DTZ011 - a day near enough
    shelf.put(article(1, headline="Ice, ice and ice", ago=9, site=GAZETTE, section="city", confidence=0.9))
    shelf.put(article(2, headline="A day of ice", ago=5, site="b.example", section="harbour", confidence=0.3))
    shelf.put(article(3, headline="Ice road", ago=1, kind="live", confidence=None, access=metered()))
    shelf.put(article(4, headline="Thaw", ago=0, overlays=layers(stuck=True), body=[Paragraph(text="Water.")]))
    shelf.flush()
    updater.update()
    assert headlines(db) == ["Thaw", "Ice road", "A day of ice", "Ice, ice and ice"]
    assert headlines(db, words="ice") == ["Ice road", "A day of ice", "Ice, ice and ice"]
    assert headlines(db, words="ice", by_fit=True)[0] == "Ice, ice and ice"
    assert headlines(db, words="ice", site="b.example") == ["A day of ice"]
    assert headlines(db, section="harbour") == ["A day of ice"]
    assert headlines(db, kind="live") == ["Ice road"]
    assert headlines(db, access="walled") == headlines(db, access="part") == headlines(db, access="metered")
    assert headlines(db, words="ice", access="walled") == ["Ice road"]
    assert len(headlines(db, access="free")) == 3
    assert headlines(db, sure="low") == ["A day of ice"]
    assert headlines(db, sure="none") == ["Ice road"]
    assert headlines(db, sure="high")[-1] == "Ice, ice and ice"
    span = {"since": today - timedelta(6), "until": today - timedelta(4)}
    assert headlines(db, **span) == headlines(db, words="ice", **span) == ["A day of ice"]
    assert headlines(db, since=date(1, 1, 1), until=date(9999, 12, 31))[0] == "Thaw"
    assert figures(db) == {"articles": 4, "sites": 2, "runs": 0, "walled": 1, "overlaid": 1, "unreadable": 0}


def test_articles_of_one_moment_have_a_place_each(client: Client, db: Database, updater: Updater) -> None:
    """Any number of articles of one minute, or of no known day, are all found, page by page and each once."""
    shelf = Shelf(client)
    for number in range(45):
        shelf.put(article(number, url=f"https://{GAZETTE}/n/{number}", published_at=None, published_date=None))
    shelf.flush()
    updater.update()
    pages = [searching.search(db, Question(page=page)) for page in (1, 2, 3)]
    assert {page.number for page in pages} == {45}
    assert pages[0].pages == 3
    assert len({found.row["id"] for page in pages for found in page.found}) == 45


def test_a_question_that_takes_too_long_is_given_up(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question that would hold the server up is ended, with what to do; the next one is answered."""
    monkeypatch.setattr("mtcrawler.browse.index.database.PATIENCE", 0.05)
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(TooSlow, match="rarer words"):
        db.ask(endless)
    assert db.ask("SELECT 1")[0][0] == 1


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 999, None], ids=["empty", "torn", "another form"])
def test_a_file_that_is_none_of_ours_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    """An index that is damaged, or of another version, is thrown away and made again, for its owner alone."""
    path = tmp_path / "browse" / "index.sqlite"
    database = Database(path)
    with database.writing() as writer:
        writer.execute("INSERT INTO state VALUES ('cursor', 'x')")
        writer.execute("PRAGMA user_version = 77")
    database.close()
    if damage is not None:
        path.write_bytes(damage)
    database = Database(path)
    assert database.state("cursor") is None
    database.close()
    assert path.stat().st_mode & 0o077 == 0
