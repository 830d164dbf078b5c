"""The pulse of a crawl, as a health check feels it; that a real crawl has one is tested where one is stopped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mtcrawler.runs.process.heartbeat import MOST
from tests.fixtures.crawl import ROOT


def feel(tmp_path: Path, process: int, age: float) -> int:
    """What the health check ends with, when that process has last beaten so many seconds ago."""
    beat = tmp_path / f"mtcrawler-pulse-{os.getuid()}" / str(process)
    beat.parent.mkdir(exist_ok=True)
    beat.touch()
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
