"""The best match first: as FTS5 ranks, at a fraction of what its ranking takes."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from mtcrawler.browse.index import searching
from mtcrawler.browse.index.database import Database
from mtcrawler.browse.index.ranking import LENGTHS, best_first
from mtcrawler.browse.index.rows import Row, put, remove, row_of, text_in
from mtcrawler.browse.index.searching import Question
from mtcrawler.browse.index.words import TOKENIZER, folded, search_for
from mtcrawler.storage.layout import article_key, date_of
from tests.browse.shelf import GAZETTE, article
from tests.browse.test_words import TEXTS

COMMON = "ice river ferry harbour winter council bridge paris cafés"
SEARCHES = ("ice", "ice river ferry", '"ice river"', "fer*", "ice -bridge", "café", "渡轮", "الحكومة", "नदी")


def rows(count: int, most: int) -> list[Row]:
    """Articles of one to so many words, every ninth in another script."""
    chance, others, found = random.Random(7), list(TEXTS.values()), []
    for number in range(count):
        one = article(number, url=f"https://{GAZETTE}/{number}", ago=number % 30)
        words = chance.choices(COMMON.split(), [9, 7, 5, 3, 2, 2, 1, 1, 1], k=chance.randint(1, most))
        text = others[number % len(others)] if number % 9 == 0 else " ".join(words[1:])
        key = article_key(one.site, date_of(one), one.id)
        found.append(replace(row_of(key, one), head=words[0], text=text))
    return found


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "index.sqlite")) as database:
        yield database


def filled(db: Database, given: list[Row]) -> None:
    """Put articles into the index, and take some out again."""
    with db.writing() as writer:
        put(writer, given)
        put(writer, [replace(given[0], text="ice and more ice"), *given[1:9]])
        for row in given[9:15]:
            remove(writer, row.key)


@pytest.fixture
def plain() -> Iterator[sqlite3.Connection]:
    """An index that FTS5 ranks all by itself."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(head, text, content='', tokenize=\"{TOKENIZER}\")")
        yield connection


def copied(db: Database, plain: sqlite3.Connection) -> None:
    """The words of all articles of the index, for FTS5 to rank."""
    contents = db.ask("SELECT place, head, text FROM contents")
    told = [(place, folded(head), folded(text_in(text))) for place, head, text in contents]
    plain.executemany("INSERT INTO words (rowid, head, text) VALUES (?, ?, ?)", told)


@pytest.mark.parametrize("most", [3, 200], ids=["short articles", "long articles"])
def test_articles_are_ranked_as_fts5_ranks_them(db: Database, plain: sqlite3.Connection, most: int) -> None:
    """Every article has the rank that FTS5 gives it, whatever is looked for and however long it is, also after others
    changed or were removed; results come in that order.
    """
    filled(db, rows(300, most))
    copied(db, plain)
    for asked in SEARCHES:
        match = search_for(asked).match
        theirs = "SELECT rowid, bm25(words, 8.0, 1.0) FROM words WHERE words MATCH ?"
        expected = dict(plain.execute(theirs, (match,)))
        found = db.asked(partial(ranks, match=match))
        assert {place: rank for place, rank in found} == pytest.approx(expected, rel=1e-9)  # noqa: C416 - rows of SQLite
        results = searching.search(db, Question(words=asked, by_fit=True))
        assert results.number == len(expected)
        shown = [expected[one.row["place"]] for one in results.found]
        assert shown == pytest.approx(sorted(expected.values())[: len(shown)], rel=1e-9)


def ranks(reader: sqlite3.Connection, match: str) -> list[sqlite3.Row]:
    """Places of articles, and how well each fits."""
    order, values = best_first(reader)
    query = f"SELECT w.rowid, {order} FROM lexicon w {LENGTHS} WHERE lexicon MATCH ?"
    return reader.execute(query, (*values, match)).fetchall()


def test_lengths_are_those_that_fts5_counts(db: Database, plain: sqlite3.Connection) -> None:
    """An article is as long as FTS5 counts its words, in every script."""
    filled(db, rows(60, 200))
    copied(db, plain)
    lengths = {row["place"]: row["tokens"] for row in db.ask("SELECT * FROM lengths")}
    assert lengths == {place: length(packed) for place, packed in plain.execute("SELECT id, sz FROM words_docsize")}
    assert max(lengths.values()) > 127  # the most that one byte holds


def length(packed: bytes) -> int:
    """The sum of SQLite's varints: seven bits a byte, the last of each below 128."""
    numbers = [0]
    for byte in packed:
        numbers[-1] = numbers[-1] << 7 | byte & 127
        if byte < 128:
            numbers.append(0)
    return sum(numbers)


def test_articles_that_cannot_be_ranked_come_newest_first(db: Database) -> None:
    """Where articles have six words in the mean FTS5 cannot tell which fits best; all are found all the same."""
    with db.writing() as writer:
        put(writer, [replace(row, head="ice", text="of this winter is thin") for row in rows(40, 9)])
    results = searching.search(db, Question(words="ice", by_fit=True))
    assert results.number == 40
    places = [one.row["place"] for one in results.found]
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize(
    ("question", "tables"),
    [
        (Question(words="ice"), "w"),
        (Question(words="ice", by_fit=True), "wl"),
        (Question(words="ice", site=GAZETTE, access="walled"), "wa"),
        (Question(words="ice", site=GAZETTE, by_fit=True, page=2), "wal"),
    ],
    ids=["newest", "best", "narrowed", "narrowed, best"],
)
def test_what_has_the_words_is_gone_through_once(db: Database, question: Question, tables: str) -> None:
    """One statement finds, counts and orders the results: from the words to what has them, by its place, with no table
    that the question does not need, and FTS5 asks for no length of its own.
    """
    filled(db, rows(300, 20))
    said: list[str] = []
    db.asked(lambda reader: reader.set_trace_callback(said.append) or [])  # type: ignore[func-returns-value]
    searching.search(db, question)
    matching = [statement for statement in said if "MATCH" in statement and not statement.startswith("--")]
    assert len(matching) == 1
    assert not [statement for statement in said if "docsize" in statement]
    first, *others = [row["detail"] for row in db.ask(f"EXPLAIN QUERY PLAN {matching[0]}")]
    assert first.startswith("SCAN w VIRTUAL TABLE INDEX")
    joined = [plan for plan in others if not plan.startswith("USE TEMP B-TREE FOR ORDER BY")]
    assert joined == [f"SEARCH {table} USING INTEGER PRIMARY KEY (rowid=?)" for table in tables[1:]]
    assert (len(others) > len(joined)) == question.by_fit
