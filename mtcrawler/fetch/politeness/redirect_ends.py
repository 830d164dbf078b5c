"""Where redirects of articles end that is no article: one login or error page answers for all that lead to it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Final

from mtcrawler.answers.judgement import Judgement

MOST: Final = 1_000
"""Ends that are known; each of those beyond is asked for as often as something leads to it."""


@dataclass(slots=True)
class _End:
    """`settled` is set once its first answer was judged, or gave nothing to judge: nobody waits for it any more."""

    settled: asyncio.Event = field(default_factory=asyncio.Event)
    judgement: Judgement | None = None


class RedirectEnds:
    """The ends of one run, by address. Nothing of them is kept for the next run."""

    def __init__(self) -> None:
        self._ends: dict[str, _End] = {}

    async def ask(self, url: str) -> Judgement | None:
        """What is at this address in place of an article; None where it has to be asked for.

        Whoever comes while the first one asks waits for what comes of it.
        """
        end = self._ends.get(url)
        if end is None:
            if len(self._ends) < MOST:
                self._ends[url] = _End()
            return None
        await end.settled.wait()
        return end.judgement

    def learn(self, url: str, judgement: Judgement) -> None:
        """What the page at this address is, which came whole; kept where it was asked for as an end."""
        if (end := self._ends.get(url)) is not None:
            end.judgement = judgement
            end.settled.set()

    def settle(self, url: str) -> None:
        """Have nobody wait for this address any more, whatever is known of it."""
        if (end := self._ends.get(url)) is not None:
            end.settled.set()
