"""The current articles as Parquet: one row an article, whatever is killed, torn or written at the same time."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mtcrawler.model.article import Article
from mtcrawler.model.errors import StoreUnreachable
from mtcrawler.session.session import Session
from mtcrawler.storage.compact.table_manifest import TableManifest
from mtcrawler.storage.compact.table_rows import TABLE_SCHEMA
from mtcrawler.storage.compact.tables import TableCounts, Tables
from mtcrawler.storage.layout import TABLES, TABLES_KEY, article_key, date_of, table_group, table_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.columns import SCHEMA
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article

New = Callable[..., Session]
ARTICLES = [make_article(number, day=f"2026/{10 + number // 3}/1{number}") for number in range(6)]
OCTOBER, NOVEMBER = (table_key(month, table_group(SITE)) for month in ("2026-10", "2026-11"))
ELSEWHERE = make_article(9, url="https://example.org/2026/11/11/other", site="example.org")


def key_of(article: Article) -> str:
    """Where an article lies."""
    return article_key(article.site, date_of(article), article.id)


def save(new_session: New, *articles: Article) -> None:
    """Store articles in a run of their own."""
    session = new_session()
    for article in articles:
        session.writer.save(article)
    session.close()


def made(client: Client) -> TableCounts:
    """Make the tables in this process."""
    return Tables(client, workers=0).make()


def rows(client: Client) -> list[dict[str, Any]]:
    """All rows of all files that lie there."""
    return [row for key in files(client) for row in pq.read_table(io.BytesIO(body(client, key))).to_pylist()]


def files(client: Client) -> list[str]:
    """The files of the tables."""
    return sorted(key for key in client.keys(f"{TABLES}articles/"))


def body(client: Client, key: str) -> bytes:
    """What lies there."""
    found = client.get(key)
    assert found is not None
    return found.body


def manifest(client: Client) -> TableManifest:
    """The manifest of the tables."""
    return TableManifest.model_validate_json(body(client, TABLES_KEY))


def test_each_article_is_one_row_in_the_file_of_its_month_and_site(client: Client, new_session: New) -> None:
    """Every stored article has one row with its fields; sites of one group share a file, and others have their own."""
    save(new_session, *ARTICLES, ELSEWHERE)
    counts = made(client)
    assert (counts.read, counts.files, counts.articles, counts.missing) == (7, 3, 7, 0)
    assert files(client) == sorted([OCTOBER, NOVEMBER, table_key("2026-11", table_group("example.org"))])
    found = {row["id"]: row for row in rows(client)}
    assert {article.id: article.headline for article in [*ARTICLES, ELSEWHERE]} == {
        one: row["headline"] for one, row in found.items()
    }
    assert {row["gone"] for row in found.values()} == {False}
    assert {entry.key: entry.rows for entry in manifest(client).files}[OCTOBER] == 3
    assert pq.read_schema(io.BytesIO(body(client, OCTOBER))).equals(TABLE_SCHEMA)
    assert TABLE_SCHEMA.names == [*SCHEMA.names, "changed_at", "gone"]


def test_the_second_time_nothing_is_written(client: Client, new_session: New, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without news no object is written or read again, and a dry run writes none at all."""
    save(new_session, *ARTICLES)
    written: list[str] = []
    put = Client.put

    def noted(store: Client, key: str, *given: Any, **more: Any) -> str:
        written.append(key)
        return put(store, key, *given, **more)

    monkeypatch.setattr(Client, "put", noted)
    assert Tables(client, workers=0).make(dry_run=True).files == 2
    assert written == []
    made(client)
    assert written == [OCTOBER, NOVEMBER, TABLES_KEY]
    counts = made(client)
    assert (counts.read, counts.files, counts.articles, len(written)) == (0, 0, 6, 3)


def test_only_files_with_changes_are_made_anew(client: Client, new_session: New) -> None:
    """A revision replaces its row, a page that is missing says so, and files without either stay as they are."""
    save(new_session, *ARTICLES)
    made(client)
    before = client.head(OCTOBER)
    session = new_session()
    session.writer.save(make_article(3, day="2026/11/13", words="The river thawed."))
    session.writer.tell_gone(ARTICLES[4].id)
    session.close()
    counts = made(client)
    assert (counts.read, counts.files, counts.articles) == (2, 1, 6)
    found = {row["id"]: row for row in rows(client)}
    assert (found[ARTICLES[3].id]["revision"], found[ARTICLES[4].id]["gone"]) == (2, True)
    assert found[ARTICLES[3].id]["changed_at"] > found[ARTICLES[5].id]["changed_at"]
    assert len(found) == len(rows(client)) == 6
    assert client.head(OCTOBER) == before


def test_an_article_that_cannot_be_read_keeps_its_row(client: Client, new_session: New) -> None:
    """What lies torn is named, keeps the row it had, and is read again once it is whole, though no line tells of it."""
    save(new_session, *ARTICLES)
    made(client)
    newer = make_article(3, day="2026/11/13", words="The river thawed.")
    save(new_session, newer)
    whole = body(client, key_of(newer))
    client.put(key_of(newer), whole[:-9])
    for _ in range(2):
        made(client)
        assert [err.key for err in client.left_out.found] == [key_of(newer)]
        assert {row["id"]: row["revision"] for row in rows(client)}[newer.id] == 1
        assert manifest(client).unread == [key_of(newer)]
    client.put(key_of(newer), whole)
    made(client)
    assert {row["id"]: row["revision"] for row in rows(client)}[newer.id] == 2
    assert manifest(client).unread == []


def test_what_is_removed_has_no_row(client: Client, new_session: New) -> None:
    """An article that is not there any more loses its row with the next change of it, and is counted."""
    save(new_session, *ARTICLES[3:])
    made(client)
    session = new_session()
    session.writer.tell_gone(ARTICLES[4].id)
    session.close()
    client.delete(key_of(ARTICLES[4]))
    counts = made(client)
    assert (counts.missing, counts.articles) == (1, 2)
    assert {row["id"] for row in rows(client)} == {ARTICLES[3].id, ARTICLES[5].id}


@pytest.mark.parametrize("most", range(4))
def test_killed_at_any_step_each_article_has_one_row(
    most: int, client: Client, new_session: New, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After any number of its writes no article has two rows, none that was there is lost, and the next run goes on."""
    save(new_session, *ARTICLES[:4])
    made(client)
    save(new_session, *ARTICLES[4:], make_article(0, day="2026/10/10", words="The river thawed."))
    left, put = iter(range(most)), Client.put

    def killed(*given: Any, **more: Any) -> str:
        if next(left, None) is None:
            raise StoreUnreachable("writing", "killed", "Run again.")
        return put(*given, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Client, "put", killed)
        if most < 3:
            with pytest.raises(StoreUnreachable):
                made(client)
        else:
            made(client)
    found = [row["id"] for row in rows(client)]
    assert len(found) == len(set(found))
    assert set(found) >= {article.id for article in ARTICLES[:4]}
    made(client)
    assert sorted((row["id"], row["revision"]) for row in rows(client)) == sorted(
        (article.id, 2 if article is ARTICLES[0] else 1) for article in ARTICLES
    )


@pytest.mark.parametrize("damage", [b"torn", None, "columns"], ids=["torn", "lost", "other columns"])
def test_a_file_that_cannot_be_gone_on_from_is_made_from_the_whole_feed(
    damage: bytes | str | None, client: Client, new_session: New
) -> None:
    """Where a file's rows are lost, all its articles are read again, and none is missing."""
    save(new_session, *ARTICLES)
    made(client)
    if damage is None:
        client.delete(NOVEMBER)
    elif isinstance(damage, bytes):
        client.put(NOVEMBER, damage)
    else:
        other = io.BytesIO()
        pq.write_table(pa.table({"id": ["x"]}), other)
        client.put(NOVEMBER, other.getvalue())
    save(new_session, make_article(3, day="2026/11/13", words="The river thawed."))
    made(client)
    assert sorted(row["id"] for row in rows(client)) == sorted(article.id for article in ARTICLES)
    assert len(client.left_out.found) == (damage is not None)


def test_a_manifest_that_cannot_be_read_has_all_made_anew(client: Client, new_session: New) -> None:
    """A torn manifest is named; the tables are made from the beginning and are what they were."""
    save(new_session, *ARTICLES)
    made(client)
    before = rows(client)
    client.put(TABLES_KEY, b'{"cursor": ')
    assert made(client).read == len(ARTICLES)
    assert rows(client) == before
    assert [err.key for err in client.left_out.found] == [TABLES_KEY]
    assert made(client).read == 0


def test_two_at_once_leave_the_newer_rows(client: Client, new_session: New, monkeypatch: pytest.MonkeyPatch) -> None:
    """A compaction that read articles before another wrote them never writes its older rows over that one's."""
    save(new_session, *ARTICLES)
    file, during = Tables._file, iter([True])

    def slow(tables: Tables, *given: Any) -> bool:
        if next(during, None):  # it has read its articles; now another run comes and is done first
            save(new_session, make_article(3, day="2026/11/13", words="The river thawed."))
            made(client)
        return file(tables, *given)

    monkeypatch.setattr(Tables, "_file", slow)
    made(client)
    made(client)
    assert {row["id"]: row["revision"] for row in rows(client)}[ARTICLES[3].id] == 2
    assert len(rows(client)) == sum(entry.rows for entry in manifest(client).files) == 6


def test_duckdb_and_polars_read_the_tables(client: Client, new_session: New, tmp_path: Path) -> None:
    """Both read all files at once, with the month as a column, and give each article once."""
    save(new_session, *ARTICLES, ELSEWHERE)
    made(client)
    for key in files(client):
        path = tmp_path / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body(client, key))
    everything = f"{tmp_path}/{TABLES}articles/*/*.parquet"
    query = "SELECT month, count(*) FROM read_parquet(?, hive_partitioning = true) GROUP BY month ORDER BY month"
    assert duckdb.execute(query, [everything]).fetchall() == [("2026-10", 3), ("2026-11", 4)]
    frame = pl.scan_parquet(everything, hive_partitioning=True).filter(pl.col("site") == SITE).collect()
    assert sorted(frame["id"].to_list()) == sorted(article.id for article in ARTICLES)
    assert frame.schema["changed_at"] == pl.Datetime("us", "UTC")
    assert frame["month"].unique().sort().to_list() == ["2026-10", "2026-11"]


def test_polars_reads_the_tables_in_the_bucket(client: Client, bucket: Location, new_session: New) -> None:
    """Nothing has to be copied first."""
    save(new_session, *ARTICLES)
    made(client)
    storage = {
        "aws_endpoint_url": bucket.endpoint_url or "",
        "aws_access_key_id": bucket.access_key or "",
        "aws_secret_access_key": bucket.secret_key or "",
        "aws_region": "us-east-1",
        "aws_allow_http": "true",
    }
    where = f"s3://{bucket.bucket}/{TABLES}articles/**/*.parquet"
    frame = (
        pl.scan_parquet(where, hive_partitioning=True, storage_options=storage).select("headline", "month").collect()
    )
    assert sorted(frame["headline"].to_list()) == sorted(article.headline for article in ARTICLES)


def test_the_body_is_a_column_of_json(client: Client, new_session: New) -> None:
    """As in an export."""
    save(new_session, ARTICLES[0])
    made(client)
    (row,) = rows(client)
    assert [block["type"] for block in json.loads(row["body"])] == ["paragraph", "paragraph"]
