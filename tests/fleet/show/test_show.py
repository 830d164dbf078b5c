"""What `make fleet` is made of: sites that publish, and a picture of what came of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.request import urlopen
from xml.etree import ElementTree

from tests.fixtures.crawl import ROOT
from tests.fleet.show.__main__ import LEAST
from tests.fleet.show.picture import Visited, Worked, drawn
from tests.fleet.show.sites import FIRST, published

START = datetime(2026, 11, 30, 12, tzinfo=UTC)


def test_invented_sites_publish() -> None:
    """Each site has a front page that leads to its articles, and nothing else; a busy one publishes more and more."""
    with published(2) as sites:
        for address, site in sites.items():
            front = urlopen(address).read().decode()
            assert len(site.published) >= FIRST
            assert all(path in front for path in list(site.published)[:FIRST])
            assert "article:published_time" in urlopen(address + next(iter(site.published))).read().decode()
            assert site.answer("/other") is None
        (busy, _) = sites.values()
        before = len(busy.published)
        for _ in range(100):
            busy.turn()
        assert len(busy.published) > before


def test_the_least_time_is_told_before_it_is_refused() -> None:
    """Fewer seconds than the show takes are refused: `make help` and docs/fleet.md say how many it takes."""
    (line,) = re.findall(r"(?m)^fleet:.*$", (ROOT / "Makefile").read_text("utf-8"))
    assert f"({LEAST} or more)" in line
    assert f"fewer than {LEAST} are refused" in (ROOT / "docs" / "fleet.md").read_text("utf-8")


def test_the_picture_shows_all_of_it() -> None:
    """Each visit is a dot, each worker a line, a killed one marked, and the time without a database a band."""
    at = [START + timedelta(seconds=seconds) for seconds in (0, 10, 30, 60)]
    visits = [Visited(moment, late) for moment, late in zip(at, (0, 1, 45.9, 2), strict=True)]
    workers = [Worked(1, at[0], at[2], killed=True), Worked(2, at[2], at[3], killed=False)]
    root = ElementTree.fromstring(drawn("3 < 4 sites", at[0], at[3], visits, workers, [(at[1], at[2])]))
    kinds = [element.get("class") for element in root.iter()]
    assert [kinds.count(kind) for kind in ("late", "worker", "killed", "away")] == [4, 2, 1, 1]
    assert "45.9 s" in "".join(root.itertext())
    assert ElementTree.fromstring(drawn("none", at[0], at[3], [], [], [])).tag.endswith("svg")
