"""A definition that nobody has tried crawls as any other, and says so."""

from __future__ import annotations

from pathlib import Path

from mtcrawler.storage.location import Location
from tests.fixtures.moody import crawled, described_in, moody, story


def test_a_crawl_by_an_untried_definition_says_so(bucket: Location, tmp_path: Path) -> None:
    """The log names the command that tries it, once; what is stored is the same."""
    sites = described_in(tmp_path / "sites", more="untried = true")
    with moody({"/2026/11/20/ice": story("ice")}) as paper:
        paper.lists("/2026/11/20/ice")
        run, manifest = crawled(paper, bucket, tmp_path, E_MTCRAWLER_SITES=sites)
    assert run.code == 0, run.said
    assert run.said.count("mtcrawler sites try paper.example") == 1
    assert manifest["counts"]["stored"]["new"] == 1
