"""What a worker of a fleet holds and has used, looked at from outside while it works."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import Final

import psutil

from benchmarks.measuring.meter import GONE, MIB

BROWSER: Final = ("chrom", "headless", "node")
"""What is in the names of processes that belong to a browser."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was there at a moment: visits so far, MiB of all processes (proportional set sizes), of the one that visits
    and of the browser; what the visiting one has open, and its threads; CPU seconds so far by `worker` (all but the
    browser), `browser`, `database` and `store`.
    """

    at: float
    visits: int
    whole: float
    visiting: float
    browser: float
    files: int
    threads: int
    cpu: dict[str, float]


class Cpu:
    """CPU seconds of trees of processes, those that have ended meanwhile included as far as they were seen."""

    def __init__(self) -> None:
        self._seen: dict[tuple[int, float], tuple[str, float]] = {}

    def note(self, name: str, process: psutil.Process) -> None:
        """What this process has used so far, under a name."""
        times = process.cpu_times()
        self._seen[process.pid, process.create_time()] = (name, times.user + times.system)

    @property
    def sums(self) -> dict[str, float]:
        """By name."""
        found: dict[str, float] = {}
        for name, seconds in self._seen.values():
            found[name] = found.get(name, 0.0) + seconds
        return found


def look(cpu: Cpu, worker: int, servers: dict[str, int], at: float, visits: int) -> Look:
    """One look at a worker, by the number of its first process, and at the servers beside it."""
    held = {"worker": 0.0, "browser": 0.0}
    visiting, files, threads = 0.0, 0, 0
    for process in _tree(worker):
        with suppress(*GONE):
            name = "browser" if any(part in process.name().lower() for part in BROWSER) else "worker"
            cpu.note(name, process)
            pss = process.memory_full_info().pss / MIB
            held[name] += pss
            if name == "worker" and pss > visiting:
                visiting, files, threads = pss, process.num_fds(), process.num_threads()
    for name, pid in servers.items():
        for process in _tree(pid):
            with suppress(*GONE):
                cpu.note(name, process)
    return Look(at, visits, sum(held.values()), visiting, held["browser"], files, threads, cpu.sums)


def _tree(pid: int) -> list[psutil.Process]:
    with suppress(*GONE):
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    return []


def rows(looks: list[Look], parts: int = 10) -> list[str]:
    """A line for each part of the visits: what a visit cost in it, and the median of what was held."""
    total, found = looks[-1].visits, []
    for part in range(parts):
        within = [one for one in looks if total * part / parts <= one.visits <= total * (part + 1) / parts]
        if len(within) < 2 or within[-1].visits == within[0].visits:
            continue
        first, last = within[0], within[-1]
        number = last.visits - first.visits
        spent = {name: 1000 * (last.cpu.get(name, 0) - first.cpu.get(name, 0)) / number for name in last.cpu}
        cost = " | ".join(f"{spent.get(name, 0):.1f}" for name in ("worker", "browser", "database", "store"))

        def middle(of: Callable[[Look], float], within: list[Look] = within) -> str:
            return f"{median(map(of, within)):.0f}"

        memory = f"{middle(lambda one: one.whole)} | {middle(lambda one: one.visiting)}"
        memory += f" | {middle(lambda one: one.browser)}"
        opened = f"{middle(lambda one: one.files)} | {middle(lambda one: one.threads)}"
        rate = number / (last.at - first.at)
        found.append(f"| {last.visits} | {rate:.1f} | {cost} | {memory} | {opened} |")
    return found
