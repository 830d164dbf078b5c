"""Laws of spider arguments: what is asked for is understood exactly or refused with what may be asked."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mtcrawler.frontier.scope import Scope
from mtcrawler.model.errors import ArgumentError

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECTIONS = ("news", "opinion")


def parse(**arguments: str) -> Scope:
    return Scope.parse(arguments, SECTIONS, now=NOW)


def test_the_last_two_days_are_the_default() -> None:
    """With nothing asked for, all sources are read for the last two days."""
    assert parse() == Scope(since=date(2026, 11, 21), until=date.max)


def test_days_and_ages_are_understood() -> None:
    """A day is a day, an age counts back from now, and both ends are included."""
    scope = parse(since="1w", until="2026-11-20")
    assert scope.covers(date(2026, 11, 16))
    assert scope.covers(date(2026, 11, 20))
    assert not scope.covers(date(2026, 11, 15))
    assert not scope.covers(date(2026, 11, 21))


def test_sections_leave_the_sitemap_out_unless_it_is_asked_for() -> None:
    """A sitemap cannot tell sections apart, so asking for some does not read it."""
    assert parse(sections="news, opinion").sources == {"rss", "sections"}
    assert parse(sections="news", sources="sitemap").sources == {"sitemap"}


def test_addresses_an_origin_and_a_limit_are_understood() -> None:
    """Several addresses may be given; an origin loses its closing slash."""
    scope = parse(url="https://a.example/1, https://a.example/2", site="http://127.0.0.1:8600/", limit="5")
    assert scope.urls == ("https://a.example/1", "https://a.example/2")
    assert (scope.site, scope.limit) == ("http://127.0.0.1:8600", 5)
    assert parse(site="HTTP://LocalHost:80").site == "http://localhost"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"since": "soon"}, "since=2026-11-01 or since=7d"),
        ({"since": "2026-11-31"}, "since=2026-11-31"),
        ({"since": "2026-11-20", "until": "2026-11-10"}, "after until"),
        ({"since": "2030-01-01"}, "lies in the future"),
        ({"until": "x"}, "until=x"),
        ({"sections": "news,sport"}, "“sport” is not known. Choose from news, opinion"),
        ({"sections": ""}, "it is empty"),
        ({"sources": "twitter"}, "sitemap, rss, sections"),
        ({"limit": "0"}, "whole number above 0"),
        ({"limit": "many"}, "limit=50"),
        ({"site": "localhost:8600"}, "not an http or https address"),
        ({"site": "http://127.0.0.1:1", "mirror": "http://127.0.0.1:2"}, "Give one of the two"),
        ({"site": "http://127.0.0.1:8600/news"}, "names a page, not an origin"),
        ({"url": "story"}, "not an http or https address"),
        ({"seed": "1"}, "no such argument"),
        ({"url": " "}, "it is empty"),
        ({"url": "http://[bad"}, "not an http or https address"),
        ({"site": "http://127.0.0.1:99999"}, "not an http or https address"),
    ],
)
def test_a_wrong_argument_is_refused_with_what_it_may_be(arguments: dict[str, str], named: str) -> None:
    """The error names the argument, what is wrong with it and what would be right, in one line."""
    with pytest.raises(ArgumentError) as caught:
        parse(**arguments)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
