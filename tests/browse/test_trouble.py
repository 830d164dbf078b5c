"""Trouble with the index: whatever is in the bucket or befalls its file, it is told, and does not stay as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from mtcrawler.browse.index import run_list
from mtcrawler.browse.index.database import Database, IndexUnusable
from mtcrawler.browse.index.updating import Updater
from mtcrawler.model import clock
from mtcrawler.model.errors import ArgumentError
from mtcrawler.storage.s3.client import Client
from tests.browse.conftest import Served
from tests.browse.shelf import GAZETTE, Shelf, article
from tests.fixtures.waiting import until


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "index.sqlite")
    yield database
    database.close()


def test_numbers_that_no_article_has_stop_nothing(client: Client, db: Database) -> None:
    """An article with a number past 64 bits is in the index, and so are all others."""
    shelf = Shelf(client)
    shelf.put(article(1).model_copy(update={"word_count": 10**30}))
    shelf.put(article(2))
    shelf.flush()
    Updater(db, client).update()
    assert db.ask("SELECT count(*) FROM articles")[0][0] == 2


def test_an_update_that_fails_is_told_and_tried_again(
    client: Client, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault that nobody thought of does not end the updates: it is told, and the next one succeeds."""
    whole = run_list.read

    def broken(*given: object, **more: object) -> None:
        monkeypatch.setattr(run_list, "read", whole)
        raise OverflowError("too large")

    monkeypatch.setattr(run_list, "read", broken)
    monkeypatch.setattr("mtcrawler.browse.index.updating.PAUSE", 0.5)
    updater = Updater(db, client)
    updater.start()
    try:
        until(lambda: "OverflowError: too large" in updater.progress.state.failure)
        until(lambda: updater.progress.state.as_of is not None)
    finally:
        updater.close()


def test_a_file_that_is_damaged_is_told_and_made_anew(tmp_path: Path) -> None:
    """Where the file is damaged in the middle the question says so and what to do, and that helps."""
    path = tmp_path / "index.sqlite"
    database = Database(path)
    with database.writing() as writer:
        writer.executemany("INSERT INTO state VALUES (?, ?)", ((f"{n}", "x" * 500) for n in range(200)))
    database.close()
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    database = Database(path)
    with pytest.raises(IndexUnusable, match=r"damaged.*Start `mtcrawler browse` again"):
        database.ask("SELECT sum(length(value)) FROM state")
    database.close()
    database = Database(path)
    assert database.ask("SELECT count(*) FROM state")[0][0] == 0
    database.close()


def test_an_index_in_use_is_shared_and_never_taken_away(tmp_path: Path) -> None:
    """Several may open one index, at the same moment too; one that has to be made anew waits until nobody has it."""
    path = tmp_path / "index.sqlite"
    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(lambda _: Database(path), range(8)))
    for number, database in enumerate(opened):
        with database.writing() as writer:
            writer.execute("INSERT INTO state VALUES (?, '')", (f"{number}",))
    assert opened[0].ask("SELECT count(*) FROM state")[0][0] == 8
    with opened[0].writing() as writer:
        writer.execute("PRAGMA user_version = 77")
    with pytest.raises(ArgumentError, match="End that one first"):
        Database(path)
    for database in opened:
        database.close()
    database = Database(path)
    assert database.ask("SELECT count(*) FROM state")[0][0] == 0
    database.close()


def test_a_run_that_took_a_week_is_found(client: Client, tmp_path: Path) -> None:
    """A run whose manifest comes long after its start is in the index when browse starts the next time."""
    path = tmp_path / "index.sqlite"
    for number in (0, 1):
        database = Database(path)
        Updater(database, client).update()
        assert database.ask("SELECT count(*) FROM runs")[0][0] == number
        database.close()
        Shelf(client).run("run-1", clock.now() - timedelta(days=8), GAZETTE)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_pages_may_not_ask(shelf: Served, site: str) -> None:
    """A page elsewhere cannot learn from the time of an answer what is found, and cannot have pictures loaded."""
    assert shelf.ask("/search?q=ice", **{"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"})[0].status == 403
    path, opened = (
        f"/article/{shelf.named['rich'].id}?pictures=1",
        {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"},
    )
    answer, text = shelf.ask(path, **opened)
    assert answer.status == 200
    assert 'src="https://pictures.example' not in text
    assert 'src="https://pictures.example' in shelf.ask(path, **{**opened, "Sec-Fetch-Site": "none"})[1]


def test_a_search_that_is_far_too_long_is_told(shelf: Served) -> None:
    """A search of more than a thousand characters is refused as one of four hundred, not answered with everything."""
    answer, text = shelf.ask("/search?q=" + "a" * 1500)
    assert answer.status == 400
    assert "Look for fewer words" in text
