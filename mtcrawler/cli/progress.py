"""How far a command is, on stderr: a bar on a terminal, elsewhere a plain line now and then."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

FIRST: Final = 15.0
"""Seconds until the first plain line: what is quicker says nothing."""
EVERY: Final = 60.0
"""Seconds between two plain lines."""
SHOWN: Final = 0.5
"""Seconds until a bar appears."""


class Progress:
    """Tells how far a command is, for as long as it is used as a context: so many of `total` things, or so many so far.

    The bar is gone when the command is done; with `shown` false nothing is told. Safe for threads.
    """

    def __init__(self, things: str, total: int | None = None, *, shown: bool = True) -> None:
        self._things, self._total, self._done = things, total, 0
        self._guard = threading.Lock()
        self._begun = time.monotonic()
        self._next = self._begun + FIRST if shown else float("inf")
        self._terminal = shown and sys.stderr.isatty()
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._guard:
            self._terminal = False
            self._next = float("inf")
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def begin(self, things: str, total: int | None = None) -> None:
        """Go on with the next step, which counts other things from 0."""
        with self._guard:
            self._things, self._total, self._done = things, total, 0
            self._show()

    def advance(self, number: int = 1) -> None:
        """So many more are done."""
        with self._guard:
            self._done += number
            self._show()

    def update(self, done: int, total: int | None, things: str = "") -> None:
        """So many are done in all, of so many; they may be called otherwise from now on."""
        with self._guard:
            self._done, self._total, self._things = done, total, things or self._things
            self._show()

    def _show(self) -> None:
        now = time.monotonic()
        if self._terminal:
            if self._bar is None and now - self._begun >= SHOWN:
                self._start()
            if self._bar is not None and self._task is not None:
                self._bar.update(self._task, completed=self._done, total=self._total, description=self._told())
        elif now >= self._next:
            self._next = now + EVERY
            print(f"mtcrawler: {self._told()}, {now - self._begun:.0f} s", file=sys.stderr, flush=True)

    def _start(self) -> None:
        from rich.console import Console  # noqa: PLC0415 - what is quick, or has no terminal, does without
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        columns = (SpinnerColumn(), BarColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(self._told(), total=self._total)
        self._bar.start()

    def _told(self) -> str:
        done = f"{self._done:,}" if self._total is None else f"{self._done:,} of {self._total:,}"
        return f"{done} {self._things}" if self._done or self._total is not None else self._things
