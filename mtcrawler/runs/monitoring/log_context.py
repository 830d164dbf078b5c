"""Whose a line of the log is, where one process crawls several sites at once."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final, NamedTuple


class LogContext(NamedTuple):
    """The site of a line, and the spider and the run that crawl it."""

    site: str
    spider: str
    run_id: str


CRAWL: Final[ContextVar[LogContext | None]] = ContextVar("crawl", default=None)
"""Set by each visit for all that it does, in tasks and in threads; unset where one process crawls one site."""
