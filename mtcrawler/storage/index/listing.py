"""From where on the segments in the bucket are listed: all of them once an hour, those of young runs in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

WHOLE: Final = timedelta(hours=1)
"""How long all segments need not be listed again: what runs that began long ago wrote meanwhile is seen then."""
YOUNG: Final = timedelta(hours=2)
"""How long after its beginning a run's segments are seen by the next visit, whoever makes it."""


@dataclass(frozen=True, slots=True)
class ListedFrom:
    """The moment from which on runs are looked for. The keys of segments sort by their day, then by their run's
    beginning; runs with a name of their own that begins with a letter sort after all others.
    """

    moment: datetime

    @classmethod
    def after(cls, whole: datetime | None, now: datetime) -> Self | None:
        """What is to be listed where all was listed at that moment; None for all."""
        if whole is None or not timedelta() <= now - whole < WHOLE:
            return None
        return cls((now - YOUNG).astimezone(UTC))

    def day(self, prefix: str) -> str:
        """What the keys of its day begin with."""
        return f"{prefix}date={self.moment:%Y-%m-%d}/"

    def key(self, prefix: str) -> str:
        """The key after which those of young runs come."""
        return f"{self.day(prefix)}{self.moment:%Y%m%dT%H%M%SZ}"
