"""What each of the forty sites is like, as `layouts.toml` says it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.sites.world.stories import Habits

FILE = Path(__file__).parent / "layouts.toml"


@dataclass(frozen=True)
class Layout:
    """One site. Addresses have places for `slug`, `id`, `section`, `year`, `month` and `day`; `following` is what the
    next part of a list adds to its address, `parts` that of an article; `extras` are names of what else it has.
    """

    name: str
    language: str
    skin: str
    address: str
    host: str = ""
    section: str = "/{section}"
    tag: str = "/tag/{slug}"
    person: str = "/author/{slug}"
    following: str = "?page={n}"
    parts: str = ""
    declares: str = "newsarticle og"
    sitemap: str = "plain"
    sitemap_at: str = "/sitemap.xml"
    robots: bool = True
    feed: str = ""
    feed_kind: str = "rss"
    feed_declared: bool = True
    fed: int = 20
    fronted: int = 14
    listed: int = 10
    encoding: str = "utf-8"
    zone: float = 0
    slugs: str = "latin"
    plain: bool = False
    absolute: bool = True
    first: int = 48200
    extras: str = ""
    quick: bool = False

    @property
    def habits(self) -> Habits:
        """How its newsroom writes."""
        return Habits(language=self.language, zone=self.zone, slugs=self.slugs, plain=self.plain, first=self.first)

    def has(self, extra: str) -> bool:
        """Whether it has this."""
        return extra in self.extras.split()

    @property
    def hosts(self) -> list[str]:
        """Its own host, and those beside it."""
        bare = self.own_host.removeprefix("www.")
        others = [f"{label}.{bare}" for label in ("m", "amp", "sport") if self.has(f"host:{label}")]
        return [self.own_host, *others, *([bare] if self.own_host != bare else [])]

    @property
    def own_host(self) -> str:
        """The host that its pages are at home on."""
        return self.host or f"www.{self.name}.example"


@cache
def layouts() -> dict[str, Layout]:
    """All of them by name."""
    told: list[dict[str, Any]] = tomllib.loads(FILE.read_text("utf-8"))["layouts"]
    return {one["name"]: Layout(**one) for one in told}
