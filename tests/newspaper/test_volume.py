"""A newspaper of any size, and what it counts."""

from __future__ import annotations

import re
import urllib.request

import pytest

from tests.newspaper import Newspaper
from tests.newspaper.addresses import story_path
from tests.newspaper.serving.weight import FONTS, LOADED, STRANGERS
from tests.newspaper.stories import SEED, edition
from tests.newspaper.volume import sized


@pytest.mark.parametrize("count", [1, 40, 260, 700])
def test_a_newspaper_has_as_many_stories_as_asked_for(count: int) -> None:
    """Every one has an address, a number and words of its own, and stands where its date says."""
    stories = sized("en", SEED, count)
    assert len({story_path(story) for story in stories}) == count
    assert len({story.number for story in stories}) == count
    assert stories == tuple(sorted(stories, key=lambda story: story.published, reverse=True))
    told = {(story.headline, repr(story.blocks)) for story in stories if not story.twin}
    assert len(told) == count - sum(1 for story in stories if story.twin)


def test_a_whole_year_is_the_editions_own() -> None:
    """What is not repeated keeps its address."""
    regular = [story for story in edition("en") if story.regular]
    assert [story_path(story) for story in sized("en", SEED, len(regular))] == [story_path(one) for one in regular]


def test_a_newspaper_of_thousands_keeps_no_page() -> None:
    """Its pages are made when they are asked for, the same each time."""
    with Newspaper("en", count=1001, base="self") as paper:
        path = story_path(paper.stories[700])
        first, again = paper.site.answer(path), paper.site.answer(path)
        assert first == again
        assert first is not again


def test_requests_and_bytes_are_counted() -> None:
    """Each answer counts with the bytes of its body, and a story's page as such."""
    with Newspaper("en", count=3, base="self") as paper:
        path = story_path(paper.stories[0])
        sizes = [len(urllib.request.urlopen(paper.origin + place).read()) for place in (path, "/robots.txt")]
        traffic = paper.traffic
        assert (traffic.requests, traffic.stories, traffic.body_bytes) == (2, 1, sum(sizes))
        assert 0 < traffic.first <= traffic.last


def test_a_heavy_page_loads_what_pages_of_today_do() -> None:
    """Everything it names of its own is served, and kept by a browser's cache; its article is the same."""
    with Newspaper("en", count=1, base="self", heavy=True) as paper:
        page = urllib.request.urlopen(paper.origin + story_path(paper.stories[0])).read().decode()
        named = re.findall(r'(?:src|href)="([^"]*/(?:assets|image/article_320)/[^"]*)"', page)
        assert len(named) + FONTS + len(STRANGERS) == LOADED
        for url in named:
            assert urllib.request.urlopen(url).headers["Cache-Control"]
