"""Copies of a site's robots.txt files, kept in the bucket: they serve for a day while the files cannot be fetched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from pydantic import AwareDatetime, ValidationError

from mtcrawler.model import clock
from mtcrawler.model.article import Model
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.model.limits import ROBOTS_BYTES
from mtcrawler.storage.feed.segments import fault
from mtcrawler.storage.layout import robots_key
from mtcrawler.storage.notes import keep, recall
from mtcrawler.storage.port import ObjectStore
from mtcrawler.storage.set_aside import leave_out

SERVES: Final = timedelta(days=1)
"""How long a copy may serve (RFC 9309, section 2.4)."""
RENEWED: Final = timedelta(hours=1)
"""Age at which a copy is written anew although the file is the same."""
MOST: Final = 20
"""Files that are kept for one site."""


class Copy(Model):
    """A file as it was read at this moment, as far as it counts."""

    at: AwareDatetime
    text: str

    @classmethod
    def of(cls, body: bytes) -> Copy:
        """A copy of what was just read, of which a byte stands for a character."""
        return cls(at=clock.now(), text=body[: ROBOTS_BYTES + 1].decode("latin-1"))

    @property
    def body(self) -> bytes:
        """The file's bytes."""
        return self.text.encode("latin-1", "replace")

    def serves(self, now: datetime) -> bool:
        """Whether it is at most a day old; the clock of the machine that read it may be an hour ahead of ours."""
        return timedelta(0) <= now - self.at + RENEWED <= SERVES + RENEWED


class Copies(Model):
    """The files of one site, by the origin of each."""

    files: dict[str, Copy] = {}


def copies_of(store: ObjectStore, site: str) -> dict[str, Copy]:
    """The copies that are kept for this site; one that cannot be read is none. Raises StoreError."""
    stored = recall(store, robots_key(site))
    try:
        return Copies.model_validate_json(stored.body).files if stored else {}
    except ValidationError as err:
        etag = stored.etag if stored else None
        leave_out(store, ObjectUnreadable(robots_key(site), fault(err), "It is written anew.", etag))
        return {}


def keep_copies(store: ObjectStore, site: str, read: Mapping[str, Copy]) -> None:
    """Keep what this run has read, where that is news or the copy grows old; raises StoreError."""
    kept = copies_of(store, site) if read else {}
    if any(_is_news(copy, kept.get(origin)) for origin, copy in read.items()):
        keep(store, robots_key(site), lambda body: _added(body, read))


def _is_news(copy: Copy, kept: Copy | None) -> bool:
    return kept is None or copy.text != kept.text or copy.at - kept.at > RENEWED


def _added(body: bytes | None, read: Mapping[str, Copy]) -> bytes:
    try:
        kept = Copies.model_validate_json(body).files if body else {}
    except ValidationError:  # written since it was found to be readable; it is of no use to anybody
        kept = {}
    newest = sorted({**kept, **read}.items(), key=lambda one: one[1].at, reverse=True)[:MOST]
    return Copies(files=dict(newest)).model_dump_json().encode() + b"\n"
