"""`mtcrawler compact`: what it says, how it ends, and what is left of it when it is killed."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from mtcrawler.cli import main
from mtcrawler.model.exit_codes import ExitCode
from mtcrawler.session.session import Session
from mtcrawler.storage.layout import CHANGES, MERGED, TABLES
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.store import make_article

ROOT = Path(__file__).parents[2]
NOW = ("compact", "--now", "--keep", "0", "--workers", "0")


def environment_of(location: Location) -> dict[str, str]:
    """The variables that name a bucket."""
    return {
        "S3_ENDPOINT_URL": location.endpoint_url or "",
        "S3_BUCKET": location.bucket,
        "AWS_ACCESS_KEY_ID": location.access_key or "",
        "AWS_SECRET_ACCESS_KEY": location.secret_key or "",
    }


@pytest.fixture
def filled(new_session: Callable[..., Session], bucket: Location) -> Location:
    """A bucket that six runs wrote an article to."""
    for number in range(6):
        session = new_session()
        session.writer.save(make_article(number, day=f"2026/11/{10 + number}"))
        session.close()
    return bucket


def test_it_says_what_it_did(filled: Location, client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    """In a pipe one JSON line says what was done, and with a dry run what would be, and then nothing is written."""

    def said(*more: str) -> dict[str, dict[str, int]]:
        assert main([*NOW, *more], environment_of(filled)) == 0
        return dict(json.loads(capfd.readouterr().out))

    before = set(client.keys(""))
    would = said("--dry-run")
    assert set(client.keys("")) == before
    did = said()
    assert (would["feed"], would["tables"]["files"]) == (did["feed"], did["tables"]["files"])
    assert did["feed"]["segments"] == did["feed"]["lines"] == did["tables"]["articles"] == 6
    assert said()["feed"] == {"segments": 0, "objects": 0, "lines": 0, "deleted": 6, "waiting": 0}
    assert len(list(client.keys(CHANGES))) == 1


def test_this_hour_is_left_alone(filled: Location, client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    """Segments of the hour that is going on are not merged: they would be merged again and again."""
    if time.gmtime().tm_min == 59:
        pytest.skip("the hour may end in the middle of this test")
    assert main(["compact", "--feed-only"], environment_of(filled)) == 0
    assert json.loads(capfd.readouterr().out)["feed"]["segments"] == 0
    assert list(client.keys(MERGED)) == list(client.keys(TABLES)) == []


def test_what_cannot_be_read_is_named(
    filled: Location, client: Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """A torn segment is a warning, and the command ends with the code for what is incomplete."""
    torn = sorted(client.keys(CHANGES))[0]
    client.put(torn, b"torn")
    assert main([*NOW, "--feed-only"], environment_of(filled)) == ExitCode.INCOMPLETE
    assert torn in caplog.text
    assert json.loads(capfd.readouterr().out)["left_out"] == 1


@pytest.mark.parametrize("given", [("--keep", "-1"), ("--keep", "nan"), ("--workers", "-1")])
def test_wrong_numbers_are_refused(given: tuple[str, str], filled: Location, capfd: pytest.CaptureFixture[str]) -> None:
    """A time or a number of processes that there is none of is an error, and nothing is done."""
    assert main(["compact", *given], environment_of(filled)) == ExitCode.WRONG_INPUT
    assert given[0] in capfd.readouterr().err


@pytest.mark.slow
def test_killed_in_the_middle_it_leaves_the_bucket_right(filled: Location, client: Client) -> None:
    """Killed with -9 as soon as it writes, and again as soon as it deletes or makes tables, nothing is lost or
    doubled; the next run brings it to its end.
    """

    def ids() -> list[str]:
        with Bucket(filled) as reader:
            return sorted(change.id for change in reader.changes())

    def state() -> tuple[list[str], ...]:
        return tuple(sorted(client.keys(prefix)) for prefix in (MERGED, CHANGES, TABLES))

    command = [sys.executable, "-m", "mtcrawler.cli", *NOW]
    environment = {**os.environ, **environment_of(filled), "PYTHONPATH": str(ROOT)}
    whole = sorted(make_article(number, day=f"2026/11/{10 + number}").id for number in range(6))
    for _ in range(2):
        before = state()
        run = subprocess.Popen(
            [sys.executable, "-m", "mtcrawler.cli", *NOW], env=environment, stdout=subprocess.DEVNULL
        )
        while state() == before and run.poll() is None:
            pass
        run.kill()
        run.wait()
        assert ids() == whole
    for _ in range(2):
        subprocess.run(command, env=environment, check=True, capture_output=True)
    merged, segments, tables = state()
    assert (len(merged), len(segments), len(tables), ids()) == (1, 1, 2, whole)
    (table,) = (key for key in tables if key.endswith(".parquet"))
    stored = client.get(table)
    assert stored is not None
    assert sorted(pq.read_table(io.BytesIO(stored.body))["id"].to_pylist()) == whole
