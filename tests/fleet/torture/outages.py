"""Worker processes and a database that are killed, and come back."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from typing import Any, Final

import psutil

from mtcrawler.fleet.database.server import EmbeddedDatabase
from tests.fleet.stand_in import asked

AWAY: Final = (1.0, 6.0)
"""Seconds that a database is away, at least and at most."""
ENDING: Final = 60.0
"""Seconds that workers may take to end in good order."""


class WorkerProcesses:
    """So many processes at work; one that ends is replaced. `dead` is when each ended, by its number."""

    def __init__(self, make: Callable[[], Any], number: int, chance: random.Random) -> None:
        self._make, self._number, self._chance = make, number, chance
        self._running: dict[int, Any] = {}
        self.dead: dict[int, float] = {}

    def keep(self) -> None:
        """Start what is missing."""
        for pid, process in list(self._running.items()):
            if not process.is_alive():
                self._over(pid)
        while len(self._running) < self._number:
            process = self._make()
            process.start()
            self._running[process.pid] = process

    def kill(self) -> None:
        """End one with -9, of as many as there should be."""
        self.keep()
        pid = self._chance.choice(list(self._running))
        self._running[pid].kill()
        self._over(pid)

    def cpu(self) -> float:
        """CPU seconds that those at work have taken so far."""
        return sum(cpu_of(pid) for pid in self._running)

    def stop(self) -> int:
        """Have all end in good order; returns how many did not end with 0 in time, which are killed."""
        for process in self._running.values():
            process.terminate()
        deadline, wrong = time.monotonic() + ENDING, 0
        for pid, process in list(self._running.items()):
            process.join(max(deadline - time.monotonic(), 0.1))
            wrong += process.exitcode != 0
            process.kill()
            self._over(pid)
        return wrong

    def _over(self, pid: int) -> None:
        self._running.pop(pid).join()
        self.dead[pid] = time.time()


def cpu_of(pid: int) -> float:
    """CPU seconds of a process and all that it started."""
    try:
        root = psutil.Process(pid)
        gone = root.cpu_times().children_user + root.cpu_times().children_system
        times = [each.cpu_times() for each in (root, *root.children(recursive=True))]
        return gone + sum(each.user + each.system for each in times)
    except psutil.Error:
        return 0.0


def killed(database: EmbeddedDatabase, chance: random.Random) -> None:
    """Kill the server with -9, and start it again after a while."""
    os.kill(database.status().pid or 0, signal.SIGKILL)
    time.sleep(chance.uniform(*AWAY))
    database.up()


def dropped(dsn: str) -> None:
    """Drop the database and all that it holds; an empty one takes its place."""
    server, _, name = dsn.rpartition("/")
    asked(f"{server}/postgres", f"DROP DATABASE {name} WITH (FORCE)")
    asked(f"{server}/postgres", f"CREATE DATABASE {name}")
