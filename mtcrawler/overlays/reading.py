"""What a layer is and how a reader would get past it: its kind, whether it blocks, and the presses to try, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast, get_args

from mtcrawler.article import Action, OverlayKind
from mtcrawler.overlays.lexicon import Lexicon, Meaning, is_cross
from mtcrawler.walls import Gate

if TYPE_CHECKING:
    from mtcrawler.overlays.rule import OverlayRule, Step
    from mtcrawler.overlays.seen import Control, Layer, Sight

MoveHow = Literal["autoconsent", "step", "press", "open", "key", "wait", "hide"]
_KINDS = get_args(OverlayKind)
_CLOSE_NAME = re.compile(
    r"(?:^|[\s_\-=])(?:btn)?-?(?:close|dismiss|closer|closebtn|closebutton|x-?button|cross)(?![a-z])", re.I
)
_CAMEL_CLOSE = re.compile(r"[a-z](?:Close|Dismiss)(?:[A-Z]|\b)|(?:close|dismiss)[A-Z]")
_CONSENT_NAME = re.compile(r"cookie|consent|gdpr|rgpd|dsgvo|lgpd|\bcmp\b", re.I)
_ARROW = re.compile(r"\b(?:prev|previous|next|slide|arrow|swiper|carousel|zurück|weiter|suivant|précédent)\b", re.I)


@dataclass(frozen=True)
class Move:
    """One thing to try on a layer; `action` is what it counts as if it works.

    `control` is what to press or open, `key` the key, `step` the step of a rule.
    """

    how: MoveHow
    action: Action
    why: str
    control: Control | None = None
    key: str | None = None
    step: Step | None = None

    @property
    def marks(self) -> frozenset[str]:
        """What tells this move from others on the same layer across looks: a page may rename a button, or make it anew."""
        if not self.control:
            return frozenset({f"{self.how}:{self.key or self.step or ''}"})
        control = self.control
        return frozenset({f"{control.path}:{control.id}", f"{control.path}:{control.label}:{control.names}"})


@dataclass(frozen=True)
class Reading:
    """A layer understood. A `backdrop` has nothing in it; `act` says whether it is an overlay to be dismissed."""

    layer: Layer
    kind: OverlayKind
    blocking: bool
    backdrop: bool
    act: bool
    gate: Gate
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True)
class _Found:
    """The controls of a layer, sorted by what pressing them would mean."""

    by: dict[Meaning, list[Control]]
    asks: frozenset[str]
    agrees: bool
    """Something in it would agree, without leaving the page."""


class Reader:
    """Reads the layers of one sight; a pure function of what was seen, the vocabulary and the rules."""

    def __init__(self, lexicon: Lexicon, rules: tuple[OverlayRule, ...]) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._opened: frozenset[int] = frozenset()

    def read(self, sight: Sight, opened: frozenset[int] = frozenset()) -> tuple[Reading, ...]:
        """Every layer of the sight, understood together: a small box before a backdrop blocks as the backdrop does.

        `opened` are layers that a consent tool's settings brought up: whatever they say, they are about consent.
        """
        self._opened = opened
        readings = [self._one(layer, sight) for layer in sight.layers]
        if any(reading.backdrop for reading in readings):
            readings = [self._before_backdrop(reading, sight) for reading in readings]
            if not any(r.blocking and not r.backdrop and r.act for r in readings):
                readings = [self._between_paragraphs(reading, sight) for reading in readings]
        return tuple(readings)

    def _one(self, layer: Layer, sight: Sight) -> Reading:
        share = sight.share(layer)
        story = sight.story_share(layer)
        over = layer.how in ("fixed", "floating")
        blocking = over and (layer.top or layer.modal or share > 0.5 or (story > 0.5 and share > 0.2))
        if over and layer.dialog and sight.locked and layer.hits:
            blocking = True
        # What cannot be seen but takes every press is a backdrop, too: a fading one, or a trap for clicks.
        empty = layer.hidden or (
            len(layer.text.split()) <= 1 and not (layer.controls or layer.frames or layer.fields or layer.pictures)
        )
        backdrop = over and empty and share > 0.4
        return self._read(layer, sight, blocking=blocking, backdrop=backdrop)

    def _read(self, layer: Layer, sight: Sight, *, blocking: bool, backdrop: bool) -> Reading:
        weights = self._weigh(layer)
        found = self._sort(layer)
        topics = {name.removeprefix("topic:"): weight for name, weight in weights.items() if name.startswith("topic:")}
        consent = topics.pop("consent", 0.0)
        says_so = topics.pop("uses_cookies", 0.0) > 0
        if _CONSENT_NAME.search(layer.names):
            consent += 1
        if layer.id in self._opened:
            consent += 3
        # Who may refuse or arrange as well as agree is asked for consent, however it is put.
        if consent and (found.by["refuse"] or found.by["necessary"]) and (found.by["settings"] or found.agrees):
            consent += 1
        named = _CONSENT_NAME.search(layer.names) is not None
        answers = _answers(found)
        if says_so or named or layer.id in self._opened:
            answers = answers or any(found.by[each] for each in ("settings", "save", "close", "dismiss", "acknowledge"))
        topic, weight = max(topics.items(), key=lambda item: item[1], default=("other", 0.0))
        if consent >= 1 and answers and consent >= weight / 2:
            topic, weight = "consent", consent
        rule = self._rules[layer.rule] if layer.rule is not None else None
        kind = rule.kind if rule else cast("OverlayKind", topic if topic in _KINDS else "other")
        words = {name.removeprefix("gate:"): each for name, each in weights.items() if name.startswith("gate:")}
        closers = [*found.by["refuse"], *found.by["necessary"], *found.by["dismiss"], *found.by["close"]]
        if blocking and words.get("age"):
            closers = found.by["close"]
        nag = max(
            (topics.get(name, 0.0) for name in ("donation", "newsletter", "app", "push", "adblock", "survey")),
            default=0,
        )
        gate = Gate(
            key=layer.id,
            text=layer.text,
            blocking=blocking and not backdrop,
            after_story=layer.after_story,
            closable=bool(closers),
            refusable=bool(found.by["refuse"] or found.by["necessary"]),
            consent=consent,
            nag=nag,
            nag_kind=kind,
            words=words,
            asks=found.asks,
            fields=frozenset(layer.fields),
        )
        act = (
            bool(rule)
            or backdrop
            or (not layer.hidden and self._overlay(layer, sight, found, kind, weight, closers, blocking=blocking))
        )
        reading = Reading(layer, kind, blocking, backdrop, act, gate)
        return replace(reading, moves=self._moves(reading, found, rule, sight)) if act else reading

    def _weigh(self, layer: Layer) -> dict[str, float]:
        """The topics of a layer; buttons are read apart, as a page's text may run them together."""
        pressed = " . ".join(
            f"{control.title} . {control.label}" for control in layer.controls if len(control.label) < 60
        )
        return self._lexicon.weigh(f"{layer.label} . {pressed} . {layer.text}", 600)

    def _sort(self, layer: Layer) -> _Found:
        by: dict[Meaning, list[Control]] = {meaning: [] for meaning in get_args(Meaning)}
        asks: set[str] = set()
        agrees = False
        for control in layer.controls:
            asked = self._lexicon.asks(f"{control.label} {control.title}" if len(control.label) < 4 else control.label)
            asks |= asked
            agrees = agrees or ("accept" in asked and not control.leaves)
            by[self._meaning(control, layer)].append(control)
        return _Found(by, frozenset(asks), agrees)

    def _meaning(self, control: Control, layer: Layer) -> Meaning:
        """What pressing this would mean; forbidden is whatever submits, leaves, switches or agrees, however it is called."""
        if control.submit or control.leaves or control.toggle or control.faint:
            return "forbidden"
        label, title = self._lexicon.meaning(control.label), self._lexicon.meaning(control.title)
        wordless = not control.label.strip() or is_cross(control.label) or not re.search(r"\w", control.label)
        if "forbidden" in (label, title):
            return "forbidden"
        if not wordless:
            return label
        if title != "unknown":
            return title
        if is_cross(control.label) or _CLOSE_NAME.search(control.names) or _CAMEL_CLOSE.search(control.names):
            return "close"
        return "close" if _in_corner(control, layer) and not control.label.strip() else "unknown"

    def _overlay(
        self,
        layer: Layer,
        sight: Sight,
        found: _Found,
        kind: OverlayKind,
        weight: float,
        closers: list[Control],
        *,
        blocking: bool,
    ) -> bool:
        """Whether a layer is something to be dismissed and not a part of the page."""
        width, height = layer.rect[2], layer.rect[3]
        if _is_gallery(layer) or (layer.h1 and layer.paragraphs >= 3):
            return False
        if blocking:
            return not (layer.nav and layer.links >= 5 and not weight)
        consent = kind == "consent"
        if layer.how == "inline":
            return self._inline_nag(layer, found)
        if layer.how == "flow":
            return consent and bool(found.by["refuse"] or found.by["necessary"]) and not layer.nav
        header = layer.nav or (layer.links >= 4 and layer.rect[1] <= 5 and height < 0.25 * sight.view[1])
        if layer.player or width * height < 0.012 * sight.view[0] * sight.view[1]:
            return False
        if consent:
            return layer.how == "fixed" or layer.hits > 0
        if header:
            return False
        if layer.how == "sticky" and not layer.story_hits and layer.rect[1] + height < sight.view[1] - 4:
            return False
        if layer.how == "floating" and not (layer.story_hits and closers):
            return False
        asking = bool(layer.fields or found.asks)
        bar = width >= 0.9 * sight.view[0] and height >= 0.07 * sight.view[1]
        return weight >= 1 and (bool(closers) or (bar and asking))

    def _inline_nag(self, layer: Layer, found: _Found) -> bool:
        """A message for money in the article's own flow; only where it says so beyond doubt and can be put away in words."""
        weights = self._weigh(layer)
        strong = weights.get("topic:donation", 0.0) >= 2.5 and "donate" in found.asks
        times = sum("donate" in self._lexicon.asks(control.label) for control in layer.controls)
        return strong and (bool(found.by["dismiss"] or found.by["close"]) or times >= 3)

    def _before_backdrop(self, reading: Reading, sight: Sight) -> Reading:
        layer = reading.layer
        if (
            reading.backdrop
            or reading.blocking
            or layer.how not in ("fixed", "floating")
            or layer.nav
            or not layer.hits
        ):
            return reading
        return self._read(layer, sight, blocking=True, backdrop=False)

    def _between_paragraphs(self, reading: Reading, sight: Sight) -> Reading:
        """The page is dimmed, but no box stands before the dimming: then a message in the flow is what it is for."""
        layer = reading.layer
        if layer.how not in ("inline", "flow", "sticky") or not reading.gate.nag:
            return reading
        read = self._read(layer, sight, blocking=True, backdrop=False)
        return read if read.gate.closable or layer.hits else reading

    def _moves(self, reading: Reading, found: _Found, rule: OverlayRule | None, sight: Sight) -> tuple[Move, ...]:
        """What to try, in order: what the rule says; refuse, put off, close; settings; Esc; at last, hide."""
        layer = reading.layer
        if reading.backdrop:
            return (Move("wait", "closed", "backdrop"), Move("hide", "hidden", "backdrop"))
        moves: list[Move] = []
        for step in rule.steps if rule else ():
            action: Action = "refused" if reading.kind == "consent" else "closed"
            if step.how == "press":
                moves.append(Move("key", action, "rule", key=step.what))
            else:
                moves.append(Move("step", action, "rule", step=step))
        consent = reading.kind == "consent"
        answer: Action = "refused" if consent else "closed"
        if consent:
            moves.append(Move("autoconsent", "refused", "autoconsent"))
        for meaning in ("refuse", "necessary", "dismiss", "close"):
            result: Action = answer if meaning in ("refuse", "necessary") else "closed"
            moves.extend(
                Move("press", result, f"{meaning} button", control)
                for control in found.by[meaning]
                if not control.disabled
            )
        if consent:
            if not layer.checked:
                moves.extend(Move("press", "refused", "save button", each) for each in found.by["save"])
            moves.extend(Move("open", "refused", "settings button", each) for each in found.by["settings"])
        elif reading.gate.nag < 1 and not layer.fields and not found.asks:
            moves.extend(Move("press", "closed", "acknowledge button", each) for each in found.by["acknowledge"])
        if reading.blocking and not sight.in_layer:
            moves.append(Move("key", "closed", "Escape", key="Escape"))
        if (rule.hide if rule else layer.how != "flow") and not (layer.h1 and layer.paragraphs >= 2):
            moves.append(Move("hide", "hidden", "hidden"))
        return tuple(moves)


def _answers(found: _Found) -> bool:
    """Whether a layer offers an answer to a question of consent; settings alone may be those of anything."""
    return bool(found.by["refuse"] or found.by["necessary"] or found.agrees)


def _in_corner(control: Control, layer: Layer) -> bool:
    """A small thing without words at the upper edge of all there is to press or read: the place where a × stands."""
    left, top, width, height = control.rect
    if max(width, height) > 72:
        return False
    others = [each.rect for each in layer.controls if each is not control and each.rect[2] < 0.9 * layer.rect[2]]
    if not others:
        others = [layer.rect]
    return top <= min(rect[1] for rect in others) and all(
        left + width / 2 >= rect[0] + 0.5 * rect[2] or top + height <= rect[1] for rect in others
    )


def _is_gallery(layer: Layer) -> bool:
    """Pictures to leaf through: a part of the article, even when it fills the view."""
    arrows = sum(bool(_ARROW.search(f"{control.label} {control.title} {control.names}")) for control in layer.controls)
    return layer.pictures >= 1 and arrows >= 2 and len(layer.text.split()) < 120
