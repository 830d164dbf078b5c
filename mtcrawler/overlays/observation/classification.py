"""What a layer is: an overlay or a part of the page, of which kind, whether it blocks, and what to try on it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast, get_args

from mtcrawler.access.evidence import Gate
from mtcrawler.model.article import OverlayKind
from mtcrawler.overlays.observation.actions import BACKDROP, PlannedAction, moves_for
from mtcrawler.overlays.observation.words import Said, listen, may_ask_consent, meaning_of

if TYPE_CHECKING:
    from mtcrawler.overlays.observation.lexicon import Lexicon
    from mtcrawler.overlays.observation.snapshot import Layer, Sight
    from mtcrawler.overlays.rule import OverlayRule

SMALL = 0.012
"""Which part of the view a thing has to cover to be more than a badge."""
LARGE = 0.4
"""Which part of the view a layer has to cover to end a text that stands above it, as a gate in the flow does."""
_KINDS = get_args(OverlayKind)
_GATING = frozenset({"access", "rest", "spent", "meter"})
_BEGGING = frozenset({"donation", "registration"})
"""What a box in the flow has to speak of to be a gate, or a message that is put away like a layer."""
_GALLERY = re.compile(r"lightbox|gallery|photoswipe|pswp|fancybox|carousel|slideshow", re.I)
_ARROW = re.compile(r"\b(?:prev|previous|next|slide|arrow|swiper|carousel|zurück|weiter|suivant|précédent)\b", re.I)


@dataclass(frozen=True)
class ClassifiedLayer:
    """A layer understood. A `backdrop` has nothing in it; `act` says whether it is an overlay to be dismissed."""

    layer: Layer
    kind: OverlayKind
    blocking: bool
    backdrop: bool
    act: bool
    gate: Gate
    moves: tuple[PlannedAction, ...] = ()
    challenge: bool = False


class Classifier:
    """Reads the layers of one sight; a pure function of what was seen, the vocabulary and the rules."""

    def __init__(self, lexicon: Lexicon, rules: tuple[OverlayRule, ...]) -> None:
        self._lexicon = lexicon
        self._rules = rules

    def classify(self, sight: Sight, about_consent: frozenset[int] = frozenset()) -> tuple[ClassifiedLayer, ...]:
        """Every layer of the sight, understood together: a small box before a backdrop blocks as the backdrop does.

        What is only outlined is not read. `about_consent` are layers that a consent tool's settings brought up,
        whatever they say.
        """
        layers = [each for each in self._with_lone_crosses(sight) if not each.outlined]
        said = {each.id: listen(each, self._lexicon, about_consent=each.id in about_consent) for each in layers}
        readings = [self._read(layer, said[layer.id], sight, blocking=_blocks(layer, sight)) for layer in layers]
        if not any(reading.backdrop for reading in readings):
            return tuple(readings)
        readings = [
            self._read(each.layer, said[each.layer.id], sight, blocking=True) if _before(each) else each
            for each in readings
        ]
        if not any(each.blocking and each.act and not each.backdrop for each in readings):
            # The page is dimmed, but no box stands before the dimming: then a message in the flow is what it is for.
            readings = [
                self._read(each.layer, said[each.layer.id], sight, blocking=True) if _in_flow(each) else each
                for each in readings
            ]
        return tuple(readings)

    def closer_look(self, sight: Sight, readings: tuple[ClassifiedLayer, ...]) -> list[int]:
        """Which of the outlined layers may be gates or messages: all of them where anything stands over the page."""
        over = any(each.act or each.backdrop for each in readings)
        outlined = [each for each in sight.layers if each.outlined]
        return [each.id for each in outlined if over or self._may_matter(each)]

    def _may_matter(self, layer: Layer) -> bool:
        weights = self._lexicon.weigh(layer.text)
        if _GATING & weights.of("gate").keys() or may_ask_consent(layer, weights):
            return True
        return layer.how == "inline" and bool(_BEGGING & weights.of("topic", strong=True).keys())

    def _with_lone_crosses(self, sight: Sight) -> list[Layer]:
        """The layers, where a × that stands apart is a control of the box it closes."""
        crosses = [each for each in sight.layers if self._is_cross(each)]
        rest = [each for each in sight.layers if each not in crosses]
        dimmed = any(_is_backdrop(each, sight) or _blocks(each, sight) for each in rest)
        boxes = [
            each for each in rest if each.how in ("fixed", "floating") and each.hits and not _is_backdrop(each, sight)
        ]
        if not (crosses and dimmed and boxes):
            return list(sight.layers)
        box = max(boxes, key=lambda each: each.hits)
        controls = (*box.controls, *(control for cross in crosses for control in cross.controls))
        also = tuple(cross.id for cross in crosses)
        return [replace(each, controls=controls, also=also) if each is box else each for each in rest]

    def _is_cross(self, layer: Layer) -> bool:
        small = layer.rect[2] <= 90 and layer.rect[3] <= 90 and layer.how == "fixed"
        return small and len(layer.controls) == 1 and meaning_of(layer.controls[0], layer, self._lexicon) == "close"

    def _read(self, layer: Layer, said: Said, sight: Sight, *, blocking: bool) -> ClassifiedLayer:
        rule = self._rules[layer.rule] if layer.rule is not None else None
        kind, weight = _kind(said, rule)
        backdrop = _is_backdrop(layer, sight) and not said.challenge
        gate = _gate(layer, said, blocking=blocking and not backdrop)
        if layer.how == "fixed" and layer.place and sight.share(layer) > LARGE:
            gate = replace(gate, place=replace(layer.place, beside=False))
        seen = not layer.hidden
        act = backdrop or (seen and (bool(rule) or self._is_overlay(layer, said, sight, kind, weight, blocking)))
        moves: tuple[PlannedAction, ...] = ()
        if act:
            hide = rule.hide if rule else layer.how != "flow" and not layer.instead
            moves = (
                BACKDROP
                if backdrop
                else moves_for(
                    layer,
                    said,
                    rule,
                    consent=kind == "consent",
                    escape=blocking and not sight.in_layer,
                    hide=hide,
                )
            )
        return ClassifiedLayer(layer, kind, blocking, backdrop, act, gate, moves, said.challenge)

    def _is_overlay(
        self, layer: Layer, said: Said, sight: Sight, kind: OverlayKind, weight: float, blocking: bool
    ) -> bool:
        """Whether a layer is something to be dismissed, and not a part of the page."""
        if layer.instead and _is_empty(layer):
            return False  # A page that its script has not written yet.
        if said.challenge or _is_gallery(layer) or (layer.h1 and layer.paragraphs >= 3 and weight < 1):
            return False
        if kind != "consent" and (_is_menu(layer, said) or (not blocking and _is_header(layer, sight))):
            return False
        if blocking:
            return not (_leads_about(layer, said) and not said.closers and kind != "consent")
        if layer.how == "inline":
            return self._begs_inline(layer, said)
        if layer.how == "flow":
            return kind == "consent" and bool(said.refusals) and not layer.nav
        width, height = layer.rect[2], layer.rect[3]
        if layer.player or width * height < SMALL * sight.view[0] * sight.view[1]:
            return False
        if kind == "consent":
            return layer.how == "fixed" or layer.hits > 0
        if layer.nav:
            return False
        low = layer.rect[1] + height >= sight.view[1] - 4
        if layer.how == "sticky" and not (layer.story_hits or low):
            return False
        if layer.how == "floating" and not (layer.story_hits and said.closers):
            return False
        bar = width >= 0.9 * sight.view[0] and height >= 0.07 * sight.view[1]
        if weight >= 1:
            return bool(said.closers) or (bar and bool(layer.fields or said.asks))
        return _is_central(layer, sight) and bool(said.by["close"] or said.by["dismiss"])

    def _begs_inline(self, layer: Layer, said: Said) -> bool:
        """A message in the article's own flow that says beyond doubt what it is: it asks for money and offers to be put
        off, or it interrupts the text for an account that nobody needs.
        """
        if said.by["dismiss"] and said.asks & {"register", "login"} and layer.place and layer.place.after:
            return True
        often = sum("donate" in self._lexicon.asks(control.label) for control in layer.controls)
        strong = said.topics.get("donation", 0.0) >= 2.5 and "donate" in said.asks
        return strong and often >= (2 if said.by["dismiss"] or said.by["close"] else 3)


def _blocks(layer: Layer, sight: Sight) -> bool:
    """Whether a layer keeps a reader from the article: it covers it, or the browser lets nobody past it."""
    if layer.how not in ("fixed", "floating") or layer.z < 0 or not layer.covers:
        return False
    share, story = sight.share(layer), sight.story_share(layer)
    modal = layer.top or layer.modal or (layer.dialog and sight.locked and layer.hits > 0)
    return modal or (share > 0.5 and story > 0.3) or (story > 0.5 and share > 0.2)


def _is_backdrop(layer: Layer, sight: Sight) -> bool:
    """Nothing but dimming. What cannot be seen but takes every press is one, too: fading, or a trap for clicks.

    An empty box that takes its room in the flow waits for a picture or a film, one in the story's place for a script.
    """
    stands = layer.how in ("fixed", "floating") and layer.z >= 0 and layer.covers
    if not stands or layer.instead or sight.share(layer) <= 0.4:
        return False
    return (layer.hidden or _is_empty(layer)) and sight.story_share(layer) > 0.2


def _is_empty(layer: Layer) -> bool:
    holds = layer.controls or layer.frames or layer.fields or layer.pictures
    return not holds and len(layer.text.split()) <= 1


def _is_header(layer: Layer, sight: Sight) -> bool:
    """The site's own bar on top of the view, whatever it offers: it leads to sections and leaves room for the text."""
    _, top, width, height = layer.rect
    tall = height >= (0.4 if width >= 0.9 * sight.view[0] else 0.25) * sight.view[1]
    return layer.links >= 4 and top <= 5 and not tall


def _is_menu(layer: Layer, said: Said) -> bool:
    """A menu or a drawer: nearly all that it says are links, and it asks for nothing."""
    if layer.links < 5 or said.topics.get("region", 0.0) >= 1 or {"email", "password"} & set(layer.fields):
        return False
    text = len("".join(layer.text.split())) or 1
    return layer.linked >= (0.5 if layer.nav else 0.8) * text and not said.gate.get("rest")


def _before(reading: ClassifiedLayer) -> bool:
    """A box that stands before the dimming."""
    layer = reading.layer
    over = layer.how in ("fixed", "floating") and layer.hits > 0 and not layer.nav
    return over and not (reading.backdrop or reading.blocking)


def _in_flow(reading: ClassifiedLayer) -> bool:
    """A message in the flow that can be put away, or is raised above the dimming."""
    layer, gate = reading.layer, reading.gate
    return layer.how in ("inline", "flow", "sticky") and gate.nag > 0 and (gate.closable or layer.hits > 0)


def _is_central(layer: Layer, sight: Sight) -> bool:
    """It stands in the middle of the view, over the article."""
    left, top, width, height = layer.rect
    middle = 0.2 < (top + height / 2) / sight.view[1] < 0.8
    return left < sight.view[0] / 2 < left + width and middle and layer.story_hits > 0


def _is_gallery(layer: Layer) -> bool:
    """Pictures to leaf through: a part of the article, even when it fills the view."""
    arrows = sum(bool(_ARROW.search(f"{each.label} {each.title} {each.names}")) for each in layer.controls)
    # Its picture may be late, and its name then says what it is.
    return (layer.pictures >= 1 or bool(_GALLERY.search(layer.names))) and arrows >= 2 and len(layer.text.split()) < 120


def _kind(said: Said, rule: OverlayRule | None) -> tuple[OverlayKind, float]:
    """What a layer is about, and how much it says so."""
    topic, weight = max(said.topics.items(), key=lambda item: item[1], default=("other", 0.0))
    if said.asked and said.consent >= weight / 2:
        topic, weight = "consent", said.consent
    if rule:
        return rule.kind, max(weight, 1.0)
    return cast("OverlayKind", topic if topic in _KINDS else "other"), weight


def gate_of(layer: Layer, lexicon: Lexicon) -> Gate:
    """The gate that a box in the flow may be."""
    return _gate(layer, listen(layer, lexicon), blocking=False)


def _leads_about(layer: Layer, said: Said) -> bool:
    """The site's own header or menu, whatever its links offer: it says of no text that it goes on elsewhere."""
    own = layer.tag in ("header", "nav") or layer.role in ("banner", "navigation")
    many = layer.links >= 5 and (layer.nav or not layer.paragraphs)
    return (own or many) and not said.gate.get("rest") and not {"email", "password"} & set(layer.fields)


def _gate(layer: Layer, said: Said, *, blocking: bool) -> Gate:
    # "No" and "leave" at the question of age lead away; only a cross closes it.
    closers = said.by["close"] if blocking and said.gate.get("age") else said.closers
    words = {} if said.challenge or _leads_about(layer, said) else dict(said.gate)
    if layer.how == "fixed" and not blocking:
        words.pop("rest", None)  # A bar over the edge of the view ends no text, whatever it says.
    if said.strong.get("adblock"):
        words.pop("access", None)  # It is the advertisements that bar the way, not the article's price.
    return Gate(
        key=layer.id,
        text=layer.text,
        blocking=blocking,
        place=layer.place,
        closable=bool(closers),
        refusable=bool(said.refusals),
        consent=said.consent,
        nag=said.nag,
        words=words,
        asks=said.asks if words else frozenset(),
        fields=frozenset(layer.fields),
    )
