"""The account of one overlay, from when it was first acted on until it is gone or stuck."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mtcrawler.model.article import Action, Outcome, Overlay

if TYPE_CHECKING:
    from mtcrawler.model.article import OverlayKind


@dataclass
class Attempt:
    """One overlay being dismissed, from when it was first acted on; `bare` is a dimming whose box is still to come."""

    kind: OverlayKind
    rule: str
    started: float
    names: str = ""
    roots: set[int] = field(default_factory=set)
    bare: bool = False
    tried: set[tuple[int, str]] = field(default_factory=set)
    action: Action = "none"
    outcome: Outcome = "stuck"
    ms: int = 0

    @property
    def habit(self) -> str:
        """The same for the same overlay closed the same way on another page."""
        return f"{self.kind} {self.names} {self.rule}"

    def end(self, outcome: Outcome) -> None:
        """Say how it ended, now."""
        self.outcome, self.ms = outcome, round((time.perf_counter() - self.started) * 1000)

    def told(self) -> Overlay:
        """The account of it, for the article."""
        went: Action = self.action if self.action != "none" else "closed"
        action: Action = went if self.outcome == "gone" else "none"
        return Overlay(kind=self.kind, rule=self.rule, action=action, outcome=self.outcome, ms=self.ms)
