"""Sites of forty layouts that nobody has described are found and read: eight of them quickly, all of them slowly."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.sites.world.crawling import crawled
from tests.sites.world.layouts import layouts
from tests.sites.world.measuring import FIELDS, scored
from tests.sites.world.serving import served

FETCHES = 1.3
"""Requests for pages per article of the last week."""
RIGHT = 0.95
CLUTTER = 0.5
"""Lines an article that are none of it, of any one site; of all of them together it is a fiftieth."""
NOT_FOUND = {"kystavisen": 8, "old-chronicle": 3}
"""Articles that may be missed: a section on a host of its own, which is not read as the site's, and pages without any
mark that are told from others by little.
"""


@pytest.mark.parametrize(
    "name", [name if one.quick else pytest.param(name, marks=pytest.mark.slow) for name, one in layouts().items()]
)
def test_a_site_of_this_layout_is_found_and_read(name: str, bucket: Location, tmp_path: Path) -> None:
    """Every article of the last week is stored, no list or page about the site is, few pages are asked for in vain, and
    each field that the pages state is right.
    """
    with served([layouts()[name]]) as world:
        score = scored(crawled(world, name, bucket, tmp_path))
    assert score.found >= score.wanted - NOT_FOUND.get(name, 0), score.wrong["found"]
    assert score.strays == 0, score.wrong["strays"]
    assert score.fetches <= (FETCHES if name not in NOT_FOUND else 2), score.wrong["pages"]
    wrong = {field: score.wrong[field] for field in FIELDS if score.compared[field] and score.share(field) < RIGHT}
    assert not wrong
    assert score.clutter <= CLUTTER * score.wanted, score.wrong["clutter"]
