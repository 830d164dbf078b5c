"""Publishers whose pages hold the interpreter: by a pattern that never ends, or by a loop of Python's own."""

from __future__ import annotations

import re

from spiders.moscowtimes import MoscowTimes, MoscowTimesPage

ENDLESS = re.compile(r"(a+)+b")


class HeldByPattern(MoscowTimesPage):
    """Its headline takes longer than anybody lives; no other thread runs meanwhile."""

    @property
    def subtitle(self) -> str | None:
        """Never returns."""
        return str(ENDLESS.fullmatch("a" * 100))


class HeldByLoop(MoscowTimesPage):
    """Its headline never comes; other threads run, the event loop does not."""

    @property
    def subtitle(self) -> str | None:
        """Never returns."""
        while True:
            pass


class PatternSpider(MoscowTimes):
    """A site whose pages hold the interpreter in one pattern."""

    name = "pattern"
    page = HeldByPattern


class LoopSpider(MoscowTimes):
    """A site whose pages hold the event loop."""

    name = "loop"
    page = HeldByLoop
