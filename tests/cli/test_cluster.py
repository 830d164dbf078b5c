"""`mtcrawler cluster` and `mtcrawler show --cluster`, against a real store."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mtcrawler.api import Bucket
from mtcrawler.cli import main
from mtcrawler.clusters.running import NAME
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from mtcrawler.storage.write.lease import Lease
from tests.cli.test_cli import on_a_terminal
from tests.clusters.press import clusters, edited, grouped, printed, tell, words
from tests.fixtures.waiting import until

AGENCY = words("agency")
VERSIONS = [printed(f"paper{n}.example", edited(AGENCY, n), hours=3 - n) for n in range(3)]
OWN = printed("paper0.example", words("own"), name="own")


@pytest.fixture
def environment(client: Client, bucket: Location, tmp_path: Path) -> dict[str, str]:
    """The variables that name a bucket with agency copy on three sites, and a folder of our own."""
    tell(client, 1, *VERSIONS, OWN)
    return {
        "S3_ENDPOINT_URL": bucket.endpoint_url or "",
        "S3_BUCKET": bucket.bucket,
        "AWS_ACCESS_KEY_ID": bucket.access_key or "",
        "AWS_SECRET_ACCESS_KEY": bucket.secret_key or "",
        "MTCRAWLER_VAR": str(tmp_path),
    }


@pytest.mark.slow
def test_clusters_are_made_and_shown(
    environment: dict[str, str], bucket: Location, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipe gets JSON, a terminal words and a table; an article tells its cluster by id, by address and in Python."""
    assert main(["cluster"], environment) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["compared"], told["clusters_written"], told["unreadable"]) == (4, 1, 0)
    assert "0 articles compared; 0 clusters written" in on_a_terminal(["cluster", "--window", "7"], environment)
    assert main(["show", VERSIONS[1].id, "--cluster"], environment) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in shown["members"]] == [one.id for one in reversed(VERSIONS)]
    assert "signature" not in shown["members"][0]
    table = on_a_terminal(["show", VERSIONS[0].canonical_url, "--cluster"], environment)
    assert table.count("paper") == 6
    assert "100%" in table
    assert main(["show", OWN.id, "--cluster"], environment) == 0
    assert capsys.readouterr().out == "null\n"
    with Bucket(bucket) as reader:
        found = reader.cluster(VERSIONS[0])
        assert found is not None
        assert found == reader.cluster(VERSIONS[2].canonical_url)
        assert (found.sites, reader.cluster(OWN.id)) == (["paper0.example", "paper1.example", "paper2.example"], None)


def test_a_torn_object_ends_with_incomplete(
    environment: dict[str, str], client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    """A segment that cannot be read is named on stderr, and the command says that something is missing."""
    client.put("changes/v1/date=2026-11-20/torn-000001.jsonl.gz", b"torn")
    assert main(["cluster"], environment) == 3
    assert json.loads(capsys.readouterr().out)["unreadable"] == 1
    assert len(clusters(client)) == 1


@pytest.mark.parametrize("arguments", [["--window", "0"], ["--window", "x"], ["--follow", "0"], ["--follow", "nan"]])
def test_wrong_arguments_are_refused(arguments: list[str], environment: dict[str, str]) -> None:
    """A window or a pause that makes no sense ends with 2, before anything is read."""
    try:
        code = main(["cluster", *arguments], environment)
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code == 2


def test_a_second_one_gives_way(environment: dict[str, str], client: Client, tmp_path: Path) -> None:
    """While another process, on whichever machine, makes clusters, the command ends with 19 and writes nothing."""
    with Lease(client, NAME, "another", tmp_path / "elsewhere"):
        assert main(["cluster"], environment) == 19
    assert clusters(client) == {}
    assert main(["cluster"], environment) == 0
    assert len(clusters(client)) == 1


@pytest.mark.slow
def test_one_that_follows_is_killed_and_the_next_goes_on(environment: dict[str, str], client: Client) -> None:
    """It deals with what comes while it runs, and after it was killed with -9 the next begins at once and loses
    nothing; SIGTERM ends it with 16.
    """
    command = [sys.executable, "-m", "mtcrawler.cli", "cluster", "--follow", "1"]

    def following() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)

    with following() as first:
        until(lambda: len(clusters(client)) == 1, seconds=60)
        first.kill()
    tell(client, 2, printed("paper3.example", edited(AGENCY, 3), hours=0))
    with following() as second:
        until(lambda: [len(one) for one in grouped(client).values()] == [4], seconds=60)
        tell(client, 3, *(printed(f"paper{n}.example", words("late"), name="late") for n in (5, 6)))
        until(lambda: len(clusters(client)) == 2, seconds=60)
        second.send_signal(signal.SIGTERM)
        assert second.wait(30) == 16
