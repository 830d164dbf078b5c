"""Laws of spider arguments: what is asked for is understood exactly or refused with what may be asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from mtcrawler.frontier.scope import Scope
from mtcrawler.model.errors import ArgumentError, ArgumentErrors

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


@pytest.mark.parametrize(("age", "hours"), [("48h", 48.0), ("36H", 36.0), ("90m", 1.5)])
def test_hours_and_minutes_are_meant_to_the_second(age: str, hours: float) -> None:
    """An age in hours or minutes begins or ends at that moment, whose day is the first or the last one read."""
    moment, second = NOW - timedelta(hours=hours), timedelta(seconds=1)
    since, until = parse(since=age), parse(since="9d", until=age)
    for scope, inside, outside in ((since, moment, moment - second), (until, moment, moment + second)):
        assert scope.covers(inside.date(), inside)
        assert not scope.covers(outside.date(), outside)
        assert scope.covers(moment.date())
        assert not scope.wants("sitemap", outside.date(), None, outside)


def test_sections_leave_the_sitemap_out_unless_it_is_asked_for() -> None:
    """A sitemap cannot tell sections apart, so asking for some does not read it."""
    assert parse(sections="news, opinion").sources == {"feed", "list"}
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
        ({"since": "soon"}, "since=2026-11-01, since=7d or since=48h"),
        ({"since": "2026-11-31"}, "since=2026-11-31"),
        ({"since": "2026-11-20", "until": "2026-11-10"}, "after until"),
        ({"since": "2h", "until": "5h"}, "after until"),
        ({"since": "1h", "until": "2h"}, "since=1h: it lies after until=2h"),
        ({"until": "5d"}, "until=5d: it lies before since=2d, the default"),
        ({"since": "2030-01-01"}, "lies in the future"),
        ({"until": "x"}, "until=x"),
        ({"sections": "news,sport"}, "“sport” is not known. Choose from news, opinion"),
        ({"sections": ""}, "it is empty"),
        ({"sources": "twitter"}, "sitemap, feed, list"),
        ({"limit": "0"}, "whole number above 0"),
        ({"limit": "many"}, "limit=50"),
        ({"limit": "9" * 5000}, "more than 18 characters. Write limit=50"),
        ({"site": "localhost:8600"}, "not an http or https address"),
        ({"site": "http://127.0.0.1:1", "mirror": "http://127.0.0.1:2"}, "Give one of the two"),
        ({"site": "http://127.0.0.1:8600/news"}, "names a page, not an origin"),
        ({"url": "story"}, "not an http or https address"),
        ({"seed": "1"}, "no such argument"),
        ({"Since": "2d"}, "Did you mean since?"),
        ({"since": "2026-13-01"}, "Write since=2026-11-01"),
        ({"sections": "sport,weather"}, "“sport” and “weather” are not known"),
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
    assert len(str(caught.value)) < 400


def test_sources_are_asked_for_as_definitions_call_them() -> None:
    """`feed` and `list` are the words of a definition; the older `rss` and `sections` mean the same."""
    assert parse(sources="feed,list").sources == parse(sources="rss sections").sources == {"feed", "list"}


def test_a_back_fill_is_read_only_where_it_is_asked_for() -> None:
    """A source with a name of its own is no part of the default, nor of its kind: it is asked for by name."""

    def asked(**arguments: str) -> Scope:
        return Scope.parse(arguments, ("news",), now=NOW, backfills=("authors", "tags"))

    read = {(kind, name) for kind in ("feed", "list") for name in (None, "authors", "tags")}
    assert {one for one in read if asked().reads(*one)} == {("feed", None), ("list", None)}
    assert {one for one in read if asked(sources="list,tags").reads(*one)} == {
        ("list", None),
        ("list", "tags"),
        ("feed", "tags"),
    }
    assert {one for one in read if asked(sources="backfill").reads(*one)} == {one for one in read if one[1]}
    with pytest.raises(ArgumentError, match="sitemap, feed, list, wordpress, backfill, authors, tags"):
        asked(sources="issues")
    with pytest.raises(ArgumentError, match=r"sitemap, feed, list, wordpress\."):
        parse(sources="backfill")
    assert not asked(sections="news", sources="tags").wants("backfill:tags", None, "sport")


def test_all_wrong_arguments_are_told_at_once() -> None:
    """Each wrong argument is an error of its own, whatever else is wrong, and together they are one line, too."""
    with pytest.raises(ArgumentErrors) as caught:
        parse(since="soon", until="x", sections="sport", limit="0", url="a, https://b.example/1, c", seed="1")
    named = [str(each).partition(":")[0].removeprefix("Reading the argument ") for each in caught.value.each]
    assert named == ["seed=1", "since=soon", "until=x", "sections=sport", "limit=0", "url=a", "url=c"]
    assert all(str(each) in str(caught.value) for each in caught.value.each)
    assert "\n" not in str(caught.value)
