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

    def __call__(self, err: ObjectUnreadable) -> None:
        """Record one object; log it the first time."""
        with self._guard:
            first = err.key not in self._found
            self._found.setdefault(err.key, err)
        if first:
            logger.warning("%s", err)

    def __len__(self) -> int:
        return len(self._found)

    @property
    def found(self) -> list[ObjectUnreadable]:
        """What was left out, in the order it was met."""
        with self._guard:
            return list(self._found.values())
