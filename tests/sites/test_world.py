"""Sites of forty layouts that nobody has described are found and read: eight of them quickly, all of them slowly."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.sites.table import table
from tests.sites.world.crawling import crawled, crawled_together
from tests.sites.world.layouts import layouts
from tests.sites.world.measuring import FIELDS, Score, scored, stated
from tests.sites.world.serving import served

FETCHES = 1.3
"""Requests for pages per article of the last week, or per page of one that has several."""
UNDATED = {"valle-comune": 1.6, "kreisbote": 1.6, "kystavisen": 2.0}
"""The same where neither lists nor addresses tell a day: what is old is known when it has been read."""
NOT_FOUND = {"kystavisen": 8, "old-chronicle": 3, "mola-blog": 2}
"""Articles that may be missed: a section on a host of its own, which is not read as the site's, pages that declare
nothing and are told from others by little, and short texts whose paragraphs are lines of one element.
"""
RIGHT = 0.95
BROKEN_LINES = {"mola-blog": 0.9}
"""The share of right blocks where all paragraphs are lines of one element."""
CLUTTER = 0.1
"""Lines an article that are none of it, of any one site."""
CLUTTERED = {"old-chronicle": 0.3, "kreisbote": 0.6}
"""The same where few classes or elements tell what stands around a text."""
AGAIN = 2
"""Requests for sources that were asked for before: robots.txt is obeyed and read."""
NAMED = {"cang-bao": 4, "haigang-net": 4}
"""The same where the sitemap names the sections among the articles."""
FOUND = 0.98
"""The share of articles of the last week that is stored, of all sites."""
CLUTTER_OF_ALL = 0.05
"""Lines an article that are none of it, of all sites."""


@pytest.mark.parametrize(
    "name", [name if one.quick else pytest.param(name, marks=pytest.mark.slow) for name, one in layouts().items()]
)
def test_a_site_of_this_layout_is_found_and_read(name: str, bucket: Location, tmp_path: Path) -> None:
    """Articles of the last week are stored but for the few that may be missed, no list or page about the site is, few
    pages are asked for in vain and no source again, and each field that the pages state is right nearly always.
    """
    with served([layouts()[name]]) as world:
        came = crawled(world, name, bucket, tmp_path)
    score = scored(came)
    assert score.found >= score.wanted - NOT_FOUND.get(name, 0), (score.wrong["found"], came.run.said)
    assert score.strays == 0, score.wrong["strays"]
    assert score.again <= NAMED.get(name, AGAIN), score.wrong["again"]
    assert score.fetches <= UNDATED.get(name, FETCHES), score.wrong["pages"]
    right = BROKEN_LINES.get(name, RIGHT)
    assert not {field: score.wrong[field] for field in stated(came.site) if score.share(field) < right}
    assert score.clutter <= CLUTTERED.get(name, CLUTTER) * score.wanted, score.wrong["clutter"]


@pytest.mark.slow
def test_all_sites_are_found_and_read_by_one_process(bucket: Location, tmp_path: Path) -> None:
    """One process crawls all forty into one bucket as well as forty processes would: nearly all articles of the last
    week are stored and nothing that is none, few pages are asked for in vain, and each field is right nearly always.
    """
    with served(layouts().values()) as world:
        came = crawled_together(world, layouts(), bucket, tmp_path / "all")
    scores = {name: scored(one) for name, one in came.items()}
    whole = Score.of_all(scores.values())
    print(table(scores))
    said = next(iter(came.values())).run
    assert (said.code, len(scores)) == (0, 40), said.said
    assert whole.found >= FOUND * whole.wanted, {name: score.wrong["found"] for name, score in scores.items()}
    assert whole.strays == 0, {name: score.wrong["strays"] for name, score in scores.items()}
    assert whole.fetches <= FETCHES
    assert not {field: whole.share(field) for field in FIELDS if whole.share(field) < RIGHT}
    assert whole.clutter <= CLUTTER_OF_ALL * whole.found
