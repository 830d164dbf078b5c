"""Laws of the desk: each article is fetched once, when it is asked for, the newest first."""

from __future__ import annotations

from datetime import date

from mtcrawler.frontier.frontier import Frontier
from mtcrawler.frontier.scope import Scope
from mtcrawler.model.discovered_url import DiscoveredUrl
from tests.fixtures.sites import described

PAPER = described(
    "p.example",
    query_matters=False,
    articles=(
        {"match": r"/\d{4}/\d{2}/\d{2}/(?P<slug>[^/]+?)(-a\d+)?", "examples": ("/2026/11/02/x-a1",)},
        {"match": "/plus/[^/]+", "examples": ("/plus/x",)},
    ),
    dated=({"match": r"/(\d{4})/(\d{2})/(\d{2})/[^/]+-a\d+", "examples": ("/2026/11/02/x-a1",)},),
)


def frontier(limit: int | None = None) -> Frontier:
    return Frontier(PAPER, PAPER.site, Scope(since=date(2026, 11, 1), until=date(2026, 11, 30), limit=limit))


def found(path: str, source: str = "s") -> DiscoveredUrl:
    return DiscoveredUrl(f"https://p.example{path}", source)


def test_an_address_is_handed_out_once_whoever_names_it() -> None:
    """The first source that names an article counts, in whatever form it does."""
    at = frontier()
    assert at.consider(found("/2026/11/02/x-a1", "rss")) is not None
    assert at.consider(found("/2026/11/02/x-a1/?utm_source=a", "sitemap")) is None
    assert at.found == {"rss": 1}


def test_only_articles_of_the_days_asked_for_are_wanted() -> None:
    """Other pages, other days and impossible days are left alone; undated articles are looked at."""
    at = frontier()
    assert at.consider(found("/about")) is None
    assert at.consider(found("/2026/10/31/x-a1")) is None
    assert at.consider(DiscoveredUrl("https://q.example/2026/11/02/x-a1", "s")) is None
    undated = at.consider(found("/plus/x"))
    assert undated is not None
    assert undated.day is None
    assert at.day_of("https://p.example/2026/02/31/x-a1") is None


def test_a_related_link_to_a_known_article_is_not_followed() -> None:
    """A link with today's day and no id only redirects to an article that is known already."""
    at = frontier()
    at.consider(found("/2026/11/02/known-a1"))
    assert at.consider(found("/2026/11/23/known")) is None
    assert at.consider(found("/2026/11/23/unknown")) is not None


def test_with_a_limit_the_newest_are_released() -> None:
    """A limit waits until everything is known and takes the newest."""
    at = frontier(limit=2)
    for day in (3, 9, 5):
        assert at.consider(found(f"/2026/11/0{day}/x{day}-a{day}")) is None
    assert [one.day and one.day.day for one in at.release()] == [9, 5]
    at.consider(found("/2026/11/08/late-a8"))
    assert at.release() == []


def test_what_is_asked_for_by_name_is_fetched_whatever_its_day() -> None:
    """An address that was asked for needs no day, no form and no source."""
    at = frontier()
    asked = at.ask("https://p.example/all/7?amp=1")
    assert asked is not None
    assert asked.asked
    assert at.ask("https://p.example/all/7") is None
    instead = at.instead(asked, "https://p.example/2020/01/01/old-a7", "https://p.example/all/7")
    assert instead is not None
    assert instead.known_as == ("https://p.example/all/7", "https://p.example/all/7")
    assert at.instead(asked, "https://p.example/2020/01/01/old-a7", "x") is None
