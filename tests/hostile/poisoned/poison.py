"""Poison: what may lie under a key or in a file instead of what should be there."""

from __future__ import annotations

import gzip
import json
import sqlite3
from functools import cache
from pathlib import Path
from typing import Final

from mtcrawler.storage.index.index_schema import FORM, opened
from mtcrawler.storage.layout import SNAPSHOTS

DEEP: Final = b"[" * 100_000

TEXTS: Final = {
    "nothing": b"",
    "no text": b"\xff\xfe\x00\x80",
    "an empty object": b"{}",
    "nothing in JSON": b"null",
    "a list": b"[1]",
    "a list that is nested too deep": DEEP,
    "an object that is nested too deep": b'{"a":' * 100_000,
    "a number without end": b"9" * 5000,
    "half of a surrogate pair": b'"\\ud800"',
    "no number": b"NaN",
    "lines that are forged": b'{"a\\r\\nforged line\\u001b[2J": 1}',
}
"""Bytes that are no article, manifest, lease, baseline or record, by what they are."""


def bomb(mebibytes: int = 2048) -> bytes:
    """A gzip file of a few megabytes that holds so many mebibytes of zeros: a member for every 64 of them."""
    return gzip.compress(bytes(64 << 20), 9) * (mebibytes // 64)


@cache
def segments() -> dict[str, bytes]:
    """Bytes that are no segment: no gzip, torn gzip, and gzip of whatever is no line."""
    packed = {f"packed: {name}": gzip.compress(text) for name, text in TEXTS.items() if text}
    whole = gzip.compress(b"{}\n" * 1000)
    lines = {"empty lines": gzip.compress(b"\n" * (63 << 20)), "torn": whole[:-20], "wrong sum": whole[:-8] + bytes(8)}
    return {**TEXTS, **packed, **lines}


LINE: Final = {
    "change": "new",
    "id": "87c2cb55-a847-5229-b488-46a518d6fe10",
    "canonical_url": "https://www.example.org/a",
    "site": "www.example.org",
    "at": "2026-11-20T06:00:00Z",
    "run_id": "run",
}
"""A line of the feed that is as it should be."""

LINES: Final = {
    "a revision without end": {**LINE, "revision": 10**30},
    "a revision that is none": {**LINE, "revision": -1},
    "a moment before all years": {**LINE, "at": "0001-01-01T00:00:00+14:00"},
    "a moment after all years": {**LINE, "fetched_at": "9999-12-31T23:59:59-12:00"},
    "an id that is none": {**LINE, "id": "no uuid", "revision": 1, "signature": "m1:" + "A" * 171 + "="},
    "an id in other letters": {**LINE, "id": str(LINE["id"]).upper()},
    "a first that is none": {**LINE, "change": "duplicate", "duplicate_of": "\x1b[2J"},
    "a site that is none": {**LINE, "site": "\u202e"},
    "a key that is no article's": {**LINE, "key": "runs/v1/date=2026-11-20/run/x"},
    "a key of no day": {**LINE, "key": f"articles/v1/site=www.example.org/date=2026-99-99/{LINE['id']}.json"},
    "a list for a word": {**LINE, "id": ["a"]},
    "nothing for a word": {**LINE, "site": None},
    "a change nobody knows": {**LINE, "change": "burned"},
}
"""Lines that look like lines of the feed."""


def packed(*lines: object) -> bytes:
    """Values as a segment."""
    return gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in lines))


ENDLESS: Final = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"

_CHECKS: Final = "id, url, at, outcome, etag, last_modified, same_as, published_at, missing_since"
_ARTICLES: Final = (
    "id, state, canonical_url, site, key, revision, content_hash, substance, published_at, at, duplicate_of, etag, "
    "last_modified, fetched_at, cluster_id, signature"
)
_ID: Final = "00000000-0000-5000-8000-000000000000"
_AT: Final = "2026-11-20T06:00:00+00:00"


def _check(identity: str, same_as: str = "") -> str:
    values = f"'{identity}', 'b', '{_AT}', 'other', '', '', nullif('{same_as}', ''), NULL, NULL"
    return f"INSERT INTO checks ({_CHECKS}) VALUES ({values})"


def _article(site: str, key: str) -> str:
    values = f"'{_ID}', 'stored', 'u', '{site}', nullif('{key}', ''), 1, '', '', NULL, '{_AT}', NULL"
    return f"INSERT INTO articles ({_ARTICLES}) VALUES ({values}, '', '', NULL, '', '')"


DATABASES: Final = {
    "a view for a table": f"DROP TABLE segments; CREATE VIEW segments AS SELECT i AS key FROM ({ENDLESS})",
    "a trigger": f"CREATE TRIGGER t AFTER INSERT ON segments BEGIN INSERT INTO checks ({_CHECKS}) "
    f"SELECT i, 1, 1, 1, 1, 1, 1, 1, 1 FROM ({ENDLESS}); END",
    "a column more": "ALTER TABLE articles ADD COLUMN more TEXT",
    "a computed column": "DROP TABLE segments; CREATE TABLE segments (key TEXT PRIMARY KEY, "
    "a AS (hex(zeroblob(100000000))))",
    "an index on an expression": "CREATE INDEX i ON articles (abs(revision))",
    "no tables": "DROP TABLE checks",
    "a table whose name is no text": "PRAGMA writable_schema = ON; "
    "UPDATE sqlite_schema SET name = CAST(x'e1' AS TEXT), sql = 'CREATE TABLE' WHERE name = 'checks'",
    "a table whose columns are no text": "PRAGMA writable_schema = ON; "
    "UPDATE sqlite_schema SET sql = sql || CAST(x'2d2de1' AS TEXT) WHERE name = 'checks'",
    "another form": "PRAGMA user_version = 1",
    "a number for a word": "INSERT INTO segments VALUES (x'ff')",
    "a segment that is none": "INSERT INTO segments VALUES ('../../etc/passwd')",
    "an id that is none": _check("a"),
    "an id elsewhere that is none": _check(_ID, "a"),
    "a key that is no article's": _article("www.example.org", "k"),
    "a site that is none": _article("/", ""),
    "a moment that is none": f"INSERT INTO checks ({_CHECKS}) VALUES ('a', 'b', 'yesterday', 'other', 1, 1, 1, 1, 1)",
    "a revision without end": f"INSERT INTO articles ({_ARTICLES}) VALUES ('a', 'stored', 'u', 's', 'k', 1e300, 1, 1, "
    "'2026-11-20T06:00:00+00:00', '2026-11-20T06:00:00+00:00', 1, 1, 1, 1, 1, 1)",
}
"""What makes a database that is no snapshot of ours, as SQL on an empty one of ours."""


def database(folder: Path, sql: str) -> bytes:
    """The bytes of a database of ours on which that was done."""
    path = folder / "poison.sqlite"
    path.unlink(missing_ok=True)
    opened(path).close()
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(sql)
    db.close()
    return path.read_bytes()


def snapshot_key(number: int = 1) -> str:
    """Where a snapshot lies that comes before all others."""
    return f"{SNAPSHOTS}form={FORM}/20991231T000000Z-run-{number}.sqlite.gz"
