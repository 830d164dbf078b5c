"""A newspaper crawled by a spoiled definition, then healed from its kept pages without a request."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from subprocess import run as run_process
from typing import Any

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, articles, crawl, differences, environment
from tests.fixtures.store import Contents
from tests.newspaper import Newspaper

SINCE = "2026-11-19"
SPOILED = (
    (r"(?m)^authors = .*$", 'authors = ".no-such-byline a"'),
    (r"(?m)^summary = .*$", 'summary = ".article__header time"'),
)


def reextract(bucket: Location, var: Path, *options: str, sites: Path = ROOT / "sites") -> dict[str, Any]:
    """What the command says in a pipe."""
    given = {**environment(bucket, var), "MTCRAWLER_SITES": str(sites), "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-m", "mtcrawler.cli", "--var", str(var), "reextract", "--workers", "1", *options]
    done = run_process(line, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def spoiled(folder: Path) -> Path:
    """The definitions with selectors of the newspaper that read nothing, or the wrong thing."""
    sites = shutil.copytree(ROOT / "sites", folder / "sites")
    file = sites / "themoscowtimes.com.toml"
    text = file.read_text()
    for pattern, instead in SPOILED:
        text, count = re.subn(pattern, instead, text)
        assert count == 1
    file.write_text(text)
    return sites


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["http", "browser"])
def test_what_was_read_wrong_is_healed_from_kept_pages(bucket: Location, tmp_path: Path, mode: str) -> None:
    """Every field of every article is the truth in the end, the feed says how, and the newspaper was closed by then."""
    sites = spoiled(tmp_path)
    asked = {"since": SINCE, "S_RENDER_MODE": mode, "S_KEEP_PAGES": "all", "E_MTCRAWLER_SITES": str(sites)}
    with Newspaper("en", modal="inline") as paper:
        run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, **asked)
        truth = paper.expected()
    assert run.code == 0, run.said
    before = articles(bucket)
    wrong = {url for url, one in before.items() if differences(one, truth[url])}
    assert wrong
    trial = reextract(bucket, tmp_path, "--dry-run")
    assert articles(bucket) == before
    told = reextract(bucket, tmp_path)
    after = articles(bucket)
    assert {url: found for url, one in after.items() if (found := differences(one, truth[url]))} == {}
    assert (told["written"], trial["written"]) == (len(wrong), 0)
    assert trial["fields"] == told["fields"]
    assert {"authors"} <= set(told["fields"]) <= {"authors", "summary"}
    contents = Contents.of(bucket)
    assert {identity for identity, _ in contents.told("reextracted")} == {after[url]["id"] for url in wrong}
    assert contents.told("revised") == set()
    for url, one in after.items():
        assert one["revision"] == (2 if url in wrong else 1)
        for name in ("run_id", "fetched_at", "discovered_via", "snapshot"):
            assert one["provenance"][name] == before[url]["provenance"][name]
    again = reextract(bucket, tmp_path)
    assert (again["differ"], again["read"]) == (0, len(after))
