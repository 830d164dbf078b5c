"""A site of the world, crawled as one that nobody has described, and what was stored of it."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import Run, articles, crawl
from tests.fixtures.moody import manifests
from tests.sites.world.newssite import NewsSite
from tests.sites.world.serving import World
from tests.sites.world.stories import DAYS, NOW

NAMES = Path(__file__).parent / "names"
"""A folder that leads names under .example to this machine."""


@dataclass(frozen=True)
class Crawled:
    """What came of one site: stored articles by canonical address, its run and manifest, and what it was asked for."""

    site: NewsSite
    run: Run
    stored: dict[str, dict[str, Any]]
    told: dict[str, Any]
    hits: Counter[tuple[str, str]]


def crawled(world: World, name: str, bucket: Location, var: Path, mode: str = "http") -> Crawled:
    """Crawl the last week of a site into a bucket of its own."""
    site = world.sites[name]
    run = crawl(
        "news",
        bucket,
        var,
        site=site.origin,
        since=f"{DAYS}d",
        S_RENDER_MODE=mode,
        S_ALLOWED_NETWORKS="127.0.0.0/8",
        E_MTCRAWLER_NOW=NOW.isoformat(),
        E_PYTHONPATH=os.pathsep.join((str(NAMES), os.environ.get("PYTHONPATH", ""))),
    )
    told = manifests(bucket)
    hosts = set(site.layout.hosts)
    hits = Counter({place: number for place, number in world.hits.items() if place[0] in hosts})
    return Crawled(site, run, articles(bucket), next(iter(told.values()), {}), hits)
