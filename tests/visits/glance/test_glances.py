"""A visit that finds nothing new at a glance makes no crawl, and says all that a crawl would have said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from mtcrawler.storage.layout import GLANCES
from mtcrawler.storage.location import Location
from mtcrawler.storage.s3.client import Client
from tests.discovery.memory.test_unchanged_sources import LATER, ONE, TWO, listing, sitemap
from tests.fixtures.crawl import Run, crawl
from tests.fixtures.moody import TODAY, Moody, Said, described_in, manifests, moody, story

SOON: Final = "2026-11-21T10:20:00+00:00"
GIVEN: Final = {"since": "2026-11-01", "S_RENDER_MODE": "http"}


@contextmanager
def paper_of(**answers: Said) -> Iterator[Moody]:
    """The paper with one story, named by a sitemap with an ETag."""
    with moody({ONE: story("ice"), "/map.xml": sitemap(ONE), **answers}, host="127.0.0.2") as paper:
        yield paper


class Visits:
    """Visits of the paper, one after the other, each by a process that is asked for a list of sites."""

    def __init__(self, paper: Moody, bucket: Location, var: Path) -> None:
        self.paper, self._bucket, self._var = paper, bucket, var
        self.sites = described_in(var / "sites")

    def visit(self, **arguments: str) -> tuple[Run, dict[str, Any]]:
        """A visit and its manifest."""
        path = self._var / "sites.csv"
        path.write_text(f"url,mirror\npaper.example,{self.paper.origin}\n")
        given = {"E_MTCRAWLER_NOW": TODAY, "E_MTCRAWLER_SITES": self.sites, **GIVEN, **arguments}
        before = set(manifests(self._bucket))
        run = crawl("news", self._bucket, self._var, sites=str(path), **given)
        told = manifests(self._bucket)
        (new,) = set(told) - before or {""}
        return run, told.get(new, {})


def test_nothing_new_is_seen_at_a_glance(bucket: Location, tmp_path: Path) -> None:
    """The manifest, the line and the exit code are those of a crawl that finds nothing new, and it says that it was a
    glance; only the sources were asked.
    """
    with paper_of() as paper:
        visits = Visits(paper, bucket, tmp_path)
        first, _ = visits.visit()
        assert first.code == 0, first.said
        before = paper.hits.copy()
        run, told = visits.visit(E_MTCRAWLER_NOW=SOON)
        print(run.said)
        assert run.code == 0, run.said
        assert paper.hits - before == {"/map.xml": 1}
        assert told["counts"]["glance"] == {"nothing-new": 1}
