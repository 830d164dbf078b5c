"""Signals that arrive while a crawl is still being prepared: one line and the exit code of a stopped run.

Python calls it first of all (deploy/mtcrawler-signals.pth, which set-up and the wheel put among its packages), and
where that file is missing the settings do. So it imports next to nothing; the supervisor takes over (supervisor.py).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Final

from mtcrawler.model.exit_codes import ExitCode

COMMANDS: Final = frozenset({"crawl", "worker"})
PROGRAMS: Final = ("scrapy", "scrapy/__main__.py", "mtcrawler")
HEARD: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def hear(arguments: Sequence[str]) -> None:
    """End this process in good order when it is signalled, where its command line is a crawl's or a worker's."""
    if not any(command in COMMANDS and program.endswith(PROGRAMS) for program, command in pairwise(arguments)):
        return
    for number in HEARD:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            with suppress(ValueError):  # not the main thread: a program that starts crawls has its own handlers
                signal.signal(number, _end)


def _end(number: int, frame: object) -> None:
    told = f"preparing the crawl: {signal.Signals(number).name} ended it before it had begun. Run it again.\n"
    with suppress(OSError):  # nobody reads it, or the disk is full
        os.write(2, told.encode())
    os._exit(ExitCode.STOPPED)
