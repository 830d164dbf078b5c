"""A week of the newspaper: seven daily runs, each on a machine that knows nothing, and a history that is the truth."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.crawl import Run, articles, crawl, differences
from tests.fixtures.store import Contents
from tests.newspaper import Newspaper
from tests.newspaper.newsroom.paid import MOSCOW
from tests.newspaper.week import QUIET_FROM

pytestmark = pytest.mark.slow

BEGIN = datetime(2026, 11, 20, 20, tzinfo=MOSCOW)
SINCE = "2024-11-01"
# What an edit is: of all that a page says, these are what a reader would see changed.
EDITED = ("headline", "subtitle", "summary", "text", "image", "body", "authors", "section", "tags", "modified_at")


@dataclass
class Week:
    """What the runs asked for, and every version of each story that was out when one of them looked."""

    requests: list[int] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    versions: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def look(self, paper: Newspaper) -> None:
        """Note what is out now."""
        now = paper.expected()
        self.gone = {url for url in self.versions if url not in now}
        for url, truth in now.items():
            versions = self.versions[url]
            if not versions or seen(versions[-1]) != seen(truth):
                versions.append(truth)


def seen(truth: dict[str, Any]) -> dict[str, Any]:
    """The part of a record that makes a revision."""
    return {name: truth[name] for name in EDITED}


def test_a_week_of_daily_runs_gives_the_truth(bucket: Location, tmp_path: Path) -> None:
    """Whatever is published, edited or taken away is the bucket's history exactly; quiet days cost next to nothing."""
    week = Week()
    with Newspaper("en", modal="none", today=BEGIN) as paper:
        for day in range(7):
            if day:
                paper.advance()
            week.look(paper)
            before = sum(paper.hits.values())
            moment = BEGIN + timedelta(days=day, minutes=30)
            week.runs.append(
                crawl(
                    "moscowtimes",
                    bucket,
                    tmp_path / f"day-{day}",
                    E_MTCRAWLER_NOW=moment.isoformat(),
                    site=paper.origin,
                    since=SINCE,
                    sources="sitemap",
                )
            )
            week.requests.append(sum(paper.hits.values()) - before)
        target = paper.listed()["sitemap"] | week.gone
        twice = {url for pair in paper.twins for url in pair}
    assert [run.code for run in week.runs] == [0] * 7, "\n".join(run.said for run in week.runs if run.code)
    stored = articles(bucket)
    assert target - twice == set(stored) - twice
    assert len(stored) == len(target) - len(twice) // 2
    with Bucket(bucket) as reader:
        quiet = list(reader.manifests())[: 7 - QUIET_FROM]
        assert all(manifest["counts"]["not_modified"] > 0 for manifest in quiet), "the site was not asked with ETags"
        assert [manifest["counts"]["stored"]["revised"] for manifest in quiet] == [0, 0]
        for url in stored:
            current = reader.get(url)
            assert current is not None
            history = [article.model_dump(mode="json") for article in reversed(list(reader.revisions(current)))]
            pairs = zip(history, [seen(truth) for truth in week.versions[url]], strict=True)
            assert [differences(one, true) for one, true in pairs] == [{}] * len(history), url
    contents = Contents.of(bucket)
    assert sorted(len(versions) for versions in week.versions.values() if len(versions) > 1) == [3, 4]
    told = {url: {change.change for change in contents.changes if change.canonical_url == url} for url in stored}
    assert [url for url, kinds in told.items() if "gone" in kinds] == sorted(week.gone)
    assert max(week.requests[QUIET_FROM:]) <= week.requests[0] * 0.05, week.requests
