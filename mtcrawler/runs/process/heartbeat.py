"""The heartbeat of a crawl, a file that is touched while its event loop turns; run as a module it checks one.

For a container's health check. A crawl that waits – for a slow site, for the bucket – has a heartbeat; a stuck one has
none. Where no crawl goes on, as between two of a schedule, all is well.
"""

from __future__ import annotations

import logging
import os
import re
import stat
import sys
import tempfile
import time
from contextvars import Context
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from mtcrawler.runs.process.supervisor import Heartbeat
from mtcrawler.security import private_files
from mtcrawler.security.untrusted import contents
from mtcrawler.storage.embedded.process import Process

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

EVERY = 1.0
NUMBER = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
MOST = 90.0
"""Seconds without a beat after which a crawl is stuck."""


def folder() -> Path:
    """Where the files lie, one for each process: on this machine, and gone with a container."""
    return Path(tempfile.gettempdir(), f"mtcrawler-heartbeat-{os.getuid()}")


class HeartbeatFile:
    """A Scrapy extension. The crawls of a process share one: it beats while any of them goes on."""

    _shared: ClassVar[HeartbeatFile | None] = None

    def __init__(self) -> None:
        from scrapy.utils.asyncio import create_looping_call  # noqa: PLC0415 - a health check does without Scrapy

        self._path = folder() / str(os.getpid())
        self._started = (Process.of(os.getpid()).started or "").encode()
        self._beats = create_looping_call(self._beat)
        self._hindered = False
        self._crawls = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HeartbeatFile:
        """Asked for by Scrapy; it begins with the first engine."""
        from scrapy import signals  # noqa: PLC0415 - as above

        shared = cls.shared()
        crawler.signals.connect(shared.start, signal=signals.engine_started)
        crawler.signals.connect(shared.stop, signal=signals.engine_stopped)
        return shared

    @classmethod
    def shared(cls) -> HeartbeatFile:
        """That of the process."""
        if cls._shared is None:
            cls._shared = cls()
        return cls._shared

    def start(self) -> None:
        """A crawl begins: begin to beat where none went on."""
        self._crawls += 1
        if self._beats.running:
            return
        if (heartbeat := Heartbeat.current) is not None:
            heartbeat.watch_loop(True)
        Context().run(self._beats.start, EVERY)  # it outlives the crawl that began it, and is no part of its log

    def stop(self) -> None:
        """A crawl has ended; no crawl, no heartbeat."""
        self._crawls -= 1
        if self._crawls > 0:
            return
        if (heartbeat := Heartbeat.current) is not None:
            heartbeat.watch_loop(False)
        if self._beats.running:
            self._beats.stop()
        self._path.unlink(missing_ok=True)

    def _beat(self) -> None:
        if (heartbeat := Heartbeat.current) is not None:
            heartbeat.loop_turned()
        if self._hindered:
            return
        try:
            place = private_files.folder(self._path.parent)
            if not _is_ours(place):
                raise PermissionError(f"{place} is another user's")
            private_files.put(self._path, self._started, durable=False)
        except OSError as err:  # the crawl goes on all the same
            self._hindered = True
            logger.warning(
                "The heartbeat file cannot be written (%s), so a health check will fail; remove what is in its place.",
                err,
            )


def stuck(most: float = MOST) -> list[str]:
    """The numbers of living processes whose crawl has not beaten for so many seconds."""
    now = time.time()
    if not _is_ours(folder()):
        return []
    return [path.name for path in folder().glob("[0-9]*") if _lives(path) and now - (_beat_at(path) or now) > most]


def _lives(path: Path) -> bool:
    """Whether the very process that wrote this file still runs: its number may be another's by now."""
    if not NUMBER.fullmatch(path.name):
        return False
    process = Process.of(int(path.name))
    try:
        started = contents(path, 100).decode("ascii")
    except (OSError, ValueError):
        return False
    return process.alive and started in {"", process.started}  # an earlier version wrote no time


def _is_ours(place: Path) -> bool:
    """Whether this is a folder of our own: others may write to where temporary files lie."""
    try:
        found = place.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()


def _beat_at(path: Path) -> float | None:
    """When it beat last, in seconds since 1970; None where its crawl has ended meanwhile."""
    try:
        return path.lstat().st_mtime
    except OSError:
        return None


def main() -> int:
    """Say which crawl is stuck; 1 if any is."""
    for number in (found := stuck()):
        print(f"the crawl with process number {number} has not moved for {MOST:g} s", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
