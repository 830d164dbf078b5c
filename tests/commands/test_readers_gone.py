"""Laws of processes whose stdout or stderr nobody reads any more: they end as they would have ended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mtcrawler.session.session import Session
from mtcrawler.storage.layout import manifest_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import ROOT, command, crawl, environment
from tests.fixtures.store import make_article
from tests.newspaper import Newspaper

NOBODY = {"site": "http://127.0.0.1:9", "url": "http://127.0.0.1:9/2026/11/21/a-a1", "S_RENDER_MODE": "http"}


def ended(line: list[str], bucket: Location, var: Path, *, reads: int, closed: str = "both") -> tuple[int, str]:
    """The exit code of a command of which only so many lines are read, then its pipe is closed; and what the other
    stream said, where only one of them is.
    """
    merged = closed == "both"
    with subprocess.Popen(
        line,
        cwd=ROOT,
        env={**environment(bucket, var), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT if merged else subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        shut, other = (process.stdout, process.stderr) if closed != "stderr" else (process.stderr, process.stdout)
        assert shut is not None
        for _ in range(reads):
            assert shut.readline()
        shut.close()
        said = "" if merged or other is None else other.read()
        return process.wait(timeout=120), said


@pytest.mark.slow
@pytest.mark.parametrize("json_lines", ["0", "1"])
@pytest.mark.parametrize("reads", [0, 1])
def test_a_crawl_outlives_its_reader(reads: int, json_lines: str, bucket: Location, tmp_path: Path) -> None:
    """A crawl whose lines nobody reads any more stores everything, writes its manifest and ends with 0."""
    with Newspaper("en", modal="none") as paper:
        given = {"site": paper.origin, "since": "2026-11-22", "sources": "rss", "S_RENDER_MODE": "http"}
        line = command("moscowtimes", S_LOG_JSON=json_lines, **given)
        code, _ = ended(line, bucket, tmp_path, reads=reads)
    assert code == 0
    with Bucket(bucket) as reader:
        assert [(one["outcome"], one["counts"]["articles"] > 0) for one in reader.manifests()] == [("done", True)]


@pytest.mark.parametrize(
    ("given", "code"),
    [(NOBODY, 13), ({"site": "nowhere"}, 2), ({**NOBODY, "S_PARTIAL_ABOVE": "x"}, 2)],
    ids=["unreachable", "argument", "setting"],
)
def test_a_crawl_that_nobody_reads_ends_with_its_own_code(
    given: dict[str, str], code: int, bucket: Location, tmp_path: Path
) -> None:
    """What went wrong is told by the exit code, though its line reaches nobody."""
    assert ended(command("moscowtimes", **given), bucket, tmp_path, reads=0)[0] == code


@pytest.mark.parametrize(
    ("arguments", "closed", "code"),
    [
        (["articles"], "stdout", 0),
        (["show", make_article(1).id], "stdout", 0),
        (["changes"], "stdout", 0),
        (["runs"], "both", 3),  # it has no line to be read
        (["runs"], "stderr", 3),
        (["verify"], "stdout", 3),
        (["verify"], "both", 3),
        (["report", "--output", "-"], "both", 3),
        (["export", "{folder}/none.jsonl", "--format", "jsonl", "--date", "1999-01-01"], "stdout", 0),
        (["store", "status"], "both", 3),
        (["show", "nothing"], "stderr", 2),
        (["nothing"], "stderr", 2),
        (["--help"], "both", 0),
    ],
    ids=str,
)
def test_a_command_that_nobody_reads_ends_with_its_own_code(
    arguments: list[str],
    closed: str,
    code: int,
    new_session: Callable[..., Session],
    bucket: Location,
    client: Client,
    tmp_path: Path,
) -> None:
    """A command that does its work ends with that work's code; one that only lists ends with 0 where nobody reads on.
    Neither has a traceback.
    """
    session = new_session()
    for number in range(1, 4):
        session.writer.save(make_article(number))
    session.close()
    client.put(manifest_key("2026-11-22", "run-2"), b"{}")
    given = [each.format(folder=tmp_path) for each in arguments]
    line = [sys.executable, "-m", "mtcrawler.cli", "--var", str(tmp_path), *given]
    found, said = ended(line, bucket, tmp_path, reads=0, closed=closed)
    assert found == code, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ["schema"],
        ["verify"],
        ["articles"],
        ["show", "{id}"],
        ["revisions", "{id}"],
        ["changes"],
        ["export", "-", "--format", "jsonl"],
        ["settings"],
        ["sites", "list"],
        ["--help"],
        ["articles", "--help"],
    ],
    ids=" ".join,
)
def test_output_that_cannot_be_written_is_told(
    arguments: list[str], new_session: Callable[..., Session], bucket: Location, tmp_path: Path
) -> None:
    """A full disk under stdout is one line on stderr and the disk's code: nobody takes half of the output for all."""
    session = new_session()
    session.writer.save(make_article(1))
    session.close()
    arguments = [each.format(id=make_article(1).id) for each in arguments]
    line = [sys.executable, "-m", "mtcrawler.cli", *arguments]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            line,
            cwd=ROOT,
            env={**environment(bucket, tmp_path), "PYTHONPATH": str(ROOT)},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=120,
        )
    assert (done.returncode, len(done.stderr.splitlines())) == (14, 1), done.stderr
    assert "No space left on device" in done.stderr


@pytest.mark.parametrize(("command", "streams"), [("articles", ">&- 2>&-"), ("changes", "2>/dev/full")])
def test_streams_that_were_never_there_change_no_code(
    command: str, streams: str, bucket: Location, tmp_path: Path
) -> None:
    """A command that is started with a closed stdout, or a full disk under stderr, does its work and ends with 0."""
    line = f"exec {sys.executable} -m mtcrawler.cli {command} {streams}"
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=ROOT, env=environment(bucket, tmp_path), capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
def test_a_log_that_cannot_be_written_stops_no_crawl(bucket: Location, tmp_path: Path) -> None:
    """A crawl whose log file lies on a full disk says so once, without a traceback, and ends as it would have."""
    run = crawl("moscowtimes", bucket, tmp_path, S_LOG_FILE="/dev/full", **NOBODY)
    assert run.code == 13, run.said
    assert run.said.count("The log /dev/full cannot be written") == 1
    assert "Traceback" not in run.said
