"""The demo's crawls, as an operator types them; all of them into the demo's own store."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.sites.world.crawling import NAMES
from tests.sites.world.serving import World
from tests.sites.world.stories import DAYS, NOW

ROOT = Path(__file__).parents[2]
SINCE = "2000-01-01"


def newspaper(origin: str, var: Path) -> int:
    """`scrapy crawl moscowtimes`, its progress and summary on this terminal; returns its exit code."""
    return _crawl(["moscowtimes", "-a", f"site={origin}", "-a", f"since={SINCE}"], var)


def unknown(world: World, var: Path) -> int:
    """`scrapy crawl news` for all sites of a world in one process, the last week of each; returns its exit code."""
    origins = ",".join(site.origin for site in world.sites.values())
    since = (NOW - timedelta(days=DAYS)).date().isoformat()
    arguments = ["news", "-a", f"site={origins}", "-a", f"since={since}", "-s", "ALLOWED_NETWORKS=127.0.0.0/8"]
    return _crawl(arguments, var, PYTHONPATH=os.pathsep.join((str(NAMES), os.environ.get("PYTHONPATH", ""))))


def _crawl(arguments: list[str], var: Path, **variables: str) -> int:
    # Whatever this machine's environment says of buckets and settings, the demo stays in its own folder.
    ours = ("S3_", "AWS_", "SCRAPY_", "MTCRAWLER_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    environment |= {"MTCRAWLER_VAR": str(var), **variables}
    command = [sys.executable, "-m", "scrapy", "crawl", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
