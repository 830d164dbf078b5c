"""A run that a person interrupts: the signal reaches every process that the terminal has, and no page is misjudged."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.crawl import ROOT, articles, command, environment
from tests.hostile.answers import OpenAnswer
from tests.hostile.canary import HostileSite
from tests.hostile.pages import PATH, article

ENDED = 60.0
"""Seconds after which the run should have ended, on a busy machine too."""


@pytest.mark.slow
@pytest.mark.parametrize(("number", "stored"), [(signal.SIGINT, 1), (signal.SIGTERM, 0)], ids=["SIGINT", "SIGTERM"])
def test_a_page_under_way_is_never_misjudged(
    number: signal.Signals, stored: int, bucket: Location, tmp_path: Path
) -> None:
    """A page that the browser is loading when all processes of a run are signalled is read to its end after Ctrl-C, and
    left to the next run where SIGTERM ends Playwright's driver; it is never taken for a page without an article.
    """
    said = tmp_path / "said"
    with HostileSite() as site:
        page = OpenAnswer(article().encode())
        site.answers[PATH] = [page]
        line = command("moscowtimes", site=site.origin, url=site.origin + PATH, S_RENDER_MODE="browser")
        given = {**environment(bucket, tmp_path), "MTCRAWLER_NOW": "2026-11-22T12:00:00+00:00"}
        with (
            said.open("wb") as log,
            subprocess.Popen(
                line, cwd=ROOT, env=given, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            ) as crawl,
        ):
            ends = time.monotonic() + ENDED
            while PATH not in site.asked:
                assert crawl.poll() is None, said.read_text()
                time.sleep(0.02)
            os.killpg(crawl.pid, number)
            while "Closing spider (shutdown)" not in said.read_text():
                assert time.monotonic() < ends, said.read_text()
                time.sleep(0.02)
            page.seen.set()
            crawl.wait(ENDED)
    told = said.read_text()
    with Bucket(bucket) as reader:
        manifests = list(reader.manifests())
    ended = [(one["outcome"], one["counts"]["not_articles"]) for one in manifests]
    assert (crawl.returncode, ended) == (16, [("stopped", 0)]), told
    assert len(articles(bucket)) == stored, told
