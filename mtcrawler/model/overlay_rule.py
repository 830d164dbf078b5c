"""A known overlay, written down: how it is recognised, how a reader closes it, and whether it may be hidden."""

from __future__ import annotations

from typing import Annotated, Literal

import cssselect
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mtcrawler.model.article import OverlayKind

How = Literal["click", "text", "press"]


class Strict(BaseModel):
    """A frozen value that takes nothing for what it is not: no unknown keys, no text where a list belongs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)


def _parses(selector: str) -> str:
    try:
        cssselect.parse(selector)
    except cssselect.SelectorError as err:
        raise ValueError(f"{selector!r} is no CSS selector: {err}") from err
    return selector


BrowserSelector = Annotated[str, Field(min_length=1), AfterValidator(_parses)]
"""A CSS selector that the browser is asked for, in its own dialect."""
Words = Annotated[str, Field(min_length=1)]


class Step(Strict):
    """One thing a reader does: `click` a selector, click what bears a `text`, or `press` a key. Exactly one is set."""

    click: BrowserSelector | None = None
    text: Words | None = None
    press: Literal["Escape"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Step:
        if len(self.model_fields_set) != 1 or not self.what:
            raise ValueError("a step says one of click, text and press")
        return self

    @property
    def how(self) -> How:
        """Which of the three it is."""
        return "click" if self.click is not None else "text" if self.text is not None else "press"

    @property
    def what(self) -> str:
        """The selector, the words or the key."""
        return self.click or self.text or self.press or ""


class OverlayRule(Strict):
    """One overlay whose markup is known; `detect` are CSS selectors, any of which shows it.

    Steps are tried in order, each only if what it names is there and safe to press (see `docs/overlays.md`).
    `hide` says whether it may be hidden where it cannot be closed. `words` tells a reader of the rule what the overlay
    says and where that was seen.
    """

    name: Words
    kind: OverlayKind
    detect: Annotated[tuple[BrowserSelector, ...], Field(min_length=1)]
    steps: tuple[Step, ...] = ()
    hide: bool = True
    words: str = ""


class WallVendor(Strict):
    """A paywall product, recognised by what its scripts leave on a page; being there is evidence, not yet a wall."""

    name: Words
    globals: tuple[Words, ...] = ()
    scripts: tuple[Words, ...] = ()
    elements: tuple[BrowserSelector, ...] = ()
    words: str = ""

    @model_validator(mode="after")
    def _recognised(self) -> WallVendor:
        if not (self.globals or self.scripts or self.elements):
            raise ValueError("a vendor is known by globals, scripts or elements: give at least one")
        return self
