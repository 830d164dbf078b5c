"""How well articles fit a search: BM25 as FTS5 has it, with the lengths of articles in a table of the index."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from mtcrawler.browse.index.words import TOKENIZER

TABLES: Final = f"""CREATE VIRTUAL TABLE lexicon
    USING fts5(head, text, content='', columnsize=0, tokenize="{TOKENIZER}");
CREATE TABLE lengths (place INTEGER PRIMARY KEY, tokens INTEGER NOT NULL);"""
"""The words of articles, and how many each has. FTS5 would ask a table of its own for each article that has a word, by
a statement each time: two thirds of what a search for a frequent word takes. A join takes a third of that.
"""
HEAD: Final = 8.0
"""How much more a word in headline, subtitle, authors or tags counts than one in the text."""
_NO_LENGTH: Final = -2
"""The length that FTS5 takes every article for: -1 for each of the two columns."""
_SAME: Final = 1e-6
"""How near two lengths are the same, in thirds of a word."""

_TALLY: Final = f"""ATTACH ':memory:' AS tally;
CREATE VIRTUAL TABLE tally.words USING fts5(text, content='', detail=none, tokenize="{TOKENIZER}");
"""
LENGTHS: Final = "CROSS JOIN lengths l ON l.place = w.rowid"
"""What `best_first` needs beside `lexicon w`."""


def prepare(db: sqlite3.Connection) -> None:
    """Before articles are put into the index over this connection."""
    db.executescript(_TALLY)


def put_words(db: sqlite3.Connection, place: int, head: str, text: str) -> None:
    """Have an article found by its words, which are folded."""
    db.execute("INSERT INTO lexicon (rowid, head, text) VALUES (?, ?, ?)", (place, head, text))
    # FTS5 counts its own tokens, in memory: only it knows what is one, and this is quicker than counting in Python.
    db.execute("INSERT INTO tally.words (rowid, text) VALUES (1, ?)", (f"{head}\n{text}",))
    (packed,) = db.execute("SELECT sz FROM tally.words_docsize").fetchone()
    db.execute("INSERT INTO tally.words (words) VALUES ('delete-all')")
    db.execute("INSERT INTO lengths VALUES (?, ?)", (place, *_numbers(packed)))


def remove_words(db: sqlite3.Connection, place: int, head: str, text: str) -> None:
    """Take out what was put there: the lexicon has no contents of its own, so the same words have to be told again."""
    told = (place, head, text)
    db.execute("INSERT INTO lexicon (lexicon, rowid, head, text) VALUES ('delete', ?, ?, ?)", told)
    db.execute("DELETE FROM lengths WHERE place = ?", (place,))


def best_first(reader: sqlite3.Connection) -> tuple[str, list[Any]]:
    """What to order `lexicon w` and `LENGTHS` by, in SQL, and the values in it.

    A word that stands f times in an article of D words adds idf · 2.2 · f / (f + n(D)), where
    n(D) = 1.2 · (0.25 + 0.75 · D / mean). FTS5 computes it with n(-2), so f is multiplied by n(-2) / n(D), which is
    (mean / 3 - 2) / (mean / 3 + D), by way of the columns' weights: f · x / (f · x + n(-2)) = f / (f + n(D)).
    """
    # What FTS5 keeps of all articles: how many there are, then the words in each column.
    (packed,) = reader.execute("SELECT block FROM lexicon_data WHERE id = 1").fetchone()
    articles, *words = _numbers(packed) or [0]
    third = sum(words) / max(articles, 1) / 3
    scale = third + _NO_LENGTH
    if abs(scale) < _SAME:  # articles of six words, of which FTS5 can tell nothing: the newest first
        return "w.rowid DESC", []
    weight = "? / (? + l.tokens)"
    return f"bm25(lexicon, {weight}, {weight})", [HEAD * scale, third, scale, third]


def _numbers(packed: bytes) -> list[int]:
    """Numbers in SQLite's varint form: seven bits a byte, the high ones first; the last byte of each is below 128."""
    numbers, number = [], 0
    for byte in packed:
        number = number << 7 | byte & 127
        if byte < 128:
            numbers.append(number)
            number = 0
    return numbers
