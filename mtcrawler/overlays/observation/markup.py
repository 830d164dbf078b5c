"""Gates in plain markup: the same boxes and lines that the browser finds in the flow, read by the same words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from mtcrawler.access.evidence import Gate, Place
from mtcrawler.markup.story import Passage, Story, beside
from mtcrawler.markup.text import inline_text
from mtcrawler.overlays.observation.classification import gate_of
from mtcrawler.overlays.observation.closing import closing_gates
from mtcrawler.overlays.observation.facts import Line
from mtcrawler.overlays.observation.lexicon import lexicon
from mtcrawler.overlays.observation.snapshot import Control, Layer

MOST_BOXES = 24
LARGEST = 4000
"""Characters of a box."""
NEAR = 4
"""Siblings after the text, at each level."""
LINES = 3
LABELS = 8
"""Controls of a closing line whose words count."""
LINE = 70
"""Words of a closing line."""
_CONTROLS = etree.XPath("descendant-or-self::*[self::button or self::a or self::input or @role='button']")
_PRESSED = etree.XPath(
    "descendant-or-self::*[self::button or self::a or self::input or self::iframe or self::form or @role='button'][1]"
)
_FIELDS = etree.XPath("descendant::input | descendant::select | descendant::textarea")
_NOT_SHOWN = frozenset({"script", "style", "link", "template", "noscript"})


@dataclass(frozen=True)
class MarkupGates:
    """What may be a gate, and the element of each by the gate's key."""

    gates: tuple[Gate, ...]
    elements: Mapping[int, HtmlElement]

    @classmethod
    def of(cls, story: Story) -> MarkupGates:
        """The gates around a story."""
        elements = dict(enumerate(_boxes(story)))
        order = {element: at for at, element in enumerate(_root(story).iter("*"))}
        gates = [gate_of(_layer(key, box, _place(box, story, order)), lexicon()) for key, box in elements.items()]
        lines = dict(enumerate(_closing(story), len(elements)))
        elements.update({key: passage.element for key, passage in lines.items()})
        visible = sum(passage.words for passage in story.seen)
        told = (_line(key, one, story) for key, one in lines.items())
        closing = closing_gates(told, visible, lexicon(), gates)
        return cls((*(gate for gate in gates if gate.text), *closing), elements)


def _root(story: Story) -> HtmlElement:
    return story.body.getroottree().getroot() if story.body is not None else etree.Element("html")


def _boxes(story: Story) -> list[HtmlElement]:
    body, region = story.body, story.region
    if body is None or region is None:
        return []
    kept = {body, *body.iterancestors()}
    boxes: dict[HtmlElement, None] = {}
    top_of: dict[HtmlElement, HtmlElement | None] = {}
    for control in _CONTROLS(region):
        if len(boxes) >= MOST_BOXES:
            break
        node = _top(control, (body, region), top_of)
        if node is not None and node is not region and node not in kept and node.tag != "p":
            boxes[node] = None
    for level in (body, *body.iterancestors()):
        if level.tag == "body":
            break
        boxes.update(dict.fromkeys(_following(level)))
    return [box for box in boxes if len(box.text_content()) <= LARGEST and not _is_hidden(box)]


def _top(
    element: HtmlElement, within: tuple[HtmlElement, HtmlElement], known: dict[HtmlElement, HtmlElement | None]
) -> HtmlElement | None:
    """The child of the body or the region in which an element stands; each element is climbed from once."""
    way: list[HtmlElement] = []
    node: HtmlElement | None = element
    while node is not None and node not in known and node.getparent() not in within and node is not within[1]:
        way.append(node)
        node = node.getparent()
    top = known.get(node, node) if node is not None else None
    known.update(dict.fromkeys(way, top))
    return top


def _following(element: HtmlElement) -> Iterator[HtmlElement]:
    """What follows an element, as far as it is near: of something large its own beginning."""
    ways = [one for one in element.itersiblings("*") if one.tag not in _NOT_SHOWN][:NEAR]
    for _ in range(3 * NEAR):
        if not ways:
            return
        after = ways.pop(0)
        if after.tag in {"footer", "nav", "article"} or not _PRESSED(after):
            continue
        if len(after.text_content()) <= LARGEST:
            yield after
        else:
            ways[:0] = list(after.iterchildren("*"))[:2]


def _closing(story: Story) -> Iterator[Passage]:
    """The last passage of the story, where it is a line, and the lines right after it."""
    last = next((one for one in reversed(story.seen) if one.is_prose), None)
    if last is None:
        return
    found = 0
    for passage in story.around[story.around.index(last) :]:
        if passage.size < 12 or found == LINES or (passage is not last and beside(passage.element, story)):
            continue
        if passage.words > LINE and passage is not last:
            return
        if passage.words <= LINE:
            found += 1
            yield passage


def _line(key: int, passage: Passage, story: Story) -> Line:
    """A closing line, what can be pressed in it, and whether no other passage of prose is marked as it is beside it."""
    element = passage.element
    pressed = tuple(inline_text(one)[:160] for one in islice(element.iter("a", "button"), LABELS) if one is not element)
    shape = element.getparent(), element.tag, element.get("class")
    others = (one.element for one in story.seen if one.is_prose and one.element is not element)
    return Line(
        key, _said(passage), pressed, shape not in ((one.getparent(), one.tag, one.get("class")) for one in others)
    )


def _place(box: HtmlElement, story: Story, order: Mapping[HtmlElement, int]) -> Place:
    inside, begins = set(box.iter("*")), order.get(box, 0)
    before = after = 0
    within = sum(passage.words for passage in story.around if passage.element in inside)
    last: Passage | None = None
    for passage in story.seen:
        if passage.element in inside:
            continue
        if passage.is_prose and order.get(passage.element, 0) > begins:
            after += passage.words
        elif passage.is_prose:
            before += passage.words
            last = passage
    between, trails = 0, False
    if last is not None:
        trails = _said(last).endswith(("…", "...", "[…]"))
        for passage in story.around[story.around.index(last) + 1 :]:
            if passage.element in inside or order.get(passage.element, 0) > begins:
                break
            between += 0 if passage.element in story.hidden else passage.words
    return Place(before, after, between, within, trails, beside(box, story))


def _layer(key: int, box: HtmlElement, place: Place) -> Layer:
    """The box as the page's script would describe it, as far as markup tells."""
    fields = [one.get("type") or "text" for one in _FIELDS(box)]
    return Layer(
        id=key,
        how="inline",
        tag=box.tag,
        names=f"{box.get('id') or ''} {box.get('class') or ''}",
        role=box.get("role") or "",
        label=box.get("aria-label") or "",
        modal=False,
        top=False,
        dialog=False,
        sign=False,
        rule=None,
        z=0,
        hidden=False,
        rect=(0, 0, 0, 0),
        hits=0,
        story_hits=0,
        in_story=False,
        place=place,
        instead=False,
        text=inline_text(box)[:3000],
        links=sum(1 for _ in box.iter("a")),
        nav=box.tag in {"nav", "header"},
        h1=False,
        player=False,
        pictures=0,
        paragraphs=sum(1 for _ in box.iter("p")),
        fields={kind: fields.count(kind) for kind in fields},
        checked=0,
        frames=(),
        controls=tuple(_control(at, one) for at, one in enumerate(_CONTROLS(box)[:60])),
    )


def _control(key: int, element: HtmlElement) -> Control:
    label = element.get("value") or "" if element.tag == "input" else inline_text(element)
    return Control(
        id=key,
        label=label[:160],
        title=element.get("aria-label") or element.get("title") or "",
        names=f"{element.get('id') or ''} {element.get('class') or ''}",
        tag=element.tag,
        submit=False,
        leaves=element.tag == "a",
        toggle=element.get("type") in {"checkbox", "radio"},
        disabled=element.get("disabled") is not None,
        faint=False,
        rect=(0, 0, 0, 0),
    )


def _said(passage: Passage) -> str:
    return " ".join(passage.text.split())


def _is_hidden(element: HtmlElement) -> bool:
    return any(
        "display:none" in (one.get("style") or "").replace(" ", "") for one in (element, *element.iterancestors())
    )
