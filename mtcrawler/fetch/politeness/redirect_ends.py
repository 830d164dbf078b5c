"""Where redirects of articles end that is no article: one login or front page answers for all that lead to it."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from mtcrawler.answers.judgement import Judgement

MOST: Final = 1_000
"""Ends that are known; each of those beyond is asked for as often as something leads to it."""
_TURN: Final = "turn_at_end"


class RedirectEnds:
    """The ends of one run, by address. Nothing of them is kept for the next run."""

    def __init__(self) -> None:
        self._judged: dict[str, Judgement] = {}
        self._turns: dict[str, asyncio.Lock] = {}

    async def ask(self, url: str, meta: dict[str, Any]) -> Judgement | None:
        """What is at this address in place of an article; None where it has to be asked for.

        Whoever asks holds the turn, in the request's `meta`, until `give_back`; others wait for what it learns.
        """
        if url not in self._turns and len(self._turns) >= MOST:
            return None
        turn = self._turns.setdefault(url, asyncio.Lock())
        await turn.acquire()
        if known := self._judged.get(url):
            turn.release()
            return known
        meta[_TURN] = turn
        return None

    def learn(self, url: str, judgement: Judgement) -> None:
        """What the page at this address is, which came whole; kept where it was asked for in turn."""
        if url in self._turns:
            self._judged[url] = judgement


def give_back(meta: dict[str, Any]) -> None:
    """The answer was judged, or none came: the next one in turn goes on. Nothing where the request held no turn."""
    turn: asyncio.Lock | None = meta.pop(_TURN, None)
    if turn is not None:
        turn.release()
