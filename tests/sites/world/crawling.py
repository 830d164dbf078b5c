"""Sites of the world, crawled as ones that nobody has described, and what was stored of them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import Run, articles, crawl
from tests.sites.world.newssite import NewsSite
from tests.sites.world.serving import World
from tests.sites.world.stories import DAYS, NOW

NAMES = Path(__file__).parent / "names"
"""A folder that leads names under .example to this machine."""
AT_ONCE: Final = 8
"""Sites that one process crawls at a time."""


@dataclass(frozen=True)
class Crawled:
    """What came of one site: stored articles by canonical address, its run, and what it was asked for."""

    site: NewsSite
    run: Run
    stored: dict[str, dict[str, Any]]
    hits: Counter[tuple[str, str]]


def crawled(world: World, name: str, bucket: Location, var: Path, mode: str = "http") -> Crawled:
    """Crawl the last week of a site into a bucket of its own."""
    site = world.sites[name]
    run = _run(bucket, var, mode, site=site.origin)
    return _of(world, site, run, articles(bucket))


def crawled_together(world: World, names: Iterable[str], bucket: Location, var: Path) -> dict[str, Crawled]:
    """Crawl the last week of these sites in one process into one bucket; what came of each, by its name."""
    sites = {name: world.sites[name] for name in names}
    var.mkdir(exist_ok=True)
    listed = var / "sites.csv"
    listed.write_text("\n".join(("url", *(site.origin for site in sites.values()))))
    run = _run(bucket, var, "http", sites=str(listed), S_CONCURRENT_SITES=str(AT_ONCE))
    stored = articles(bucket)
    return {name: _of(world, site, run, stored) for name, site in sites.items()}


def _run(bucket: Location, var: Path, mode: str, **asked: str) -> Run:
    return crawl(
        "news",
        bucket,
        var,
        since=f"{DAYS}d",
        S_RENDER_MODE=mode,
        S_ALLOWED_NETWORKS="127.0.0.0/8",
        E_MTCRAWLER_NOW=NOW.isoformat(),
        E_PYTHONPATH=os.pathsep.join((str(NAMES), os.environ.get("PYTHONPATH", ""))),
        **asked,
    )


def _of(world: World, site: NewsSite, run: Run, stored: dict[str, dict[str, Any]]) -> Crawled:
    """What is this site's of all that was stored and asked for."""
    hosts = set(site.layout.hosts)
    own = {url: article for url, article in stored.items() if urlsplit(url).hostname in hosts}
    hits = Counter({place: number for place, number in world.hits.items() if place[0] in hosts})
    return Crawled(site, run, own, hits)
