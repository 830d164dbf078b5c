"""One look at a page, before anything is touched: what stands over it, and who may read it."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

from mtcrawler.access.evidence import JSON_LD, METAS, Declarations, Gate, PageEvidence
from mtcrawler.access.verdict import Verdict, judge
from mtcrawler.markup.document import ELEMENTS
from mtcrawler.markup.json_values import nodes_of
from mtcrawler.markup.numbers import whole
from mtcrawler.model.errors import Forged, PageTooLarge, RenderError
from mtcrawler.overlays.observation.classification import ClassifiedLayer, Classifier
from mtcrawler.overlays.observation.closing import closing_gates
from mtcrawler.overlays.observation.facts import Facts
from mtcrawler.overlays.observation.lexicon import lexicon
from mtcrawler.overlays.observation.snapshot import Layer, Sight, layers_of
from mtcrawler.overlays.rule import OverlayRule, vendor_rules, wall_vendors
from mtcrawler.overlays.script import call, child, taking_apart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from playwright.async_api import Page

logger = logging.getLogger(__name__)

_FRAME_SECONDS = 1.5
_LONGEST = 2_000_000
"""Characters of JSON-LD that a page may send; as JSON once more they must fit into an answer."""
_SIGNS = (
    "consent",
    "cmp",
    "cookie",
    "privacy",
    "gdpr",
    "sp_message",
    "paywall",
    "piano",
    "tinypass",
    "offer",
    "gate",
    "wall",
    "poool",
    "zephr",
)


@dataclass(frozen=True)
class Observation:
    """What was seen, how it reads, and the evidence about access.

    `closing` are gates that are mere lines where the text ends, `withheld` names passages nobody can see, `awaited`
    those that scrolling shows.
    """

    sight: Sight
    readings: tuple[ClassifiedLayer, ...]
    evidence: PageEvidence
    closing: tuple[Gate, ...] = ()
    withheld: tuple[int, ...] = ()
    awaited: tuple[int, ...] = ()


class Eye:
    """Looks at pages with the same rules; publishers' own rules go before those that come with the crawler."""

    def __init__(self, rules: Sequence[OverlayRule]) -> None:
        self.rules = (*rules, *vendor_rules())
        self._classifier = Classifier(lexicon(), self.rules)
        self.argument: dict[str, Any] = {
            "rules": [",".join(rule.detect) for rule in self.rules],
            "vendors": [vendor.model_dump(exclude={"words"}) for vendor in wall_vendors()],
            "most": ELEMENTS,
            "declaring": {"json_ld": JSON_LD, "metas": METAS, "longest": _LONGEST},
        }

    async def look(
        self, page: Page, status: int | None = None, headers: Mapping[str, str] | None = None
    ) -> Observation:
        """Everything at once: what stands over the page and what it says of access; one call into the page."""
        try:
            answer = await call(page, "look", self.argument)
        except TimeoutError as err:
            happened = "it did not answer within 10 s"
            raise RenderError(f"Looking at {page.url}", happened, "It is tried again.") from err
        with taking_apart(page.url):
            size = answer.get("too_large")
        if size:
            raise PageTooLarge.of(page.url, f"it has {whole(size) or 'too many'} elements")
        with taking_apart(page.url):
            sight, facts = Sight.from_page(answer["scan"]), Facts.from_page(answer["facts"])
        sight, readings = await self._read(page, sight)
        if facts.unread:
            logger.warning(
                "%d JSON-LD scripts of %s are too long to be read for what they declare of access.",
                facts.unread,
                page.url,
            )
        gates = _gates(readings)
        closing = tuple(closing_gates(facts.closing, facts.words.visible + facts.words.awaited, lexicon(), gates))
        evidence = _evidence((*gates, *closing), facts, status, headers)
        return Observation(sight, readings, evidence, closing, facts.withheld, facts.awaited.names)

    async def glance(
        self,
        page: Page,
        first: Observation,
        opened: frozenset[int] = frozenset(),
        scan: Mapping[str, Any] | None = None,
    ) -> Observation:
        """What stands over the page now; the rest of the evidence stays that of the first look.

        `opened` are layers that a consent tool's settings brought up, `scan` what the page's script has just seen.
        """
        if scan is None:
            scan = await call(page, "scan", self.argument)
        with taking_apart(page.url):
            sight = Sight.from_page(scan)
        sight, readings = await self._read(page, sight, opened)
        return replace(
            first,
            sight=sight,
            readings=readings,
            evidence=replace(first.evidence, gates=(*_gates(readings), *first.closing)),
        )

    async def _read(
        self, page: Page, sight: Sight, opened: frozenset[int] = frozenset()
    ) -> tuple[Sight, tuple[ClassifiedLayer, ...]]:
        """What stands there, read; boxes in the flow are looked at closely only where it matters what they are."""
        sight = await self._with_frames(page, sight)
        readings = self._classifier.classify(sight, opened)
        closer = self._classifier.closer_look(sight, readings)
        if not closer:
            return sight, readings
        answer = await call(page, "describe", {"ids": closer})
        with taking_apart(page.url):
            told = {layer.id: layer for layer in layers_of(answer)}
        layers = (told.get(each.id) if each.id in closer else each for each in sight.layers)
        sight = await self._with_frames(page, replace(sight, layers=tuple(each for each in layers if each)))
        return sight, self._classifier.classify(sight, opened)

    async def _with_frames(self, page: Page, sight: Sight) -> Sight:
        """The sight with the words and buttons that layers keep in child frames."""
        wanted = [layer for layer in sight.layers if layer.frames and _worth_opening(layer, sight)]
        if not wanted:
            return sight
        opened = dict(
            zip(
                (layer.id for layer in wanted),
                await asyncio.gather(*(_open(page, each) for each in wanted)),
                strict=True,
            )
        )
        return replace(sight, layers=tuple(opened.get(layer.id, layer) for layer in sight.layers))


def to_do(readings: Sequence[ClassifiedLayer], verdict: Verdict) -> list[ClassifiedLayer]:
    """The layers to be acted on: overlays, and nothing that belongs to a wall."""
    standing = set(verdict.gates)
    todo = [reading for reading in readings if reading.act and reading.moves and reading.layer.id not in standing]
    stands = standing or any(reading.challenge for reading in readings)
    if stands and not any(not reading.backdrop for reading in todo):
        return []  # The backdrop of a wall is the wall's, that of a challenge the challenge's.
    return todo


def backdrops_of(reading: ClassifiedLayer, readings: Sequence[ClassifiedLayer]) -> list[int]:
    """The dimming that goes when this layer goes: all there is, unless another layer blocks the page."""
    blocking = (each for each in readings if each.act and each.blocking and not each.backdrop)
    if any(each is not reading for each in blocking):
        return []
    return [each.layer.id for each in readings if each.backdrop]


def _worth_opening(layer: Layer, sight: Sight) -> bool:
    if layer.how in ("inline", "flow"):
        names = " ".join([layer.names, *(frame.names for frame in layer.frames)]).lower()
        return any(sign in names for sign in _SIGNS)
    largest = max(frame.rect[2] * frame.rect[3] for frame in layer.frames)
    return not layer.player and largest > 0.04 * sight.view[0] * sight.view[1]


async def _open(page: Page, layer: Layer, path: tuple[int, ...] = ()) -> Layer:
    """The layer with what stands in its frames, and in the frames of these."""
    for frame in layer.frames[:3]:
        way = (*path, frame.id)
        target = await child(page, way)
        if target is None:
            continue
        try:
            answer = await call(target, "inside", seconds=_FRAME_SECONDS)
            with taking_apart(target.url):
                inner = Layer.from_page(answer, way)
        except (PlaywrightError, TimeoutError, Forged):
            continue  # Still loading, or gone: the next look sees it.
        if inner.frames and len(way) < 3:
            inner = await _open(page, inner, way)
        fields = dict(layer.fields)
        for kind, count in inner.fields.items():
            fields[kind] = fields.get(kind, 0) + count
        layer = replace(
            layer,
            text=f"{layer.text} {inner.text}".strip(),
            controls=(*layer.controls, *inner.controls),
            fields=fields,
            checked=layer.checked + inner.checked,
        )
    return layer


def _gates(readings: tuple[ClassifiedLayer, ...]) -> tuple[Gate, ...]:
    return tuple(reading.gate for reading in readings if reading.gate.text)


def _evidence(
    gates: tuple[Gate, ...],
    facts: Facts,
    status: int | None,
    headers: Mapping[str, str] | None,
) -> PageEvidence:
    """What scrolling shows counts as seen, but not where a gate ends or covers the text without it."""
    answered = status if status is not None else facts.status
    declared = Declarations.of(nodes_of(facts.json_ld), facts.metas, headers, answered)
    words = facts.words
    seen = PageEvidence(
        declared=declared,
        gates=gates,
        visible_words=words.visible + words.awaited,
        characters=facts.characters,
        blurred_words=words.blurred,
        clipped_words=words.clipped,
        hidden_words=words.hidden,
        free_words=sum(one.kept for one in facts.selected if one.selector in declared.free_parts),
        paragraphs=facts.paragraphs,
        faded=facts.faded,
        trails_off=facts.trails_off,
        # The page measures whatever its JSON-LD selects; which of that is declared as paid is not for it to say.
        sections=tuple(one for one in facts.selected if one.selector in declared.parts),
        vendors=facts.vendors,
    )
    if not words.awaited:
        return seen
    short = replace(seen, visible_words=words.visible, characters=seen.characters - facts.awaited.characters)
    return replace(short, hidden_words=words.hidden + words.awaited) if judge(short).gates else seen
