"""A known overlay, written down: how it is recognised, how a reader closes it, and whether it may be hidden."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from mtcrawler.model.article import OverlayKind

if TYPE_CHECKING:
    from collections.abc import Mapping

How = Literal["click", "text", "press"]


@dataclass(frozen=True)
class Step:
    """One thing a reader does: `click` a selector, click what bears a `text`, or `press` a key (Escape)."""

    how: How
    what: str


@dataclass(frozen=True)
class OverlayRule:
    """One overlay whose markup is known; `detect` are CSS selectors, any of which shows it.

    Steps are tried in order, each only if what it names is there and safe to press (see `docs/overlays.md`).
    `inline` marks a message that stands in the article's own flow: it is closed, or hidden where it cannot be closed.
    `words` tells a reader of the rule what the overlay says and where that was seen.
    """

    name: str
    kind: OverlayKind
    detect: tuple[str, ...]
    steps: tuple[Step, ...] = ()
    inline: bool = False
    hide: bool = True
    words: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> OverlayRule:
        """A rule as its JSON file has it; steps are `{"click": …}`, `{"text": …}` or `{"press": "Escape"}`.

        Raises `ValueError` for a step that is none of these.
        """
        return cls(
            name=data["name"],
            kind=data["kind"],
            detect=tuple(data["detect"]),
            steps=tuple(_step(step) for step in data.get("steps", ())),
            inline=data.get("inline", False),
            hide=data.get("hide", True),
            words=data.get("words", ""),
        )


@dataclass(frozen=True)
class WallVendor:
    """A paywall product, recognised by what its scripts leave on a page; being there is evidence, not yet a wall."""

    name: str
    globals: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()


def _step(data: Mapping[str, str]) -> Step:
    for how in ("click", "text", "press"):
        if how in data:
            return Step(how, data[how])
    message = f"a step says click, text or press, not {', '.join(data)}"
    raise ValueError(message)


def _files(folder: str) -> list[dict[str, Any]]:
    place = files(__package__).joinpath("rules", folder)
    return [json.loads(entry.read_text("utf-8")) for entry in sorted(place.iterdir(), key=lambda entry: entry.name)]


@cache
def vendor_rules() -> tuple[OverlayRule, ...]:
    """The rules that come with the crawler, one file a vendor."""
    return tuple(OverlayRule.from_data(data) for data in _files("overlays"))


@cache
def wall_vendors() -> tuple[WallVendor, ...]:
    """The paywall products that come with the crawler, one file a vendor."""
    parts = ("globals", "scripts", "elements")
    return tuple(WallVendor(data["name"], *(tuple(data.get(part, ())) for part in parts)) for data in _files("walls"))
