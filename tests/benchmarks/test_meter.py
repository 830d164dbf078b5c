"""The meter: it accounts for every process that a command starts, also for those that nobody waits for."""

from __future__ import annotations

import sys
from pathlib import Path

import psutil
import pytest

from benchmarks.measuring.harness import read
from benchmarks.measuring.meter import Reading
from tests.fixtures.crawl import ROOT

BUSY = "import time\nwhile time.process_time() < {}: pass\n"
HOLD = "import time\nheld = bytearray({} << 20)\ntime.sleep({})\n"


def reading(folder: Path, program: str, *, seconds: float = 60) -> Reading:
    return read([sys.executable, "-c", program], {"PYTHONPATH": str(ROOT)}, folder, seconds)


def test_cpu_of_all_descendants_counts(tmp_path: Path) -> None:
    """The command's own CPU seconds, its child's, and those of a grandchild that it leaves to itself."""
    done = tmp_path / "done"
    busy = f"{BUSY.format(0.6)}import pathlib\npathlib.Path({str(done)!r}).touch()"
    orphan = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {busy!r}])"
    program = (
        "import pathlib, subprocess, sys, time\n"
        f"subprocess.run([sys.executable, '-c', {orphan!r}])\n"
        f"subprocess.run([sys.executable, '-c', {BUSY.format(0.6)!r}])\n"
        f"{BUSY.format(0.6)}"
        f"while not pathlib.Path({str(done)!r}).exists(): time.sleep(0.01)\n"
    )
    taken = reading(tmp_path, program)
    assert taken.code == 0
    assert 1.8 <= taken.cpu < 4
    assert taken.processes >= 3


def test_memory_of_the_tree_adds_up(tmp_path: Path) -> None:
    """Two processes that hold fifty MiB each hold a hundred together."""
    child = HOLD.format(50, 2.5)
    program = f"import subprocess, sys\nrun = subprocess.Popen([sys.executable, '-c', {child!r}])\n{child}run.wait()"
    assert 100 <= reading(tmp_path, program).peak < 200


def test_what_takes_too_long_is_ended(tmp_path: Path) -> None:
    """A command that hangs is given up with all it started, and has no exit code."""
    mark = str(tmp_path)
    child = f"import time\nname = {mark!r}\ntime.sleep(600)"
    program = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    taken = reading(tmp_path, program, seconds=1.5)
    assert taken.code is None
    assert taken.end - taken.begin < 30
    assert not [one for one in psutil.process_iter() if _names(one, mark)]


def test_what_outlives_its_command_is_ended(tmp_path: Path) -> None:
    """Nothing that a command leaves behind disturbs the next one, and it is told how much there was."""
    left = f"import time\nname = {str(tmp_path)!r}\ntime.sleep(600)"
    program = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {left!r}], start_new_session=True)"
    assert reading(tmp_path, program).left == 1
    assert not [one for one in psutil.process_iter() if _names(one, str(tmp_path))]


@pytest.mark.parametrize("status", [0, 3])
def test_exit_code_is_the_commands(tmp_path: Path, status: int) -> None:
    """How a command ended is told as it is."""
    assert reading(tmp_path, f"raise SystemExit({status})").code == status


def _names(process: psutil.Process, text: str) -> bool:
    try:
        return f"name = {text!r}" in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
