"""A publisher that redesigns its pages overnight: the next run says what fell, from what to what, and ends with 18."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mtcrawler.runs.outcome.drift import remember, series_of
from mtcrawler.runs.outcome.profile import Profile
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import crawl
from tests.newspaper import Newspaper

OCTOBER = {"since": "2026-10-01", "until": "2026-10-31", "E_MTCRAWLER_NOW": "2026-10-31T20:00:00+03:00"}
NOVEMBER = {"since": "2026-11-01", "E_MTCRAWLER_NOW": "2026-11-23T20:00:00+03:00"}
LATEST = {"since": "2026-11-22", "E_MTCRAWLER_NOW": "2026-11-23T20:00:00+03:00"}
BEGIN = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.slow
def test_a_redesign_is_drift(bucket: Location, tmp_path: Path) -> None:
    """Bylines gone and bodies cut short between two runs: the articles are stored, and both losses are named."""
    with Newspaper("en", modal="none") as paper:
        asked = {"site": paper.origin, "sources": "sitemap", "S_RECHECK": "0"}
        first = crawl("moscowtimes", bucket, tmp_path, **asked, **OCTOBER)
        paper.redesign()
        second = crawl("moscowtimes", bucket, tmp_path, **asked, **NOVEMBER)
    assert (first.code, second.code) == (0, 18), first.said + second.said
    assert "authors" in second.last_line
    assert "→ 0% of" in second.last_line
    with Bucket(bucket) as reader:
        manifest = next(one for one in reader.manifests() if one["outcome"] == "drifted")
        report = reader.run_file(manifest["started_at"][:10], manifest["run_id"], "report.html")
    fell = {one["what"]: one for one in manifest["drift"]}
    assert set(fell) == {"authors", "words"}
    assert fell["authors"]["before"] > 0.3
    assert fell["authors"]["now"] == 0
    assert fell["words"]["before"] > 2 * fell["words"]["now"] > 0
    assert manifest["counts"]["stored"]["new"] > 20
    assert report
    assert f'authors <span class="fell">fell from {100 * fell["authors"]["before"]:.0f} %' in report.decode()


@pytest.mark.slow
def test_lists_that_name_nothing_are_drift(bucket: Location, client: Client, tmp_path: Path) -> None:
    """Section lists that named articles in run after run and are empty today: 18, and the sections are named."""
    with Newspaper("en", modal="none", unlisted=True) as paper:
        asked = {"site": paper.origin, "sources": "sections"}
        for day in range(3):
            usual = Profile(at=BEGIN + timedelta(days=day), listed={"section:news": 19, "section:opinion": 19})
            remember(client, "moscowtimes", series_of(asked) or "", usual)
        run = crawl("moscowtimes", bucket, tmp_path, **asked, **LATEST)
    assert run.code == 18, run.said
    assert "listed by section:news 19 → 0" in run.last_line
    assert "listed by section:opinion 19 → 0" in run.last_line
