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
    rests on. Where a wall stands `withheld` names the paragraphs that a reader without access cannot see: they are
    not to be extracted. The names are those of the script in the page (`node(name)`), nothing there is marked. `ms` is
    the time the pass took, in milliseconds.
    """

    overlays: tuple[Overlay, ...] = ()
    evidence: tuple[Shot, ...] = ()
    wall: Tier | None = None
    access: Access = field(default_factory=Access)
    page: PageEvidence = field(default_factory=PageEvidence)
    withheld: tuple[int, ...] = ()
    ms: int = 0
