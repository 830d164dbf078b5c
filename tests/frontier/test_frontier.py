"""Laws of the desk: each article is fetched once, when it is asked for, the newest first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from mtcrawler.frontier.article_addresses import LearnedAddresses
from mtcrawler.frontier.frontier import FEW, Frontier
from mtcrawler.frontier.scope import Scope
from mtcrawler.model import clock
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.reasons import Fate
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
    instead = at.instead(asked, "https://p.example/2020/01/01/old-a7", "https://p.example/2020/01/01/old-a7/")
    assert instead is not None
    assert instead.found.url == "https://p.example/2020/01/01/old-a7/"
    assert at.instead(asked, "https://p.example/2020/01/01/old-a7", "x") is None


NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def noon() -> Iterator[None]:
    """It is noon."""
    clock.pretend(NOON)
    yield
    clock.pretend(datetime.now(UTC))


def said(path: str, *, published: datetime | None = None, lastmod: datetime | None = None) -> DiscoveredUrl:
    return DiscoveredUrl(f"https://p.example{path}", "s", published, lastmod)


@pytest.mark.usefixtures("noon")
def test_the_latest_that_any_source_says_of_an_address_counts() -> None:
    """A source that names a known article first and says nothing does not hide the edit that a later one announces."""
    at, path = frontier(), "/2026/11/02/x-a1"
    looked = NOON - timedelta(hours=2)
    at.due = lambda address, changed, source: changed is not None and changed > looked
    assert at.consider(said(path)) is None
    assert at.consider(said(path, lastmod=looked - timedelta(hours=1))) is None
    assert at.spared == 1
    target = at.consider(said(f"{path}/", published=looked - timedelta(days=3), lastmod=NOON - timedelta(hours=1)))
    assert target is not None
    assert target.address == "https://p.example/2026/11/02/x-a1"
    assert (at.spared, at.found.total()) == (0, 1)
    assert at.consider(said(path, lastmod=NOON)) is None


@pytest.mark.usefixtures("noon")
def test_a_change_does_not_hide_when_an_article_was_published() -> None:
    """Of an address that was put aside and is named again with a change, the time of publication is kept."""
    at, path, changed = frontier(), "/plus/x", NOON - timedelta(hours=1)
    looked = NOON - timedelta(hours=2)
    at.due = lambda address, changed, source: changed is not None and changed > looked
    assert at.consider(said(path, published=NOON - timedelta(days=9))) is None
    target = at.consider(said(path, lastmod=changed))
    assert target is not None
    assert (target.found.published, target.found.lastmod) == (NOON - timedelta(days=9), changed)
    assert target.found.url == f"https://p.example{path}"


@pytest.mark.usefixtures("noon")
def test_what_was_released_is_not_taken_again() -> None:
    """An address that waited in vain, came back and was fetched keeps its fate when a source names it once more."""
    at = frontier(limit=1)
    at.consider(said("/plus/x"))
    for number in range(FEW + 2):
        at.consider(said(f"/2026/11/10/x{number}-a{number}"))
    at.consider(said("/plus/x", lastmod=NOON - timedelta(hours=3)))
    (released,) = at.release()
    at.account.settle(released.address, Fate.NEW)
    assert at.consider(said("/plus/x", lastmod=NOON)) is None
    assert at.account.fates == {Fate.NEW: 1, Fate.OVER_LIMIT: FEW + 2}


def test_what_is_left_out_by_its_address_has_a_fate() -> None:
    """An address of another day, and one that leads to a known article, are each found once and accounted for."""
    at = frontier()
    at.consider(found("/2026/11/02/known-a1"))
    for path in ("/2026/10/31/x-a1", "/2026/10/31/x-a1", "/2026/11/23/known"):
        assert at.consider(found(path)) is None
    assert at.found == {"s": 3}
    assert at.account.fates == {Fate.OUT_OF_SCOPE: 1, Fate.ALTERNATE: 1}
    assert at.handled == 1


def test_what_is_forced_is_asked_for_as_it_was_fetched_and_judged_by_the_scope() -> None:
    """With force=1 a known address is no exception to the scope, as one that is merely due is."""
    at = frontier()
    target = at.ask_again("https://p.example/plus/x", "http://127.0.0.1:1/plus/x/")
    assert target is not None
    assert target.found.url == "https://p.example/plus/x/"
    assert not at.scope.wants(target.found.source, date(2026, 10, 1), None)
    assert at.ask_again("https://p.example/2026/10/31/x-a1") is None
    assert at.ask_again("https://p.example/about") is None


def test_with_a_limit_the_newest_of_what_is_forced_are_asked_for() -> None:
    """Known articles wait beside those that sources name, and the newest of both are taken."""
    at = frontier(limit=1)
    for day in (3, 9, 5):
        assert at.ask_again(f"https://p.example/plus/{day}", "", datetime(2026, 11, day, tzinfo=UTC)) is None
    assert [one.address for one in at.release()] == ["https://p.example/plus/9"]


@pytest.mark.usefixtures("noon")
def test_a_date_that_lies_ahead_is_no_news() -> None:
    """A change that is to come would make an article due in every run for ever."""
    at = frontier()
    at.due = lambda address, changed, source: changed is not None
    assert at.consider(said("/2026/11/02/x-a1", lastmod=NOON + timedelta(days=300))) is None
    assert at.consider(said("/2026/11/02/x-a1", lastmod=NOON)) is not None


@pytest.mark.usefixtures("noon")
def test_a_limit_takes_the_newest_by_all_that_is_known() -> None:
    """The day in the address, the time of publication and that of a change count, whichever source tells them when."""
    told = [
        said("/plus/old", lastmod=NOON - timedelta(days=9)),
        said("/plus/changed", lastmod=NOON - timedelta(hours=28)),
        said("/plus/named-twice"),
        said("/plus/named-twice", published=NOON - timedelta(hours=1)),
        said("/2026/11/22/morning-a1", published=datetime(2026, 11, 22, 6, tzinfo=UTC)),
        said("/2026/11/22/evening-a2", published=datetime(2026, 11, 22, 18, tzinfo=UTC)),
        said("/2026/11/03/edited-a3", lastmod=NOON - timedelta(hours=1)),
    ]
    newest = ["/plus/named-twice", "/2026/11/22/evening-a2", "/plus/changed", "/2026/11/22/morning-a1"]
    for order in list(permutations(told))[::239]:
        at = frontier(limit=4)
        assert [at.consider(one) for one in order] == [None] * len(told)
        assert [one.address.removeprefix("https://p.example") for one in at.release()] == newest


def test_what_was_passed_over_comes_back_with_news() -> None:
    """With a limit an address that waited in vain among thousands is taken once a source tells that it is new."""
    at = frontier(limit=1)
    for number in range(2_000):
        at.consider(said(f"/2026/11/10/x{number}-a{number}", published=datetime(2026, 11, 10, tzinfo=UTC)))
    at.consider(said("/plus/x"))
    for number in range(2_000, 4_000):
        at.consider(said(f"/2026/11/10/x{number}-a{number}", published=datetime(2026, 11, 10, tzinfo=UTC)))
    at.consider(said("/plus/x", published=datetime(2026, 11, 20, tzinfo=UTC)))
    assert [one.address for one in at.release()] == ["https://p.example/plus/x"]


@pytest.mark.usefixtures("noon")
@pytest.mark.parametrize("by_list", [True, False])
def test_an_address_that_was_too_old_by_one_source_is_found_once(by_list: bool) -> None:
    """A later date that another source tells counts, and the account has one entry for the address."""
    at = Frontier(
        PAPER, PAPER.site, Scope(date(2026, 11, 1), date(2026, 11, 30)), addresses=LearnedAddresses(PAPER.site)
    )
    path, old = "/news/ferry-runs-again-after-the-winter-48213", NOON - timedelta(days=60)
    if by_list:
        at.too_old(said(path))
    else:
        assert at.consider(said(path, published=old)) is None
    assert at.account.fates == {Fate.OUT_OF_SCOPE: 1}
    target = at.consider(said(path, published=NOON - timedelta(days=1)))
    assert target is not None
    at.account.settle(target.address, Fate.NEW)
    at.too_old(said(path))
    assert (at.found.total(), at.account.close(whole=True)) == (1, 0)
    assert +at.account.fates == {Fate.NEW: 1}


def test_what_is_known_costs_no_look() -> None:
    """An address in doubt that is known and not due is spared, and leaves the looks to those that nobody has seen."""
    learned = LearnedAddresses(PAPER.site)
    at = Frontier(PAPER, PAPER.site, Scope(date(2026, 11, 1), date(2026, 11, 30)), addresses=learned)
    at.due = lambda address, changed, source: "known" in address
    looks = learned.doubts
    assert at.consider(found("/p/anchor")) is None
    assert (at.spared, learned.doubts) == (1, looks)
    assert at.consider(found("/p/known")) is not None
    assert learned.doubts == looks - 1
