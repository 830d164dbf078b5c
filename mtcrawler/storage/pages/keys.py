"""Where kept pages lie, and how an article names its own (`provenance.snapshot`)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from mtcrawler.model.errors import StoreError
from mtcrawler.storage.layout import PAGES, is_run_id

LIFETIME_KEY: Final = f"{PAGES}lifetime.json"
"""For how many days pages are kept."""

_PAGES_KEY: Final = re.compile(r"pages/v1/date=(\d{4}-\d{2}-\d{2})/([^/]{1,100})-(\d{6,12})\.warc\.gz", re.ASCII)
_SNAPSHOT: Final = re.compile(r"([^#]{1,200})#(\d{1,12})", re.ASCII)


class PagesKey(NamedTuple):
    """The parts of a segment's key: the day it was begun (YYYY-MM-DD, in UTC), the run, and its number."""

    day: str
    run_id: str
    number: int


class Snapshot(NamedTuple):
    """Where a page is kept: the key of a segment, and the byte at which the page's first record begins there."""

    key: str
    offset: int

    def __str__(self) -> str:
        """As `provenance.snapshot` has it."""
        return f"{self.key}#{self.offset}"


def pages_key(day: str, run_id: str, number: int) -> str:
    """`pages/v1/date=…/<run_id>-<number>.warc.gz`, one segment of kept pages; numbers count from 1."""
    key = f"{pages_folder(day)}{run_id}-{number:06d}.warc.gz"
    if read_pages_key(key) is None:
        raise StoreError(
            "naming kept pages", f"{run_id!r} is no run id", "Use letters, digits, dashes and underscores."
        )
    return key


def pages_folder(day: str) -> str:
    """`pages/v1/date=…/`, under which the segments that were begun that day lie."""
    return f"{PAGES}date={day}/"


def read_pages_key(key: str) -> PagesKey | None:
    """The parts of the key of a segment of kept pages, or None where it is another's."""
    found = _PAGES_KEY.fullmatch(key)
    if found is None or not is_run_id(found[2]) or not _is_day(found[1]):
        return None
    return PagesKey(found[1], found[2], int(found[3]))


def read_snapshot(text: str | None) -> Snapshot | None:
    """What an article says of its kept page; None where it says nothing, or nothing that can be a place."""
    found = _SNAPSHOT.fullmatch(text or "")
    if found is None or read_pages_key(found[1]) is None:
        return None
    return Snapshot(found[1], int(found[2]))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
