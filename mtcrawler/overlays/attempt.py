"""The account of one overlay, from when it was first acted on until it is gone or stuck."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from mtcrawler.model.article import Action, Outcome, Overlay

if TYPE_CHECKING:
    from mtcrawler.model.article import OverlayKind


@dataclass
class Attempt:
    """One overlay being dismissed, from when it was first acted on.

    `bare` is a dimming whose box is still to come. `moved` says whether anything has ever moved when it was acted on,
    `dead` that nothing in it answers: nothing more is tried on it than to hide it. `asked` is the last press: on
    which layer, what to call it and what it counts as.
    """

    kind: OverlayKind
    rule: str
    started: float
    names: str = ""
    roots: set[int] = field(default_factory=set)
    bare: bool = False
    moved: bool = False
    dead: bool = False
    tried: set[tuple[int, str]] = field(default_factory=set)
    action: Action = "none"
    outcome: Outcome = "stuck"
    asked: tuple[int, str, Action] | None = None
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

    def hide(self, root: int, *, alone: bool) -> None:
        """Take note that a layer is about to be hidden: its box, or the dimming behind it alone."""
        if self.asked and self.asked[0] != root and not alone:
            self.asked = None  # what was pressed was another one

    def credit(self, went: Collection[int]) -> None:
        """A layer that has gone by itself after it was hidden (`went`) was closed by its press, only late."""
        if self.action == "hidden" and self.asked and self.asked[0] in went:
            _, self.rule, self.action = self.asked

    def account(self) -> Overlay:
        """The account of it, for the article."""
        went: Action = self.action if self.action != "none" else "closed"
        action: Action = went if self.outcome == "gone" else "none"
        return Overlay(
            kind=self.kind, rule=self.rule, action=action, outcome=self.outcome, ms=self.ms, evidence=self.evidence
        )
