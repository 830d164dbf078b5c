"""What a crawl needs of the machine: open files and processes, looked at before anything starts."""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from mtcrawler.model.errors import MachineError

FILES: Final = 512
"""Open files that a crawl may need: connections of its tabs count twice, as they pass through our proxy."""
ROOMY: Final = 4096
"""Open files that it takes where it may have them."""
TASKS: Final = {False: 64, True: 256}
"""Processes and threads that a crawl starts, without a browser and with one."""
LIMITED: Final = 20_000
"""A limit of tasks from which on nobody counts those that run."""
CGROUP: Final = Path("/sys/fs/cgroup")


def check_machine(*, browser: bool, sites: int = 1) -> None:
    """Raises MachineError where this process may not open or start enough; allows it what it may allow itself.

    `sites` is how many are crawled at once.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files, roomy = FILES * sites, max(ROOMY, FILES * sites)
    if 0 <= soft < roomy:
        most = roomy if hard < 0 else min(hard, roomy)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    crawl = "a crawl" if sites == 1 else f"crawling {sites} sites at once"
    if 0 <= soft < files:
        remedy = f"Run `ulimit -n {2 * files}` before it, or raise LimitNOFILE where it is started."
        raise _short(f"this process may have {soft} open files, and {crawl} needs {files}", remedy)
    left, wanted = tasks_left(), TASKS[browser] * sites
    if left is not None and left < wanted:
        remedy = "Run `ulimit -u unlimited` before it, or raise TasksMax (systemd) or --pids-limit (containers)."
        raise _short(f"{max(left, 0)} more processes or threads may be started, and {crawl} needs {wanted}", remedy)


def tasks_left(cgroup: Path = CGROUP) -> int | None:
    """How many more processes and threads may be started by this user and in this container; None without a limit."""
    found = []
    soft, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    if 0 <= soft < LIMITED and os.geteuid() != 0 and sys.platform.startswith("linux"):  # root has no such limit
        found.append(soft - _running(os.getuid()))
    with suppress(OSError, ValueError):  # no such limit, or another sort of system
        most = int((cgroup / "pids.max").read_text())
        found.append(most - int((cgroup / "pids.current").read_text()))
    return min(found, default=None)


def _running(user: int) -> int:
    """Processes and threads of a user."""
    number = 0
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.uids().real == user:
                number += process.num_threads()
    return number


def _short(happened: str, remedy: str) -> MachineError:
    return MachineError("preparing the crawl", happened, remedy)
