"""The pulse of a crawl, as a health check feels it; that a real crawl has one is tested where one is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mtcrawler.runs.process.heartbeat import MOST
from mtcrawler.storage.embedded.process import Process
from tests.fixtures.crawl import ROOT


def feel(tmp_path: Path, process: int, age: float, started: str | None = "") -> int:
    """What the health check ends with, when that process, started then, has last beaten so many seconds ago."""
    beat = tmp_path / f"mtcrawler-heartbeat-{os.getuid()}" / str(process)
    beat.parent.mkdir(exist_ok=True)
    beat.write_text(started or "")
    os.utime(beat, (time.time() - age,) * 2)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    return subprocess.run(
        [sys.executable, "-m", "mtcrawler.runs.process.heartbeat"], cwd=ROOT, env=environment, check=False
    ).returncode


@pytest.mark.parametrize(("age", "code"), [(1, 0), (MOST + 30, 1)])
def test_a_crawl_that_stands_still_is_not_well(age: float, code: int, tmp_path: Path) -> None:
    """A crawl that has beaten lately is well, one that has not for a minute and a half is not."""
    assert feel(tmp_path, os.getpid(), age) == code


def test_the_dead_are_not_ill(tmp_path: Path) -> None:
    """What a crawl that was killed left behind says nothing of the next."""
    with subprocess.Popen(["true"]) as process:
        process.wait()
    assert feel(tmp_path, process.pid, MOST + 30) == 0


def test_a_number_that_is_used_again_is_not_ill(tmp_path: Path) -> None:
    """What a crawl left behind says nothing of another process that has its number by now; of itself it does."""
    mine = Process.of(os.getpid())
    assert mine.started is not None
    assert feel(tmp_path, mine.pid, MOST + 30, mine.started) == 1
    assert feel(tmp_path, mine.pid, MOST + 30, str(int(mine.started) - 1)) == 0


@pytest.mark.parametrize("what", ["a pipe", "a link", "no text", "too long", "a folder"])
def test_a_beat_that_is_none_is_not_waited_for(what: str, tmp_path: Path) -> None:
    """Whatever lies where a pulse should, the health check ends at once and calls nobody ill."""
    beat = tmp_path / f"mtcrawler-heartbeat-{os.getuid()}" / str(os.getpid())
    beat.parent.mkdir()
    if what == "a pipe":
        os.mkfifo(beat)
    elif what == "a link":
        beat.symlink_to("/dev/zero")
    elif what == "a folder":
        beat.mkdir()
    else:
        beat.write_bytes(b"\xff" if what == "no text" else b"1" * 1000)
    if what != "a link":
        os.utime(beat, (time.time() - MOST - 30,) * 2)
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "mtcrawler.runs.process.heartbeat"]
    assert subprocess.run(command, cwd=ROOT, env=environment, check=False, timeout=60).returncode == 0
