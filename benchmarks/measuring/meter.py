"""One command and everything it starts, measured: seconds, CPU seconds and memory of the whole tree of processes.

`python -m benchmarks.measuring.meter REPORT SECONDS COMMAND…` runs the command, ends it after that time, and writes a
Reading as JSON. It is a process of its own because it must inherit every orphan: what nobody waits for is not accounted
to anyone.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

PERIOD = 0.5  # seconds between looks at the tree
MIB = 1 << 20
PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
GONE = (psutil.NoSuchProcess, psutil.ZombieProcess)


@dataclass(frozen=True)
class Reading:
    """What a command took; times are seconds of the monotonic clock, memory is in MiB.

    `cpu` is what the kernel accounted to every process that was waited for, by its parent or by the meter; `seen` what
    looking from time to time added up to, by program, so that it can be told whose it was. `memory` are moments and
    the sum of the proportional set sizes of the tree (what processes share counts once).
    """

    code: int | None  # None: it took too long
    begin: float
    end: float
    cpu: float
    seen: dict[str, float]
    memory: list[tuple[float, float]]
    processes: int
    left: int  # processes that outlived the command and had to be ended

    @property
    def peak(self) -> float:
        """The most memory at any look, in MiB."""
        return max((used for _, used in self.memory), default=0.0)


class Tree:
    """The processes below this one, as they were whenever somebody looked."""

    def __init__(self) -> None:
        self.memory: list[tuple[float, float]] = []
        self._cpu: dict[tuple[int, float], tuple[str, float]] = {}

    def look(self) -> None:
        """Takes one sample."""
        used = 0
        for process in psutil.Process().children(recursive=True):
            with suppress(*GONE):
                times = process.cpu_times()
                self._cpu[process.pid, process.create_time()] = (process.name(), times.user + times.system)
                used += _memory(process)
        self.memory.append((time.monotonic(), used / MIB))

    @property
    def processes(self) -> int:
        """How many different ones were seen."""
        return len(self._cpu)

    @property
    def seen(self) -> dict[str, float]:
        """CPU seconds by program, as far as they were seen."""
        sums: dict[str, float] = {}
        for name, seconds in self._cpu.values():
            sums[name] = sums.get(name, 0.0) + seconds
        return sums


def run(command: Sequence[str], seconds: float) -> Reading:
    """Runs it to its end, or ends it after so many seconds; nothing of it is left then."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    tree, ended, late = Tree(), threading.Event(), threading.Event()
    begin = time.monotonic()
    child = subprocess.Popen(command)

    def watch() -> None:
        while not ended.wait(PERIOD):
            tree.look()
            if time.monotonic() - begin > seconds:
                late.set()
                _end()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    status = _waited_for(child.pid)
    end = time.monotonic()
    ended.set()
    watcher.join()
    left = _end()
    with suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Reading(
        code=None if late.is_set() else os.waitstatus_to_exitcode(status),
        begin=begin,
        end=end,
        cpu=used.ru_utime + used.ru_stime,
        seen=tree.seen,
        memory=tree.memory,
        processes=tree.processes,
        left=left,
    )


def _waited_for(pid: int) -> int:
    """The status of this child; orphans that end meanwhile are waited for too."""
    while True:
        ended, status = os.waitpid(-1, 0)
        if ended == pid:
            return status


def _end() -> int:
    """Ends everything below this process; returns how much there was."""
    below = [process for process in psutil.Process().children(recursive=True) if process.is_running()]
    alive = 0
    for process in below:
        with suppress(*GONE):
            alive += process.status() != psutil.STATUS_ZOMBIE
            process.send_signal(signal.SIGKILL)
    return alive


def _memory(process: psutil.Process) -> int:
    """Proportional set size in bytes; of a process whose maps may not be read, its resident set."""
    try:
        return int(process.memory_full_info().pss)
    except psutil.AccessDenied:
        return int(process.memory_info().rss)


def main() -> int:
    """Run and report."""
    report, seconds, *command = sys.argv[1:]
    Path(report).write_text(json.dumps(asdict(run(command, float(seconds)))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
