"""Laws of declared addresses: one address is one find with one true fate, whichever page of an article comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from unittest.mock import Mock

import pytest
from scrapy.http import Request
from scrapy.utils.test import get_crawler

from mtcrawler.frontier.frontier import Frontier
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.frontier.scope import Scope
from mtcrawler.frontier.target import CrawlTarget, Errand
from mtcrawler.identity.ids import article_id
from mtcrawler.model.article import Article, Draft, Paragraph
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.provenance import Provenance
from mtcrawler.model.reasons import KEPT, Fate
from mtcrawler.spider.canonicals import AlternatePage, Canonicals
from tests.fixtures.sites import described

PAPER = described()
HOME = "https://paper.example/2026/11/20"
ICE, PRINT, FOG = f"{HOME}/ice", f"{HOME}/ice-print", f"{HOME}/fog"
PART = f"{ICE}?page=2"
WORDS = "The ice on the river is so thick that the ferry stays where it is until the frost is over."


def draft(url: str, canonical: str | None = None, words: str = WORDS) -> Draft:
    return Draft(
        url=url,
        canonical_url=canonical or url,
        alternate_urls=[url] if canonical else [],
        site="paper.example",
        publisher="The Paper",
        spider="paper",
        kind="news",
        language="en",
        headline="Ice",
        body=[Paragraph(text=words)],
        provenance=Provenance(
            run_id="run",
            crawler_version="0",
            fetched_at=datetime(2026, 11, 21, tzinfo=UTC),
            discovered_via="sitemap",
            rendered="http",
            status=200,
            extractor="paper/1",
        ),
    )


class Crawl:
    """Pages come as a test wants; `asked` is what for, and `told` which articles are others' alternates."""

    def __init__(self, **scope: Any) -> None:
        given = Scope(since=date(2026, 11, 1), until=date(2026, 11, 30), **scope)
        self.frontier = Frontier(PAPER, PAPER.site, given)
        self.account = self.frontier.account
        self.told: list[tuple[str, str]] = []
        self.asked: list[CrawlTarget] = []
        self.canonicals = Canonicals(get_crawler(), PAPER.site, self.frontier)
        self.canonicals.page_request = self._request
        self.canonicals.tell = self._tell

    def _request(self, target: CrawlTarget) -> Request:
        self.asked.append(target)
        return Request(target.address)

    def _tell(self, article: Article, first_id: str) -> None:
        self.told.append((article.canonical_url, first_id))

    def found(self, url: str) -> CrawlTarget:
        """What is fetched for an address that a source names."""
        target = self.frontier.consider(DiscoveredUrl(url, "sitemap"))
        assert target is not None
        return target

    def holds(self, target: CrawlTarget, canonical: str, words: str = WORDS) -> list[AlternatePage | Request]:
        """What is done for a page that declares another."""
        return self.canonicals.hold(target, draft(target.address, canonical, words), canonical)

    def stores(self, target: CrawlTarget, words: str = WORDS, fate: Fate = Fate.NEW) -> Draft | None:
        """The draft of a page that is its own, where it is stored; its article comes to that fate."""
        stored_for, came, _ = self.canonicals.came(target, draft(target.address, words=words))
        if stored_for is not None:
            self.account.settle(stored_for.named, fate)
        return came if stored_for is not None else None


def test_an_address_is_not_lost_with_the_page_it_declares() -> None:
    """Where the declared page is not there, the fate of the address is that of its own article."""
    crawl = Crawl()
    crawl.holds(crawl.found(PRINT), ICE)
    (declared,) = crawl.asked
    crawl.account.settle(declared.named, Fate.MISSING)
    (request,) = crawl.canonicals.alone(declared)
    assert isinstance(request, Request)
    own = crawl.asked[-1]
    assert (own.address, own.errand) == (PRINT, Errand.OWN)
    assert crawl.stores(own) is not None
    assert crawl.account.fates == {Fate.NEW: 1}


def test_a_declared_page_with_other_words_is_a_find_of_its_own() -> None:
    """Two articles behind one address that was found are two finds, each with its fate."""
    crawl = Crawl()
    crawl.holds(crawl.found(PRINT), ICE)
    assert crawl.stores(crawl.asked[0], words="Not a word of this is about what the other page tells.") is not None
    assert crawl.stores(crawl.asked[1]) is not None
    assert crawl.account.found == {"sitemap": 2}
    assert crawl.account.fates == {Fate.NEW: 2}


def test_a_declared_page_with_the_same_words_stands_for_the_address() -> None:
    """It is stored for the address that was found, and has that as an alternate."""
    crawl = Crawl()
    crawl.holds(crawl.found(PRINT), ICE)
    came = crawl.stores(crawl.asked[0], fate=Fate.REVISED)
    assert came is not None
    assert came.alternate_urls == [PRINT]
    assert crawl.account.fates == {Fate.REVISED: 1}
    assert crawl.account.close(whole=True) == 0


@pytest.mark.parametrize("fate", [Fate.NEW, Fate.OUT_OF_SCOPE])
def test_an_alternate_has_what_becomes_of_its_article(fate: Fate) -> None:
    """It is in the bucket only where the article is, whether it comes before the article or after it."""
    for first in (PRINT, ICE):
        crawl = Crawl()
        home, other = crawl.found(ICE), crawl.found(PRINT)
        if first == PRINT:
            crawl.holds(other, ICE)
            assert not crawl.account.fates
        came = crawl.stores(home, fate=fate)
        if first == ICE:
            crawl.holds(other, ICE)
        alternate = Fate.ALTERNATE if fate is Fate.NEW else fate
        assert crawl.account.fates == ({fate: 1, alternate: 1} if fate is Fate.NEW else {fate: 2})
        assert came is not None
        told = [(PRINT, article_id(ICE))] if first == ICE and fate is Fate.NEW else []
        assert (came.alternate_urls, crawl.told) == ([PRINT] if first == PRINT else [], told)
        assert crawl.asked == []


def test_an_alternate_is_told_once_its_article_is_stored() -> None:
    """Told before, it would find no article to be put on, and be stored beside it."""
    crawl = Crawl()
    home, other = crawl.found(ICE), crawl.found(PRINT)
    crawl.canonicals.came(home, draft(ICE))
    crawl.holds(other, ICE)
    assert crawl.told == []
    crawl.account.settle(ICE, Fate.SPOOLED)
    assert crawl.told == [(PRINT, article_id(ICE))]
    assert crawl.account.fates == {Fate.SPOOLED: 1, Fate.ALTERNATE: 1}


def test_a_page_that_is_under_way_is_waited_for() -> None:
    """A declared page that was handed out is not asked for again; one that waits for the limit, or did not come, is."""
    crawl = Crawl()
    home, other = crawl.found(ICE), crawl.found(PRINT)
    assert crawl.holds(other, ICE) == []
    crawl.account.settle(home.address, Fate.NOT_MODIFIED)
    crawl.canonicals.not_sent(home)
    crawl.canonicals.not_sent(home)
    assert [(one.address, one.errand) for one in crawl.asked] == [(ICE, Errand.COMPARED)]
    assert crawl.stores(crawl.asked[0], fate=Fate.UNCHANGED) is not None
    assert crawl.account.fates == {Fate.NOT_MODIFIED: 1, Fate.UNCHANGED: 1}
    limited = Crawl(limit=1)
    assert limited.frontier.consider(DiscoveredUrl(ICE, "sitemap")) is None
    target = limited.frontier.ask(PRINT)
    assert target is not None
    limited.holds(target, ICE)
    assert [one.errand for one in limited.asked] == [Errand.COMPARED]


@pytest.mark.parametrize("first", [0, 1], ids=["the article first", "its other form first"])
@pytest.mark.parametrize("other", [PRINT, f"{HOME}/ice-amp", f"{HOME}/ice.amp.html"])
def test_two_pages_that_name_each_other_are_one_article(other: str, first: int) -> None:
    """The article's own page is stored and its AMP or print form is an alternate, whichever comes first."""
    crawl = Crawl()
    pages = [(crawl.found(ICE), other), (crawl.found(other), ICE)]
    for target, there in (pages[first], pages[1 - first]):
        assert crawl.holds(target, there) == []
    (request,) = crawl.canonicals.left()
    assert request.url == ICE
    came = crawl.stores(crawl.asked[0])
    assert came is not None
    assert came.alternate_urls == [other]
    assert crawl.canonicals.left() == []
    assert crawl.account.fates == {Fate.NEW: 1, Fate.ALTERNATE: 1}


def test_who_waits_for_an_alternate_waits_for_its_article() -> None:
    """A page that declares one that declares a third is compared with the third."""
    crawl = Crawl()
    ice, other, third = crawl.found(ICE), crawl.found(PRINT), crawl.found(FOG)
    crawl.holds(third, PRINT)
    crawl.holds(other, ICE)
    came = crawl.stores(ice)
    assert came is not None
    assert came.alternate_urls == [FOG, PRINT]
    assert crawl.account.fates == {Fate.NEW: 1, Fate.ALTERNATE: 2}
    assert crawl.canonicals.left() == []


@pytest.mark.parametrize("fate", list(Fate))
def test_a_part_is_known_by_its_article_only_where_that_is_kept(fate: Fate) -> None:
    """A later part has what becomes of the whole article, and the next run fetches it again where that was lost."""
    crawl = Crawl()
    memory = crawl.canonicals.recrawl_policy = Mock(spec=RecrawlPolicy)
    part, _ = crawl.found(PART), crawl.found(ICE)
    assert crawl.canonicals.part_of(part, ICE)
    assert not crawl.account.fates
    crawl.account.settle(ICE, fate)
    if fate in KEPT:
        assert crawl.account.fates == ({fate: 1, Fate.ALTERNATE: 1} if fate is not Fate.ALTERNATE else {fate: 2})
        memory.alias.assert_called_once_with(PART, article_id(ICE))
    else:
        assert crawl.account.fates == {fate: 2}
        memory.alias.assert_not_called()


def test_a_part_whose_article_does_not_come_is_none() -> None:
    """Where the whole article is out of scope, missing, not taken on, or the page itself, nothing is done."""
    crawl = Crawl()
    part = crawl.found(PART)
    assert crawl.frontier.consider(DiscoveredUrl("https://paper.example/2026/10/20/ice", "sitemap")) is None
    assert not crawl.canonicals.part_of(part, "https://paper.example/2026/10/20/ice")
    assert not crawl.canonicals.part_of(part, "https://paper.example/ice")
    assert not crawl.canonicals.part_of(part, PART)
    crawl.found(ICE)
    crawl.account.settle(ICE, Fate.MISSING)
    assert not crawl.canonicals.part_of(part, ICE)
    assert crawl.account.is_open(PART)


@pytest.mark.parametrize("stored", [True, False])
def test_a_part_of_an_article_that_is_not_due_is_one_where_that_is_stored(stored: bool) -> None:
    """What need not be looked at now is an article, or a page that had none."""
    crawl = Crawl()
    memory = crawl.canonicals.recrawl_policy = Mock(spec=RecrawlPolicy)
    memory.stored.return_value = stored
    part = crawl.found(PART)
    crawl.frontier.due = lambda address, changed, source: False
    assert crawl.frontier.consider(DiscoveredUrl(ICE, "sitemap")) is None
    assert crawl.canonicals.part_of(part, ICE) is stored
