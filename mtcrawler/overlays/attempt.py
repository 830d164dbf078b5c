"""The account of one overlay, from when it was first acted on until it is gone or stuck."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mtcrawler.model.article import Action, Outcome, Overlay

if TYPE_CHECKING:
    from mtcrawler.model.article import OverlayKind

DEAD = 0.2
"""Seconds after which an overlay that no press has moved is hidden."""


@dataclass
class Attempt:
    """One overlay being dismissed, from when it was first acted on.

    `bare` is a dimming whose box is still to come. `moved` says whether anything has ever moved when it was acted on,
    `missed` whether anything has not, `dead` that nothing listens in it.
    """

    kind: OverlayKind
    rule: str
    started: float
    names: str = ""
    roots: set[int] = field(default_factory=set)
    bare: bool = False
    moved: bool = False
    missed: bool = False
    dead: bool = False
    tried: set[tuple[int, str]] = field(default_factory=set)
    action: Action = "none"
    outcome: Outcome = "stuck"
    evidence: str | None = None
    ms: int = 0

    @property
    def habit(self) -> str:
        """The same for the same overlay closed the same way on another page."""
        return f"{self.kind} {self.names} {self.rule}"

    def ended(self, outcome: Outcome) -> Self:
        """The same, with how it ended, now."""
        self.outcome, self.ms = outcome, round((time.perf_counter() - self.started) * 1000)
        return self

    @property
    def worn(self) -> bool:
        """Whether nothing more is tried on it than to hide it: nothing in it answers."""
        late = time.perf_counter() - self.started > DEAD
        return self.dead or (self.missed and not self.moved and late)

    def account(self) -> Overlay:
        """The account of it, for the article."""
        went: Action = self.action if self.action != "none" else "closed"
        action: Action = went if self.outcome == "gone" else "none"
        return Overlay(
            kind=self.kind, rule=self.rule, action=action, outcome=self.outcome, ms=self.ms, evidence=self.evidence
        )
