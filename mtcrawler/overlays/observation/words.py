"""What a layer says: its topics, what its buttons mean, and what they ask of a reader."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

from mtcrawler.overlays.observation.lexicon import Lexicon, Weights, is_cross
from mtcrawler.overlays.observation.phrases import Meaning

if TYPE_CHECKING:
    from mtcrawler.overlays.observation.snapshot import Control, Layer

NAGS = ("donation", "newsletter", "app", "push", "adblock", "survey", "interstitial")
"""What a message may be about that walls are not."""
_CLOSE_NAME = re.compile(
    r"(?:^|[\s_\-=])(?:btn)?-?(?:close|dismiss|closer|closebtn|closebutton|x-?button|cross)(?![a-z])", re.I
)
_CAMEL_CLOSE = re.compile(r"[a-z](?:Close|Dismiss)(?:[A-Z]|\b)|(?:close|dismiss)[A-Z]")
_CONSENT_NAME = re.compile(r"cookie|consent|gdpr|rgpd|dsgvo|lgpd|\bcmp\b", re.I)
_AGREEING_NAME = re.compile(r"accept|agree|allow|opt-?in", re.I)
_ANSWERS: tuple[Meaning, ...] = ("settings", "save", "close", "dismiss", "acknowledge")


@dataclass(frozen=True)
class Said:
    """What a layer says, understood.

    `by` sorts its controls by what pressing them would mean, `asks` is what they ask for, `agrees` whether one of
    them would agree without leaving the page. `topics` weighs what it is about (without consent), `gate` the words
    of walls; `consent` weighs the talk of consent, `asked` whether consent is really being asked for.
    """

    by: Mapping[Meaning, list[Control]]
    asks: frozenset[str]
    agrees: bool
    topics: Mapping[str, float]
    strong: Mapping[str, float]
    gate: Mapping[str, float]
    consent: float
    asked: bool
    challenge: bool
    """It asks whether a reader is one."""
    plain: bool
    """Nothing is asked: no field, no offer, no topic that nags."""

    @property
    def nag(self) -> float:
        """How plainly it is a message that begs, offers or interrupts; only words that leave no doubt count."""
        return max((self.strong.get(name, 0.0) for name in NAGS), default=0.0)

    @property
    def refusals(self) -> list[Control]:
        """The controls that refuse, or allow only what is needed."""
        return [*self.by["refuse"], *self.by["necessary"]]

    @property
    def closers(self) -> list[Control]:
        """The controls by which a reader could put the layer away."""
        return [*self.refusals, *self.by["dismiss"], *self.by["close"]]


def listen(layer: Layer, lexicon: Lexicon, *, about_consent: bool = False) -> Said:
    """Read the layer's words; `about_consent` says that it belongs to a consent tool, whatever it says."""
    by: dict[Meaning, list[Control]] = {meaning: [] for meaning in get_args(Meaning)}
    asks: set[str] = set()
    agrees = False
    for control in layer.controls:
        asked = lexicon.asks(control.label if len(control.label) >= 4 else f"{control.label} {control.title}")
        asks |= asked
        agrees = agrees or ("accept" in asked and not control.leaves)
        by[meaning_of(control, layer, lexicon)].append(control)
    weights = _weigh(layer, lexicon)
    topics, strong = weights.of("topic"), weights.of("topic", strong=True)
    topics.pop("challenge", None)
    consent = topics.pop("consent", 0.0)
    says_so = topics.pop("uses_cookies", 0.0) > 0
    for weighed in (strong, topics):
        weighed.pop("consent", None)
        weighed.pop("uses_cookies", None)
    named = _CONSENT_NAME.search(layer.names) is not None
    refusable = bool(by["refuse"] or by["necessary"])
    consent += named + 3 * about_consent
    # Who may refuse or arrange as well as agree is asked for consent, however it is put.
    consent += bool(consent and refusable and (by["settings"] or agrees))
    # Settings alone may be those of anything, and a × is on everything.
    asked_for = refusable or agrees or ((says_so or named or about_consent) and any(by[each] for each in _ANSWERS))
    begs = any(strong.get(name) for name in (*NAGS, "registration", "offer"))
    return Said(
        by=by,
        asks=frozenset(asks),
        agrees=agrees,
        topics=topics,
        strong=strong,
        # A box that asks for an address may have a vendor's check in its form.
        challenge=bool(strong.get("challenge")) or (layer.challenge and not (begs or layer.fields)),
        gate=weights.of("gate"),
        consent=consent,
        asked=asked_for and consent >= 1,
        plain=not (layer.fields or asks or begs),
    )


def may_ask_consent(layer: Layer, weights: Weights) -> bool:
    """Whether a layer that is not in the flow may ask for consent, by its words or its names."""
    said = weights.of("topic", strong=True)
    return layer.how != "inline" and bool("consent" in said or _CONSENT_NAME.search(layer.names))


def meaning_of(control: Control, layer: Layer, lexicon: Lexicon) -> Meaning:
    """What pressing this would mean: forbidden is what submits, leaves, switches or agrees, whatever it is called."""
    if control.submit or control.leaves or control.toggle or control.faint:
        return "forbidden"
    label, title = lexicon.meaning(control.label), lexicon.meaning(control.title)
    if "forbidden" in (label, title):
        return "forbidden"
    if {label, title} & {"save", "acknowledge"} and _AGREEING_NAME.search(control.names):
        return "forbidden"  # It says "save" or "OK", and calls itself something else.
    if re.search(r"\w", control.label) and not is_cross(control.label):
        return label
    if title != "unknown":
        return title
    if is_cross(control.label) or _CLOSE_NAME.search(control.names) or _CAMEL_CLOSE.search(control.names):
        return "close"
    return "close" if not control.label.strip() and _in_corner(control, layer) else "unknown"


def _weigh(layer: Layer, lexicon: Lexicon) -> Weights:
    """The weights of a layer's words; buttons are read apart, as a page's text may run them together."""
    buttons = " . ".join(f"{each.title} . {each.label}" for each in layer.controls if len(each.label) < 60)
    return lexicon.weigh(f"{layer.label} . {buttons} . {layer.text}", 600)


def _in_corner(control: Control, layer: Layer) -> bool:
    """A small thing without words above, or beside the top of, all else there is to press: the place of a ×."""
    left, top, width, height = control.rect
    if max(width, height) > 72:
        return False
    others = [each.rect for each in layer.controls if each is not control and each.rect[2] < 0.9 * layer.rect[2]]
    others = others or [layer.rect]
    highest = min(rect[1] for rect in others)
    beside = all(left + width / 2 >= rect[0] + 0.5 * rect[2] or top + height <= rect[1] for rect in others)
    return top <= highest and beside
