"""What one look at a page saw: the layers that stand over it and what could be pressed in them, as plain values."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from mtcrawler.access.evidence import Place

logger = logging.getLogger(__name__)

Number = Annotated[float, Field(ge=-1e12, le=1e12)]
Count = Annotated[int, Field(ge=-(10**12), le=10**12)]  # a z-index may be 2147483647, or more
Where = Literal["fixed", "sticky", "floating", "flow", "inline", "frame"]
Rect = tuple[Number, Number, Number, Number]
"""Left, top, width and height in CSS pixels, from the corner of the view (or of the frame)."""


MOST_LAYERS = 300
"""More than the page's script ever names."""


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    """What checks the page's word for a thing: its scripts run beside ours, and may have changed what ours say."""
    return TypeAdapter(globals()[name])


@dataclass(frozen=True)
class Control:
    """Something a reader could press; `path` names the frame elements that lead to its document, outermost first."""

    id: Count
    label: str
    title: str
    names: str
    tag: str
    submit: bool
    leaves: bool
    toggle: bool
    disabled: bool
    faint: bool
    rect: Rect
    path: tuple[int, ...] = ()

    @classmethod
    def from_page(cls, data: Mapping[str, Any], path: tuple[int, ...] = ()) -> Control:
        """A control as the page's script describes it; raises ValueError where it is none."""
        made: Control = _adapter(cls.__name__).validate_python({**data, "path": path})
        return made


@dataclass(frozen=True)
class Frame:
    """A child frame inside a layer."""

    id: Count
    rect: Rect
    names: str


@dataclass(frozen=True)
class Layer:
    """One thing that stands over the page, or a box in the flow that may be a message.

    `instead` says that it is shown in the place of the article, which is not shown at all;
    `linked` are the characters of its text that are links, `covers` whether text of the story lies under it;
    `place` is where it stands to the story, for what is in the flow; `also` names layers that are parts of this one.
    Of one that is `outlined` no more is known than its words and where it is.
    """

    id: Count
    how: Where
    names: str
    rect: Rect
    hits: Count
    story_hits: Count
    text: str
    outlined: bool = False
    tag: str = ""
    role: str = ""
    label: str = ""
    modal: bool = False
    top: bool = False
    dialog: bool = False
    sign: bool = False
    rule: Count | None = None
    z: Count = 0
    hidden: bool = False
    covers: bool = True
    in_story: bool = False
    place: Place | None = None
    instead: bool = False
    links: Count = 0
    linked: Count = 0
    nav: bool = False
    h1: bool = False
    challenge: bool = False
    player: bool = False
    pictures: Count = 0
    paragraphs: Count = 0
    fields: Mapping[str, Count] = field(default_factory=dict)
    checked: Count = 0
    frames: tuple[Frame, ...] = ()
    controls: tuple[Control, ...] = field(default=(), repr=False)
    also: tuple[int, ...] = ()

    @classmethod
    def from_page(cls, data: Mapping[str, Any], path: tuple[int, ...] = ()) -> Layer:
        """A layer as the page's script describes it; raises ValueError where it is none."""
        controls = tuple(Control.from_page(each, path) for each in data.get("controls", ()))
        made: Layer = _adapter(cls.__name__).validate_python({**data, "controls": controls})
        return made


def layers_of(given: Sequence[Mapping[str, Any]]) -> tuple[Layer, ...]:
    """The layers as the page's script describes them, without those that it could not describe."""
    found = given[:MOST_LAYERS]
    for fault in [each["fault"] for each in found if "fault" in each]:
        logger.warning("A layer could not be described and is left alone: %.200s", fault)
    return tuple(Layer.from_page(each) for each in found if "fault" not in each)


@dataclass(frozen=True)
class Sight:
    """The page at one moment; `chars` is how much of the article there is, `points` how many places were touched."""

    url: str
    view: tuple[Count, Count]
    points: Count
    story_points: Count
    locked: bool
    in_layer: bool
    chars: Count
    layers: tuple[Layer, ...]

    @classmethod
    def from_page(cls, data: Mapping[str, Any]) -> Sight:
        """A sight as the page's script describes it; raises ValueError where it is none."""
        points, layers = data["points"], data["layers"]
        made: Sight = _adapter(cls.__name__).validate_python(
            {
                **{name: data[name] for name in ("url", "view", "locked", "in_layer", "chars")},
                "points": points["all"],
                "story_points": points["story"],
                "layers": layers_of(layers),
            }
        )
        return made

    def share(self, layer: Layer) -> float:
        """Which part of the view a layer is hit in, from 0 to 1."""
        return layer.hits / self.points if self.points else 0.0

    def story_share(self, layer: Layer) -> float:
        """Which part of the article in view a layer is hit in; of the whole view when the article is not in it."""
        return layer.story_hits / self.story_points if self.story_points >= 4 else self.share(layer)
