"""How far the index is, for whoever waits for it: the page's strip and the terminal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock


@dataclass(frozen=True, slots=True)
class State:
    """What is being done: "" where nothing is. `done` of `total` (0 where nobody knows yet); `failure` is why the
    bucket could not be read the last time, `as_of` when the index last was all of it.
    """

    doing: str = ""
    done: int = 0
    total: int = 0
    failure: str = ""
    remedy: str = ""
    as_of: datetime | None = None

    @property
    def share(self) -> int:
        """How much of it is done, in percent."""
        return min(100, 100 * self.done // self.total) if self.total else 0


@dataclass(slots=True)
class Progress:
    """The present state; safe for threads."""

    _guard: Lock = field(default_factory=Lock)
    _state: State = State()

    @property
    def state(self) -> State:
        """What is known now."""
        with self._guard:
            return self._state

    def tell(self, doing: str, done: int = 0, total: int = 0) -> None:
        """Say what is being done."""
        with self._guard:
            self._state = State(doing, done, total, as_of=self._state.as_of)

    def rest(self, as_of: datetime) -> None:
        """Say that all is in the index, as it was then."""
        with self._guard:
            self._state = State(as_of=as_of)

    def fail(self, failure: str, remedy: str) -> None:
        """Say that the bucket could not be read."""
        with self._guard:
            self._state = State(failure=failure, remedy=remedy, as_of=self._state.as_of)
