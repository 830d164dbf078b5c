"""Objects that could not be read and were left out: each named once, and counted."""

from __future__ import annotations

import logging
import threading

from mtcrawler.model.errors import ObjectUnreadable

logger = logging.getLogger(__name__)


class LeftOut:
    """Hears of every object that was left out; `len` is their number. Safe for threads.

    An object is named in the log the first time, as a warning, and never again.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._found: dict[str, ObjectUnreadable] = {}
        self._other: LeftOut | None = None

    def __call__(self, err: ObjectUnreadable) -> None:
        """Record one object; log it the first time."""
        if self._record(err):
            logger.warning("%s", err)

    def forward(self, other: LeftOut) -> None:
        """Have another record hold what this one holds, and whatever it is told from now on."""
        with self._guard:
            self._other = other
        for err in self.found:
            other._record(err)

    def _record(self, err: ObjectUnreadable) -> bool:
        """Record one object without a word; whether it is new."""
        with self._guard:
            new = err.key not in self._found
            self._found.setdefault(err.key, err)
            other = self._other
        return new if other is None else other._record(err) and new

    def __len__(self) -> int:
        return len(self._found)

    @property
    def found(self) -> list[ObjectUnreadable]:
        """What was left out, in the order it was met."""
        with self._guard:
            return list(self._found.values())
