"""Laws of how far sources are followed: every list is counted, and comes to its end, by itself."""

from __future__ import annotations

from mtcrawler.frontier.reach import Reach
from mtcrawler.markup.addresses import Site
from mtcrawler.model.limits import LISTS, Cut
from mtcrawler.sites.sources import Listing

SITE = Site("https://p.example", frozenset({"p.example"}))


def test_a_list_ends_by_its_own_articles_only() -> None:
    """A list goes on though another one at the same address has named all its articles; read again, it ends."""
    reach = Reach(SITE)
    authors, section = Listing("/opinion", backfill="authors"), Listing("/opinion", first=19, step=18)
    assert reach.goes_on(authors, ["/a", "/b"])
    assert reach.goes_on(section, ["/a", "/b"])
    assert not reach.goes_on(section, ["/b", "/a"])


def test_the_lists_of_back_fills_count_apart() -> None:
    """As many lists of back-fills as ordinary ones may be leave room for these; each list is read once."""
    reach = Reach(SITE)
    assert {reach.listing(f"/tag/{number}", backfill=True) for number in range(LISTS)} == {False}
    assert [reach.listing("/plus/x") for _ in range(2)] == [False, True]
    assert {reach.listing(f"/plus/{number}") for number in range(LISTS)} == {False, Cut.LISTS}
    assert not reach.listing("/tag/more", backfill=True)
