"""How long kept pages stay: noted in the bucket, so that whoever compacts or verifies it knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mtcrawler.model import clock
from mtcrawler.model.errors import ObjectUnreadable
from mtcrawler.storage.layout import PAGES
from mtcrawler.storage.notes import keep
from mtcrawler.storage.pages.keys import LIFETIME_KEY, pages_folder, read_pages_key
from mtcrawler.storage.parallel import side_by_side
from mtcrawler.storage.port import ObjectStore

THREADS: Final = 8
MOST: Final = 4096
"""Bytes of the note that are read."""


class Lifetime(BaseModel):
    """For how many `days` pages are kept (None: for ever); those of days before `gone_before` were deleted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    days: int | None = Field(default=None, ge=1, le=36_500)
    gone_before: date | None = None

    def is_over(self, day: str) -> bool:
        """Whether pages of this day (YYYY-MM-DD) need not be there any more."""
        begun = date.fromisoformat(day)
        over = self.days is not None and begun < last_day_over(self.days)
        return over or (self.gone_before is not None and begun < self.gone_before)


@dataclass(frozen=True, slots=True)
class Expired:
    """Segments of kept pages that were deleted, or would be, and those that stay."""

    deleted: int = 0
    kept: int = 0


def lifetime(store: ObjectStore) -> Lifetime:
    """What the bucket says; nothing where it says nothing that can be read (`left_out` is told). Raises StoreError."""
    try:
        found = store.get(LIFETIME_KEY)
        return Lifetime.model_validate_json(found.body[:MOST]) if found else Lifetime()
    except ValidationError:
        store.left_out(ObjectUnreadable(LIFETIME_KEY, "it does not say how long pages are kept"))
    except ObjectUnreadable as err:
        store.left_out(err)
    return Lifetime()


def note_days(store: ObjectStore, days: int | None) -> None:
    """Note for how long pages are kept from now on. Raises StoreError."""
    if lifetime(store).days != days:
        _note(store, days=days)


def expire(store: ObjectStore, days: int | None = None, *, dry_run: bool = False) -> Expired:
    """Delete segments of kept pages that are older than so many days, by default those that the bucket says.

    It is noted before it is done, so that nobody takes the pages for lost. Raises StoreError.
    """
    days = lifetime(store).days if days is None else days
    before = last_day_over(days) if days is not None else date.min
    listed = list(_segments(store))
    over = [key for key, day in listed if day < before]
    if over and not dry_run:
        _note(store, gone_before=before)
        for _ in side_by_side(store.delete, over, threads=THREADS):
            pass
    return Expired(len(over), len(listed) - len(over))


def last_day_over(days: int) -> date:
    """The first day whose pages are still kept; those of the days before are not."""
    return clock.now().date() - timedelta(days=days)


def _segments(store: ObjectStore) -> Iterator[tuple[str, date]]:
    for name in store.folders(PAGES):
        for key in store.keys(pages_folder(name.removeprefix("date="))):
            if parts := read_pages_key(key):
                yield key, date.fromisoformat(parts.day)


def _note(store: ObjectStore, *, days: int | None = None, gone_before: date | None = None) -> None:
    """Note the days, or before which day pages are gone."""

    def after(body: bytes | None) -> bytes:
        try:
            known = Lifetime.model_validate_json(body[:MOST]) if body else Lifetime()
        except ValidationError:
            known = Lifetime()
        if gone_before is None:
            known = known.model_copy(update={"days": days})
        else:
            known = known.model_copy(update={"gone_before": max(known.gone_before or gone_before, gone_before)})
        return known.model_dump_json().encode() + b"\n"

    keep(store, LIFETIME_KEY, after)
