"""A span of the bucket as one file: every article, streamed, whole or not there."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from mtcrawler.cli import main
from mtcrawler.model.errors import ArgumentError, StoreError
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.export import CHUNK, Format, export
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import SITE, make_article

ARTICLES = [make_article(number, day=f"2026/11/{10 + number}") for number in range(5)]


@pytest.fixture
def filled(new_session: Callable[..., Session], bucket: Location) -> Location:
    """A bucket with five articles on five days."""
    session = new_session()
    for article in ARTICLES:
        session.writer.save(article)
    session.close()
    return bucket


def environment_of(location: Location) -> dict[str, str]:
    """The variables that name a bucket."""
    return {
        "S3_ENDPOINT_URL": location.endpoint_url or "",
        "S3_BUCKET": location.bucket,
        "AWS_ACCESS_KEY_ID": location.access_key or "",
        "AWS_SECRET_ACCESS_KEY": location.secret_key or "",
    }


def test_a_site_is_asked_for_its_days_once(
    filled: Location, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """However many days are exported, the days of a site are listed once: work grows with the bucket, no faster."""
    listed: list[str] = []
    folders = Client.folders

    def counted(client: Client, prefix: str) -> Iterator[str]:
        listed.append(prefix)
        return folders(client, prefix)

    monkeypatch.setattr(Client, "folders", counted)
    assert main(["export", str(tmp_path / "all.jsonl")], environment_of(filled)) == 0
    assert json.loads(capfd.readouterr().out)["articles"] == len(ARTICLES)
    assert sorted(listed) == ["articles/v1/", f"articles/v1/site={SITE}/"]


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_articles_of_a_span_are_exported(filled: Location, tmp_path: Path, form: Format) -> None:
    """The file holds the articles of the days asked for with the contract's fields, and says how many."""
    told: list[int] = []
    with Bucket(filled) as bucket:
        keys = list(bucket.keys(since="2026-11-11", until="2026-11-13"))
        assert export(filled, keys, tmp_path / "out", form, told=told.append) == 3 == sum(told)
    ids = [article.id for article in (ARTICLES[3], ARTICLES[2], ARTICLES[1])]
    if form == "jsonl":
        lines = (tmp_path / "out").read_bytes().splitlines(keepends=True)
        assert [json.loads(line)["id"] for line in lines] == ids
        assert lines[2] == ARTICLES[1].to_json()
        return
    rows = pq.read_table(tmp_path / "out").to_pylist()
    assert [row["id"] for row in rows] == ids
    row, article = rows[2], ARTICLES[1]
    assert row["published_at"] == article.published_at
    assert json.loads(row["body"]) == article.model_dump(mode="json")["body"]
    assert (row["date"], row["authors"]) == ("2026-11-11", [{"name": "A. Writer", "url": None}])
    assert row["provenance"]["fetched_at"] == article.provenance.fetched_at


@pytest.mark.slow
def test_many_articles_are_exported_by_several_processes(filled: Location, client: Client, tmp_path: Path) -> None:
    """More than a process gets in one piece of work: all are there, in order, once."""
    (key,) = (key for key in client.keys(f"articles/v1/site={SITE}/date=2026-11-10/"))
    keys = [key] * (CHUNK * 2 + 1)
    assert export(filled, keys, tmp_path / "out.parquet", "parquet", workers=2) == len(keys)
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows == len(keys)


def test_an_article_stored_on_several_lines_becomes_one(bucket: Location, client: Client, tmp_path: Path) -> None:
    """Whatever layout an object has, a line of the file is an article."""
    key = f"articles/v1/site={SITE}/date=2026-11-20/{ARTICLES[0].id}.json"
    client.put(key, ARTICLES[0].model_dump_json(indent=2).encode())
    export(bucket, [key], tmp_path / "out.jsonl", "jsonl")
    (line,) = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line) == ARTICLES[0].model_dump(mode="json")


def test_a_failure_leaves_no_file(filled: Location, client: Client, tmp_path: Path) -> None:
    """A damaged article, a store that refuses, a folder that is not there: an error, and nothing half-written."""
    key = next(client.keys(f"articles/v1/site={SITE}/date=2026-11-10/"))
    with pytest.raises(StoreError):
        export(replace(filled, secret_key="wrong"), [key], tmp_path / "a.jsonl", "jsonl")
    with pytest.raises(ArgumentError, match="missing"):
        export(filled, [key], tmp_path / "missing" / "a.jsonl", "jsonl")
    client.put(key, b"{")
    with pytest.raises(StoreError, match="verify"):
        export(filled, [key], tmp_path / "a.parquet", "parquet")
    assert list(tmp_path.glob("a.*")) == []


@pytest.mark.parametrize("form", ["parquet", "jsonl"])
def test_what_is_no_file_is_written_through(
    filled: Location, tmp_path: Path, form: Format, capfd: pytest.CaptureFixture[str]
) -> None:
    """A pipe, a link and standard output get the very bytes that a file gets and stay what they are; a device that is
    full is told in one line that names it.
    """
    environment, plain = environment_of(filled), tmp_path / f"plain.{form}"
    link, pipe, got = tmp_path / "link", tmp_path / "pipe", list[bytes]()
    link.symlink_to("linked")
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    for path in (plain, link, pipe):
        assert main(["export", str(path), "--format", form, "--workers", "0"], environment) == 0
    reader.join()
    assert got == [plain.read_bytes()] == [(tmp_path / "linked").read_bytes()]
    assert (pipe.is_fifo(), link.is_symlink()) == (True, True)
    capfd.readouterr()
    assert main(["export", "/dev/full", "--format", form, "--workers", "0"], environment) == 14
    said = capfd.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "writing /dev/full: No space left on device" in said.err
    if form == "jsonl":
        assert main(["export", "-", "--format", form, "--workers", "0"], environment) == 0
        said = capfd.readouterr()
        assert said.out.encode() == plain.read_bytes()
        assert "5 articles" in said.err
