"""What to try on an overlay, in the order a careful reader would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mtcrawler.model.article import Action
    from mtcrawler.overlays.observation.snapshot import Control, Layer
    from mtcrawler.overlays.observation.words import Said
    from mtcrawler.overlays.rule import OverlayRule, Step

_ALL = re.compile(r"\b(?:all|everything|alle[sm]?|tou[st]|toutes|вс[её]х?|tod[oa]s?|всі|tutt[oi]|wszystk\w+)\b", re.I)
How = Literal["autoconsent", "step", "press", "open", "key", "wait", "hide"]


@dataclass(frozen=True)
class PlannedAction:
    """One thing to try on a layer; `action` is what it counts as if it works.

    `control` is what to press or open, `key` the key, `step` the step of a rule.
    """

    how: How
    action: Action
    why: str
    control: Control | None = None
    key: str | None = None
    step: Step | None = None

    @property
    def marks(self) -> frozenset[str]:
        """What tells this move from others across looks: a page may rename a button, or make it anew."""
        if not self.control:
            return frozenset({f"{self.how}:{self.key or self.step or ''}"})
        control = self.control
        return frozenset({f"{control.path}:{control.id}", f"{control.path}:{control.label}:{control.names}"})


BACKDROP = (PlannedAction("wait", "closed", "backdrop"), PlannedAction("hide", "hidden", "backdrop"))
"""A dimming goes with its box, or is hidden after it."""


def moves_for(
    layer: Layer, said: Said, rule: OverlayRule | None, *, consent: bool, escape: bool, hide: bool
) -> tuple[PlannedAction, ...]:
    """The moves for a layer; `escape` and `hide` say whether the last resorts are open to it."""
    moves = [*_of_rule(rule, consent=consent), *(_consent(layer, said) if consent else _message(said))]
    if escape:
        moves.append(PlannedAction("key", "closed", "Escape", key="Escape"))
    if hide:
        moves.append(PlannedAction("hide", "hidden", "hidden"))
    return tuple(moves)


def _of_rule(rule: OverlayRule | None, *, consent: bool) -> Iterator[PlannedAction]:
    action: Action = "refused" if consent else "closed"
    for step in rule.steps if rule else ():
        if step.how == "press":
            yield PlannedAction("key", action, "rule", key=step.what)
        else:
            yield PlannedAction("step", action, "rule", step=step)


def _consent(layer: Layer, said: Said) -> Iterator[PlannedAction]:
    """Refuse: by what plainly refuses all, by a consent tool's own rules, by what refuses a part, by saving nothing,
    by way of the settings; else close.
    """
    # All of it before a part of it: a panel may offer to refuse every service by itself.
    refusals = sorted(said.by["refuse"], key=lambda each: not _ALL.search(each.label))
    # The rules of hundreds of tools take a page longer to read than all else that is done to it.
    plain = 1 if len(refusals) == 1 or (refusals and _ALL.search(refusals[0].label)) else 0
    yield from _presses("refused", "refuse button", refusals[:plain])
    yield PlannedAction("autoconsent", "refused", "autoconsent")
    yield from _presses("refused", "refuse button", refusals[plain:])
    yield from _presses("refused", "necessary button", said.by["necessary"])
    if not layer.checked:
        yield from _presses("refused", "save button", said.by["save"])
    for control in said.by["settings"]:
        if not control.disabled:
            yield PlannedAction("open", "refused", "settings button", control)
    yield from _presses("closed", "dismiss button", said.by["dismiss"])
    yield from _presses("closed", "close button", said.by["close"])


def _message(said: Said) -> Iterator[PlannedAction]:
    """Put off in words, refuse, close; "OK" only where nothing at all is asked."""
    yield from _presses("closed", "dismiss button", said.by["dismiss"])
    yield from _presses("closed", "refuse button", said.by["refuse"])
    yield from _presses("closed", "close button", said.by["close"])
    if said.plain:
        yield from _presses("closed", "acknowledge button", said.by["acknowledge"])


def _presses(action: Action, why: str, controls: list[Control]) -> Iterator[PlannedAction]:
    for control in controls:
        if not control.disabled:
            yield PlannedAction("press", action, why, control)
