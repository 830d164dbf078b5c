"""An article as the index has it, made from its JSON or from a row of the tables, and how it is put there."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from mtcrawler.browse.index.ranking import put_words, remove_words
from mtcrawler.browse.index.words import folded
from mtcrawler.model.article import Article
from mtcrawler.storage.feed.changes import MOST_REVISIONS
from mtcrawler.storage.layout import article_key, read_article_key

LONGEST: Final = 200_000
"""Characters of a text that are indexed."""
SHORT: Final = 300
"""Characters of a headline, a section or another short text that are kept."""
MOST_DETAILS: Final = 20
"""Overlays, and signs of a wall, that are kept of an article."""
MOST_WORDS: Final = 10**9
"""The largest number of words: a larger one is no article's, and past 64 bits SQLite takes none."""
A_MINUTE: Final = 1 << 12
"""Places of one minute: articles stand in the order of their publication, so that the newest are found first."""
LATEST: Final = (1 << 50) - 1


@dataclass(frozen=True, slots=True)
class Row:
    """An article as it is indexed. `day` is the publisher's, `published` the moment in ISO 8601 with its offset."""

    key: str
    id: str
    site: str
    day: str
    published: str | None
    minute: int
    section: str | None
    kind: str
    language: str
    tier: str
    complete: bool
    confidence: float | None
    words: int
    revision: int
    spider: str
    headline: str
    head: str
    text: str
    overlays: list[list[str]]
    evidence: list[list[str]]

    @property
    def walled(self) -> bool:
        """Whether something stands between the article and a reader."""
        return not self.complete or self.tier not in {"free", "unknown"}


def row_of(key: str, article: Article) -> Row:
    """The row of a stored article."""
    parts = read_article_key(key)
    at, day = article.published_at, article.published_date
    return _row(
        key,
        article.id,
        article.site,
        parts.date if parts else "unknown",
        at,
        day,
        published=at.isoformat() if at else None,
        given={
            "section": article.section,
            "kind": article.kind,
            "language": article.language,
            "spider": article.spider,
            "headline": article.headline,
            "subtitle": article.subtitle,
            "summary": article.summary,
            "text": article.text,
            "tags": article.tags,
            "authors": [author.name for author in article.authors],
            "tier": article.access.tier,
            "complete": article.access.complete,
            "confidence": article.provenance.confidence,
            "word_count": article.word_count,
            "revision": article.revision,
            "overlays": [[one.kind, one.rule, one.action, one.outcome] for one in article.overlays[:MOST_DETAILS]],
            "evidence": [[one.signal, one.value] for one in article.access.evidence[:MOST_DETAILS]],
        },
    )


def row_of_table(row: Mapping[str, Any]) -> Row:
    """The row of an article in the tables. Raises StoreError where it makes no key, ValueError or TypeError where a
    value is missing.
    """
    access, provenance = row["access"], row["provenance"]
    at, day = row["published_at"], row["published_date"]
    return _row(
        article_key(row["site"], row["date"], row["id"]),
        row["id"],
        row["site"],
        row["date"],
        at,
        day,
        published=at.isoformat() if at else None,
        given={
            **{
                name: row[name] for name in ("section", "kind", "language", "spider", "headline", "subtitle", "summary")
            },
            **{name: row[name] for name in ("text", "tags", "word_count", "revision")},
            "authors": [author["name"] for author in row["authors"] or ()],
            "tier": access["tier"],
            "complete": access["complete"],
            "confidence": provenance["confidence"],
            "overlays": [
                [one["kind"], one["rule"], one["action"], one["outcome"]]
                for one in (row["overlays"] or ())[:MOST_DETAILS]
            ],
            "evidence": [[one["signal"], one["value"]] for one in (access["evidence"] or ())[:MOST_DETAILS]],
        },
    )


COLUMNS: Final = [
    *("id", "site", "date", "revision", "kind", "language", "spider", "headline", "subtitle", "summary", "section"),
    *("tags", "authors", "published_at", "published_date", "text", "word_count", "access", "overlays", "provenance"),
    *("changed_at", "gone"),
]
"""The columns of the tables that a row needs."""


def _row(
    key: str,
    identity: str,
    site: str,
    partition: str,
    at: datetime | None,
    day: date | None,
    *,
    published: str | None,
    given: Mapping[str, Any],
) -> Row:
    stated = day.isoformat() if day else at.date().isoformat() if at else partition
    head = "\n".join(filter(None, (given["headline"], given["subtitle"], *given["authors"], *(given["tags"] or ()))))
    return Row(
        key=key,
        id=identity,
        site=site,
        day=stated,
        published=published,
        minute=_minute(at, stated),
        section=_short(given["section"]),
        kind=_short(given["kind"]) or "other",
        language=_short(given["language"]) or "",
        tier=_short(given["tier"]) or "unknown",
        complete=bool(given["complete"]),
        confidence=given["confidence"],
        words=min(max(0, int(given["word_count"])), MOST_WORDS),
        revision=min(int(given["revision"]), MOST_REVISIONS),
        spider=_short(given["spider"]) or "",
        headline=_short(given["headline"]) or "",
        head=head[:LONGEST],
        text=_told_once(given["summary"], (given["text"] or "")[:LONGEST])[:LONGEST],
        overlays=[[cell[:SHORT] for cell in one] for one in given["overlays"]],
        evidence=[[cell[:SHORT] for cell in one] for one in given["evidence"]],
    )


def _told_once(summary: str | None, text: str) -> str:
    """Summary and text, or the text alone where the summary says what stands in it: many are its beginning, cut."""
    said = " ".join((summary or "").split())
    return text if said.rstrip(".… ") in " ".join(text.split()) else f"{said}\n{text}"


def _short(text: str | None) -> str | None:
    return text[:SHORT] if text else None


def _minute(at: datetime | None, day: str) -> int:
    """The minute of publication since 1970, 0 where nobody knows: of a day alone its first one."""
    try:
        moment = at or datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
        return max(0, int(moment.timestamp()) // 60)
    except ValueError:
        return 0


def put(db: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Put rows into the index, in place of those of the same key; an article that was removed never comes back."""
    for row in rows:
        remove(db, row.key)
        if db.execute("SELECT 1 FROM removed WHERE id = ?", (row.id,)).fetchone():
            continue
        gone = db.execute("SELECT gone FROM told WHERE key = ?", (row.key,)).fetchone()
        place = _free(db, row.minute)
        db.execute(
            f"INSERT INTO articles VALUES ({', '.join('?' * 20)})",  # noqa: S608 - question marks alone
            (
                *(place, row.key, row.id, row.site, row.day, row.published, row.section, row.kind, row.language),
                *(row.tier, row.complete, row.walled, row.confidence, row.words, row.revision, len(row.overlays)),
                *(sum(one[3] == "stuck" for one in row.overlays), bool(gone and gone[0]), row.spider, row.headline),
            ),
        )
        for number, one in enumerate(row.overlays):
            db.execute("INSERT INTO overlays VALUES (?, ?, ?, ?, ?, ?)", (place, number, *one))
        evidence = json.dumps(row.evidence, ensure_ascii=False) if row.walled and row.evidence else None
        text = zlib.compress(row.text.encode("utf-8", "replace"), 1)
        db.execute("INSERT INTO contents VALUES (?, ?, ?, ?)", (place, row.head, text, evidence))
        put_words(db, place, folded(row.head), folded(row.text))


def remove(db: sqlite3.Connection, key: str) -> bool:
    """Take the article under a key out of the index; whether it was there."""
    found = db.execute("SELECT place FROM articles WHERE key = ?", (key,)).fetchone()
    if found is None:
        return False
    place = found[0]
    head, text = db.execute("SELECT head, text FROM contents WHERE place = ?", (place,)).fetchone()
    remove_words(db, place, folded(head), folded(text_in(text)))
    db.execute("DELETE FROM overlays WHERE place = ?", (place,))
    db.execute("DELETE FROM contents WHERE place = ?", (place,))
    db.execute("DELETE FROM articles WHERE place = ?", (place,))
    return True


def remove_for_good(db: sqlite3.Connection, site: str, identity: str) -> bool:
    """Take an article out wherever it lies, with all that was noted of it, and keep it out, though its objects may
    still be there; whether it was in the index.
    """
    db.execute("INSERT OR IGNORE INTO removed VALUES (?)", (identity,))
    places = db.execute("SELECT key FROM articles WHERE id = ?", (identity,)).fetchall()
    for found in places:
        remove(db, found[0])
        db.execute("DELETE FROM told WHERE key = ?", found)
        db.execute("DELETE FROM unreadable WHERE key = ?", found)
    db.execute("DELETE FROM pictures WHERE id = ?", (identity,))
    db.execute("DELETE FROM events WHERE site = ? AND id = ?", (site, identity))
    return bool(places)


def text_in(packed: bytes) -> str:
    """The text that was indexed."""
    return zlib.decompress(packed).decode("utf-8", "replace")


def _free(db: sqlite3.Connection, minute: int) -> int:
    """A place among the articles of a minute; of one of the next minutes where that is full."""
    first = min(minute * A_MINUTE, LATEST) + 1
    while True:
        query = "SELECT max(place) FROM articles WHERE place >= ? AND place < ?"
        last = db.execute(query, (first, first + A_MINUTE - 1)).fetchone()[0]
        if last is None:
            return first
        if last + 1 < first + A_MINUTE - 1:
            return int(last) + 1
        first += A_MINUTE
