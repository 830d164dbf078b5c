"""Laws of a crawl into a poisoned bucket, or from a poisoned disk: it goes on, names each thing once, and says so."""

from __future__ import annotations

import gzip
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.storage.layout import (
    ARTICLES,
    RUNS,
    SET_ASIDE,
    baseline_key,
    change_key,
    check_key,
    lease_key,
    mode_history_key,
)
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.lease import Lease
from tests.fixtures.crawl import articles, crawl
from tests.hostile.edition import places, read, tag_of
from tests.hostile.poisoned.poison import DATABASES, DEEP, TEXTS, database, snapshot_key
from tests.newspaper import Newspaper

pytestmark = pytest.mark.slow

DAY = "2026-11-21"
LEASE = {
    "token": "a" * 32,
    "run_id": "run",
    "host": "host\r\n2099-01-01 00:00:00 CRITICAL forged\x1b[2J",
    "since": "2026-11-21T06:00:00+00:00",
    "seconds": 60.0,
}
PLACES = {
    "a lease that never ends": (lease_key("moscowtimes"), json.dumps({**LEASE, "seconds": 1e300}).encode()),
    "a segment of the feed": (change_key(DAY, "run", 1), gzip.compress(b"{}\n")),
    "a segment of checks": (check_key(DAY, "run", 1), b"no gzip"),
    "a baseline": (baseline_key("moscowtimes"), DEEP),
}


def manifests(client: Client) -> list[dict[str, Any]]:
    """The manifests, the oldest first."""
    found = [client.get(key) for key in client.keys(RUNS) if key.endswith("/manifest.json")]
    return sorted((json.loads(one.body) for one in found if one), key=lambda one: str(one["started_at"]))


def test_a_poisoned_bucket_stops_no_crawl(paper: Newspaper, bucket: Location, client: Client, tmp_path: Path) -> None:
    """With poison under every key that a crawl reads it stores each article, names each poisoned object on one line,
    counts it and ends as partial; the next run meets none of it and ends well.
    """
    places = {**PLACES, "a snapshot": (snapshot_key(), gzip.compress(database(tmp_path, DATABASES["a trigger"])))}
    for key, body in places.values():
        client.put(key, body)
    run = read(paper, bucket, tmp_path / "var")
    assert run.code == 11, run.said
    stored = articles(bucket)
    assert stored
    for name, (key, _) in places.items():
        assert sum(key in line for line in run.said.splitlines()) == 1, f"{name}: {run.said}"
    (told,) = manifests(client)
    assert told["counts"]["stored"]["unreadable"] == len(places)
    assert told["counts"]["stored"]["new"] == len(stored)
    again = read(paper, bucket, tmp_path / "var")
    assert again.code == 0, again.said
    assert not any(key in again.said for key, _ in places.values())
    assert articles(bucket) == stored


@pytest.mark.parametrize(
    "fields",
    [
        {"seconds": 1e300},
        {"seconds": float("nan")},
        {"seconds": -1},
        {"seconds": "long"},
        {"since": "9999-01-01T00:00:00+00:00"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"token": ["a"]},
        {"host": None},
    ],
)
def test_no_lease_holds_for_ever(
    fields: dict[str, Any], client: Client, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A lease with a number or a time that is none is named, counts as free and is written anew."""
    key = lease_key("moscowtimes")
    client.put(key, json.dumps({**LEASE, **fields}).encode())
    with Lease(client, "moscowtimes", "run-1", tmp_path):
        assert key in caplog.text
        taken = client.get(key)
        assert taken is not None
        assert json.loads(taken.body)["run_id"] == "run-1"


@pytest.mark.parametrize("body", [b"{}{", DEEP], ids=["no JSON", "too large"])
def test_a_poisoned_lease_decides_how_a_run_ends(
    body: bytes, paper: Newspaper, bucket: Location, client: Client, tmp_path: Path
) -> None:
    """A run that found nothing but its lease unreadable stores everything, says so and is partial; the next is done."""
    client._s3.put_object(Bucket=bucket.bucket, Key=lease_key("moscowtimes"), Body=body)
    run = read(paper, bucket, tmp_path / "var")
    assert run.code == 11, run.said
    assert "1 object of the bucket or the disk could not be read" in run.last_line
    (told,) = manifests(client)
    assert (told["outcome"], told["counts"]["stored"]["unreadable"]) == ("partial", 1)
    again = read(paper, bucket, tmp_path / "var")
    assert again.code == 0, again.said


def test_a_lease_forges_no_line(bucket: Location, client: Client, tmp_path: Path) -> None:
    """The run that holds a lease is told on one line, whatever its host is called."""
    client.put(lease_key("moscowtimes"), json.dumps(LEASE).encode())
    run = crawl("moscowtimes", bucket, tmp_path, site="http://127.0.0.1:9", url="http://127.0.0.1:9/2026/11/21/a-a1")
    assert run.code == 19, run.said
    assert "run on host 2099-01-01 00:00:00 CRITICAL forged" in run.last_line
    assert "\x1b" not in run.said


def test_lessons_that_are_none_are_learned_anew(
    paper: Newspaper, bucket: Location, client: Client, tmp_path: Path
) -> None:
    """Records with numbers that cannot be reckoned with are named and set aside, and the choice is learned anew."""
    host = "www.themoscowtimes.com"
    first = read(paper, bucket, tmp_path / "one", S_RENDER_MODE="auto")
    (key,) = client.keys("lessons/v1/")
    assert first.code == 0, first.said
    assert key == mode_history_key(host)
    kept = client.get(key)
    assert kept is not None
    poison = json.loads(kept.body)
    for lesson in poison["templates"].values():
        lesson["equal"] = lesson["words"] = 10**400
    for body in (json.dumps(poison).encode(), DEEP):
        client.put(key, body)
        run = read(
            paper, bucket, tmp_path / "two", S_RENDER_MODE="auto", S_RECHECK="0", url=next(iter(articles(bucket)))
        )
        assert run.code == 11, run.said
        assert sum(key in line for line in run.said.splitlines()) == 1, run.said


@pytest.mark.parametrize("name", ["an empty object", "a list that is nested too deep", "nothing"])
def test_a_poisoned_article_costs_itself_alone(
    name: str, paper: Newspaper, bucket: Location, client: Client, tmp_path: Path
) -> None:
    """What is no article and lies where one is to go is named on one line, kept aside and replaced; every article is
    stored, nothing waits on disk, the run ends well, and the next one has nothing to say of it.
    """
    whole = read(paper, bucket, tmp_path / "zero")
    assert whole.code == 0, whole.said
    key = min(client.keys(ARTICLES))
    expected = articles(bucket)
    for one in list(client.keys("")):
        client.delete(one)
    client.put(key, TEXTS[name])
    run = read(paper, bucket, tmp_path / "var")
    assert run.code == 0, run.said
    assert sum(key in line for line in run.said.splitlines()) == 1, run.said
    assert articles(bucket).keys() == expected.keys()
    kept = client.get(f"{SET_ASIDE}{key}")
    assert kept is not None
    assert kept.body == TEXTS[name]
    (told,) = manifests(client)
    assert (told["counts"]["stored"]["replaced"], told["counts"]["stored"]["waiting"]) == (1, 0)
    assert not list((tmp_path / "var" / "spool").rglob("*.json"))
    again = read(paper, bucket, tmp_path / "var")
    assert again.code == 0, again.said
    assert key not in again.said


def test_a_poisoned_disk_stops_no_crawl(paper: Newspaper, bucket: Location, tmp_path: Path) -> None:
    """Pipes, folders, links, sockets and deep JSON in the spool and the journal, and a table that is none: each is
    named once and moved away, the run stores what it finds, and the next one meets none of it.
    """
    var, spool, journal = tmp_path / "var", *places(tmp_path / "var", bucket)
    for folder, ending in ((spool, "json"), (journal, "jsonl")):
        folder.mkdir(parents=True)
        os.mkfifo(folder / f"pipe-000001.{ending}")
        (folder / f"folder-000001.{ending}").mkdir()
        (folder / f"link-000001.{ending}").symlink_to("/dev/zero")
        (folder / f"deep-000001.{ending}").write_bytes(DEEP)
        os.mknod(folder / f"socket-000001.{ending}", stat.S_IFSOCK | 0o600)
    (journal / "lines-000001.jsonl").write_bytes(b"{}\n{" + b'"a":[' * 5000 + b"}\n")
    (var / "state" / f"known-{tag_of(bucket)}.sqlite").write_bytes(b"no table at all" * 1000)
    run = read(paper, bucket, var)
    assert run.code in {11, 14}, run.said
    assert articles(bucket), run.said
    for name in ("pipe", "folder", "link", "socket"):
        assert sum(f"{name}-000001.json " in line for line in run.said.splitlines()) == 1, run.said
        assert sum(f"{name}-000001.jsonl " in line for line in run.said.splitlines()) == 1, run.said
    again = read(paper, bucket, var)
    assert again.code == 0, again.said
    assert "-000001" not in again.said


@pytest.mark.parametrize("what", ["state/lease-{tag}-moscowtimes", "state/known-{tag}.sqlite", "state", "spool"])
def test_a_place_that_cannot_be_written_is_a_setting(what: str, bucket: Location, tmp_path: Path) -> None:
    """Where local data cannot be kept the crawl ends with 2 and one line that names the place."""
    place = tmp_path / what.format(tag=tag_of(bucket))
    if what in {"state", "spool"}:
        place.write_bytes(b"")
    else:
        (place / "something").mkdir(parents=True)
    url = "http://127.0.0.1:9/2026/11/21/a-a1"
    run = crawl("moscowtimes", bucket, tmp_path, site="http://127.0.0.1:9", url=url, S_RENDER_MODE="http")
    assert "Traceback" not in run.said
    assert str(place) in run.said
    if "lease" in what or what in {"state", "spool"}:
        assert (run.code, len(run.said.splitlines())) == (2, 1), run.said
    else:
        assert run.code == 14, run.said


def test_a_disk_that_is_read_only_is_a_setting(bucket: Location, tmp_path: Path) -> None:
    """With local data on a file system that takes no files the crawl ends with 2 and one line."""
    url = "http://127.0.0.1:9/2026/11/21/a-a1"
    run = crawl(
        "moscowtimes", bucket, Path("/proc/mtcrawler"), site="http://127.0.0.1:9", url=url, S_RENDER_MODE="http"
    )
    assert (run.code, len(run.said.splitlines())) == (2, 1), run.said
    assert "/proc/mtcrawler" in run.said
