"""What a search finds: articles by words, site, day, section, access, kind and confidence, page by page."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, Literal

from mtcrawler.browse.index.database import Database
from mtcrawler.browse.index.ranking import LENGTHS, best_first
from mtcrawler.browse.index.rows import A_MINUTE, text_in
from mtcrawler.browse.index.words import excerpt, pieces, search_for

PAGE: Final = 20
"""Articles on a page of results."""
MOST: Final = 1000
"""Results that are counted, and that can be paged through where words are looked for."""
MOST_LISTED: Final = 100_000
"""The same, where all articles of a site, a day … are listed."""
EXCERPT: Final = 260
"""Characters of the text beside a result."""
_WIDER: Final = timedelta(days=2)
"""A day begins somewhere on earth up to a day before it does in UTC."""

Access = Literal["", "free", "walled", "part"]
Sure = Literal["", "low", "high", "none"]
_ACCESS: Final = {"free": "a.tier = 'free' AND a.complete", "walled": "a.walled", "part": "NOT a.complete"}
LOW: Final = 0.5
"""The confidence below which a text is doubtful."""
_SURE: Final = {
    "low": f"a.confidence < {LOW}",
    "high": f"a.confidence >= {LOW}",
    "none": "a.confidence IS NULL",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for; "" and None are anything. Days are YYYY-MM-DD, both included, as the publisher states them.

    `access` is "free", "walled" (by its tier or by its text), "part" (only a part of the text is there) or a tier;
    `sure` is "low", "high" or "none" (nothing is known).
    """

    words: str = ""
    site: str = ""
    section: str = ""
    since: date | None = None
    until: date | None = None
    access: str = ""
    kind: str = ""
    sure: str = ""
    by_fit: bool = False
    page: int = 1

    @property
    def narrowed(self) -> int:
        """How many things beside words are asked for."""
        given = (self.site, self.section, self.since, self.until, self.access, self.kind, self.sure)
        return sum(bool(one) for one in given)


@dataclass(frozen=True, slots=True)
class Found:
    """An article among the results: `headline` and `text` in pieces, each with whether it is to be marked."""

    row: sqlite3.Row
    headline: list[tuple[str, bool]]
    text: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Results:
    """A page of results. `number` is how many there are, at most `most` of which are counted."""

    found: list[Found]
    number: int
    most: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.number // PAGE))


def search(db: Database, question: Question) -> Results:
    """The articles that answer a question, newest first or the best first. Raises ArgumentError or TooSlow."""
    wanted = search_for(question.words)
    where, values = _conditions(question)
    most = MOST if wanted.match else MOST_LISTED
    page = max(1, min(question.page, most // PAGE))

    def ask(reader: sqlite3.Connection) -> list[Any]:
        if wanted.match:
            places = _places(reader, wanted.match, where, values, by_fit=question.by_fit)
            return [len(places), *rows_at(reader, places[(page - 1) * PAGE : page * PAGE])]
        condition = " AND ".join(where) or "1"
        counting = f"SELECT count(*) FROM (SELECT 1 FROM articles a WHERE {condition} LIMIT ?)"  # noqa: S608 - of ours
        number = reader.execute(counting, (*values, most)).fetchone()[0]
        # The few that are shown are chosen first, and only of them the texts are read.
        chosen = f"SELECT place FROM articles a WHERE {condition} ORDER BY place DESC LIMIT ? OFFSET ?"  # noqa: S608 - as above
        places = [row[0] for row in reader.execute(chosen, (*values, PAGE, (page - 1) * PAGE))]
        return [number, *rows_at(reader, places)]

    number, *rows = db.asked(ask)
    found = [_found(row, wanted.marked) for row in rows]
    return Results(found, int(number), most, page)  # type: ignore[call-overload]


def _places(
    reader: sqlite3.Connection, match: str, where: Sequence[str], values: Sequence[Any], *, by_fit: bool
) -> list[int]:
    """The places of all results that are counted, in their order: what has the words is gone through only once."""
    source, order, weights = "lexicon w", "w.rowid DESC", list[Any]()
    # Where the words decide alone, their index does: looking up each article takes as long again.
    if any("a." in one for one in where):
        source += " CROSS JOIN articles a ON a.place = w.rowid"
    if by_fit:
        source += f" {LENGTHS}"
        order, weights = best_first(reader)
    condition = " AND ".join(("lexicon MATCH ?", *where))
    query = f"SELECT w.rowid FROM {source} WHERE {condition} ORDER BY {order} LIMIT ?"  # noqa: S608 - of ours
    return [row[0] for row in reader.execute(query, (match, *values, *weights, MOST))]


def rows_at(reader: sqlite3.Connection, places: Sequence[int]) -> list[sqlite3.Row]:
    """The articles at these places with their texts, in this order."""
    query = "SELECT a.*, c.text, c.evidence FROM articles a JOIN contents c USING (place) WHERE place = ?"
    return [row for place in places if (row := reader.execute(query, (place,)).fetchone()) is not None]


def newest(
    db: Database, number: int, *, condition: str = "1", values: Sequence[Any] = (), after: int = 0
) -> list[Found]:
    """The newest articles for which an SQL condition on `a` holds, leaving out the first `after`."""

    def ask(reader: sqlite3.Connection) -> list[sqlite3.Row]:
        query = f"SELECT place FROM articles a WHERE {condition} ORDER BY place DESC LIMIT ? OFFSET ?"  # noqa: S608 - of ours
        return rows_at(reader, [row[0] for row in reader.execute(query, (*values, number, after))])

    return [_found(row, ()) for row in db.asked(ask)]


def evidence_of(row: sqlite3.Row) -> list[list[str]]:
    """The signs of a wall that are kept of an article: signal and value."""
    return json.loads(row["evidence"]) if row["evidence"] else []


def _found(row: sqlite3.Row, marked: tuple[str, ...]) -> Found:
    text = excerpt(text_in(row["text"]), marked, EXCERPT)
    return Found(row, pieces(row["headline"], marked), pieces(text, marked))


def _conditions(question: Question) -> tuple[list[str], list[Any]]:
    """What must hold, in SQL, and the values in it."""
    where: list[str] = []
    values: list[Any] = []
    for column in ("site", "section", "kind"):
        if asked := getattr(question, column):
            where.append(f"a.{column} = ?")
            values.append(asked)
    if question.access in _ACCESS:
        where.append(_ACCESS[question.access])
    elif question.access:
        where.append("a.tier = ?")
        values.append(question.access)
    if question.sure in _SURE:
        where.append(_SURE[question.sure])
    place = "w.rowid" if question.words.strip() and search_for(question.words).match else "a.place"
    if question.since:
        where += [f"{place} >= ?", "a.day >= ?", "a.day != 'unknown'"]
        values += [_place_of(question.since, -_WIDER), question.since.isoformat()]
    if question.until:
        where += [f"{place} < ?", "a.day <= ?"]
        values += [_place_of(question.until, _WIDER), question.until.isoformat()]
    return where, values


def _place_of(day: date, wider: timedelta) -> int:
    """The place at which a day begins, or by so much later or earlier."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        return max(0, int((moment + wider).timestamp()) // 60) * A_MINUTE
    except OverflowError:  # before the year 1, or after 9999
        return 0 if wider < timedelta() else 1 << 62
