"""What became of the things that stood over a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from mtcrawler.access.evidence import PageEvidence
from mtcrawler.model.article import Access, Overlay, Tier


@dataclass(frozen=True)
class Shot:
    """A picture of the view as PNG, before anything was touched or after everything was done."""

    name: str
    png: bytes
    when: Literal["before", "after"]


@dataclass(frozen=True)
class Dismissed:
    """The account of one pass over a page.

    `wall` is the tier of the wall that was left standing, `access` the verdict with its evidence, `page` what it
    rests on. `withheld` counts the paragraphs that a reader without access cannot see; where a wall stands they bear
    the attribute `data-withheld` and are not to be extracted. `ms` is the time the pass took, in milliseconds.
    """

    overlays: tuple[Overlay, ...] = ()
    evidence: tuple[Shot, ...] = ()
    wall: Tier | None = None
    access: Access = field(default_factory=Access)
    page: PageEvidence = field(default_factory=PageEvidence)
    withheld: int = 0
    ms: int = 0
