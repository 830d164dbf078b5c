"""What one look at a page saw: the layers that stand over it and what could be pressed in them, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Where = Literal["fixed", "sticky", "floating", "flow", "inline", "frame"]
Rect = tuple[float, float, float, float]
"""Left, top, width and height in CSS pixels, from the corner of the view (or of the frame)."""


@dataclass(frozen=True)
class Control:
    """Something a reader could press; `path` names the frame elements that lead to its document, outermost first."""

    id: int
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
        """A control as the page's script describes it."""
        return cls(**{**data, "rect": tuple(data["rect"]), "path": path})


@dataclass(frozen=True)
class Frame:
    """A child frame inside a layer."""

    id: int
    rect: Rect
    names: str


@dataclass(frozen=True)
class Layer:
    """One thing that stands over the page, or a box in the flow that may be a message.

    `instead` says that it is shown in the place of the article, which is not shown at all;
    `also` names layers that are parts of this one.
    """

    id: int
    how: Where
    tag: str
    names: str
    role: str
    label: str
    modal: bool
    top: bool
    dialog: bool
    sign: bool
    rule: int | None
    z: int
    hidden: bool
    rect: Rect
    hits: int
    story_hits: int
    in_story: bool
    after_story: bool
    instead: bool
    text: str
    links: int
    nav: bool
    h1: bool
    player: bool
    pictures: int
    paragraphs: int
    fields: Mapping[str, int]
    checked: int
    frames: tuple[Frame, ...]
    controls: tuple[Control, ...] = field(repr=False)
    also: tuple[int, ...] = ()

    @classmethod
    def from_page(cls, data: Mapping[str, Any], path: tuple[int, ...] = ()) -> Layer:
        """A layer as the page's script describes it."""
        return cls(
            **{
                **data,
                "rect": tuple(data["rect"]),
                "frames": tuple(Frame(each["id"], tuple(each["rect"]), each["names"]) for each in data["frames"]),
                "controls": tuple(Control.from_page(each, path) for each in data["controls"]),
            }
        )


@dataclass(frozen=True)
class Sight:
    """The page at one moment; `chars` is how much of the article there is, `points` how many places were touched."""

    url: str
    view: tuple[int, int]
    points: int
    story_points: int
    locked: bool
    in_layer: bool
    chars: int
    layers: tuple[Layer, ...]

    @classmethod
    def from_page(cls, data: Mapping[str, Any]) -> Sight:
        """A sight as the page's script describes it."""
        return cls(
            url=data["url"],
            view=tuple(data["view"]),
            points=data["points"]["all"],
            story_points=data["points"]["story"],
            locked=data["locked"],
            in_layer=data["in_layer"],
            chars=data["chars"],
            layers=tuple(Layer.from_page(each) for each in data["layers"]),
        )

    def share(self, layer: Layer) -> float:
        """Which part of the view a layer is hit in, from 0 to 1."""
        return layer.hits / self.points if self.points else 0.0

    def story_share(self, layer: Layer) -> float:
        """Which part of the article in view a layer is hit in; of the whole view when the article is not in it."""
        return layer.story_hits / self.story_points if self.story_points >= 4 else self.share(layer)
