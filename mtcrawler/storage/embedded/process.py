"""A process that outlives us: started apart, found again by number and start time."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

# The shell goes at once and leaves the server to init: no zombie, and nothing of ours waits for it.
_APART = 'exec 3>&1 1>&- ; "$@" </dev/null >&2 3>&- & echo $! >&3'


LISTENING = "0A"
LOOPBACK = "0100007F"
"""127.0.0.1, as /proc/net/tcp has it."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process by its number and, where the system tells it, its start time: numbers are used again."""

    pid: int
    started: str | None

    @classmethod
    def of(cls, pid: int) -> Self:
        """The process that has this number now."""
        return cls(pid, _stat(pid)[2])

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # it is someone else's, so it is not the one we started
            return False
        state, threads, begun = _stat(self.pid)
        # The first thread may be done while others still hold the ports and files of all.
        return begun == self.started and (state != "Z" or threads > 1)

    def listens(self, port: int) -> bool:
        """Whether it is this process that answers at a TCP port of 127.0.0.1; so where the system has no /proc."""
        try:
            lines = Path("/proc/net/tcp").read_text(encoding="utf-8").splitlines()[1:]
        except FileNotFoundError:
            return True
        there = [fields for fields in map(str.split, lines) if fields[3] == LISTENING]
        wanted = {f"socket:[{fields[9]}]" for fields in there if fields[1] == f"{LOOPBACK}:{port:04X}"}
        return not wanted.isdisjoint(open_files(self.pid))

    def at_work_in(self, folder: Path) -> bool:
        """Whether its folder is this one; true where the system does not tell."""
        if not Path("/proc/self/cwd").exists():
            return True
        try:
            return Path(f"/proc/{self.pid}/cwd").samefile(folder)
        except FileNotFoundError:  # it is over, or its first thread is: `alive` tells
            return True
        except OSError:
            return False

    def send(self, sign: int) -> None:
        """Send it a signal; one that is gone is fine."""
        try:
            os.kill(self.pid, sign)
        except ProcessLookupError:
            return


def started(command: Sequence[str], *, folder: Path, environment: Mapping[str, str], log: int) -> Process:
    """Start a command in its own session with only this environment; what it prints goes to the open file `log`.

    What it creates is its owner's alone.
    """
    answer = subprocess.run(  # noqa: S603 - a fixed script; the command is ours and passed as arguments
        ["/bin/sh", "-c", _APART, "sh", *command],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        start_new_session=True,
        umask=0o077,
        check=True,
    )
    return Process.of(int(answer.stdout))


def open_files(pid: int) -> Iterator[str]:
    """What each open file of a process is, such as "socket:[4711]"; nothing where that cannot be told."""
    with suppress(OSError):
        for link in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                yield str(link.readlink())


def _stat(pid: int) -> tuple[str | None, int, str | None]:
    """State letter, number of threads and start time of a process; None, 0, None where the system has no /proc."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None, 0, None
    # The command's name, in parentheses, may hold spaces.
    fields = text.rpartition(")")[2].split()
    return fields[0], int(fields[17]), fields[19]


def true_within(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it becomes true in that time; asked twenty times a second."""
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
