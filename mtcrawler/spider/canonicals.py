"""Decides whether to believe rel=canonical: only if the canonical page has the same text."""

from __future__ import annotations

from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from scrapy.crawler import Crawler
from scrapy.http import Request

from mtcrawler.extraction.extractor import ExtractedPage
from mtcrawler.extraction.normalization import Incomplete, article_of
from mtcrawler.fetch.fetched import Fetched
from mtcrawler.frontier.frontier import Frontier
from mtcrawler.frontier.recrawl_policy import RecrawlPolicy
from mtcrawler.frontier.remembered import Remembered
from mtcrawler.frontier.target import CrawlTarget, Errand
from mtcrawler.identity.ids import article_id
from mtcrawler.markup.addresses import Site, is_other_form
from mtcrawler.model.article import Article, Draft, text_of
from mtcrawler.model.reasons import Fate

SAME: Final = 0.8
"""The share of the shorter text's phrases that the other one has, where both are the same article."""
PHRASE: Final = 3
"""Words of a phrase."""
REMEMBERED: Final = 200
"""Articles whose words are kept for pages that name them later."""
PAGES: Final = 50
"""Pages that are kept while they wait; further ones are asked for again."""


@dataclass(frozen=True, eq=False)
class AlternatePage:
    """A page that waits for the one whose article it says it is; without `fetched` it is asked for again."""

    target: CrawlTarget
    draft: Draft
    fetched: Fetched | None = None


class Canonicals:
    """Tells for one crawl what is an article's own address.

    `recrawl_policy` is what earlier runs left, once that is known.
    `page_request` makes the request for a page, whether or not it has changed. `tell` is told of an article that is
    another form of the one with that id, which came before it.
    """

    page_request: Callable[[CrawlTarget], Request]

    def __init__(self, crawler: Crawler, site: Site, frontier: Frontier) -> None:
        self._crawler, self._site, self._frontier, self._account = crawler, site, frontier, frontier.account
        self.recrawl_policy: RecrawlPolicy | None = None
        self.tell: Callable[[Article, str], None] = lambda article, first_id: None
        self._held: defaultdict[str, list[AlternatePage]] = defaultdict(list)
        self._asked: set[str] = set()
        self._pages = 0
        self._read: OrderedDict[str, tuple[Draft, str]] = OrderedDict()
        self._arrived = Remembered()
        self._shared: set[str] = set()

    def elsewhere(self, fetched: Fetched, target: CrawlTarget) -> bool:
        """Whether this page says that its article is another page's, and may be right."""
        canonical, here = fetched.page.canonical_url, self._site.canonical(fetched.response.url)
        if canonical in {here, target.address} or not fetched.page.is_article:
            return False
        if is_other_form(canonical, here):  # it is named the wrong way round
            return False
        return target.errand is Errand.ARTICLE and canonical not in self._shared

    def removed(self, page: ExtractedPage, target: CrawlTarget) -> bool:
        """Whether the article of this page was taken out on request; then that is what became of the target."""
        policy = self.recrawl_policy
        if policy is None or not (policy.removed(page.canonical_url) or policy.removed(target.address)):
            return False
        self._known_as(target.address, page.canonical_url)
        self._account.settle(target.named, Fate.REMOVED)
        return True

    def own(self, draft: Draft, fetched: Fetched, target: CrawlTarget) -> Draft:
        """The draft under its own address, where the page declares one that is not believed."""
        here = self._site.canonical(fetched.response.url)
        if draft.canonical_url in {here, target.address} or self.elsewhere(fetched, target):
            return draft
        return draft.model_copy(
            update={"canonical_url": here, "alternate_urls": sorted({*draft.alternate_urls} - {here})}
        )

    def hold(
        self, target: CrawlTarget, draft: Draft, declared: str, fetched: Fetched | None = None
    ) -> list[AlternatePage | Request]:
        """What has to be done before it is known whether this page is that other one's: `declared` to the byte.

        A page in the answer is its own after all, here and below. `fetched` is kept where the page is to be read as it
        came.
        """
        canonical = draft.canonical_url
        if read := self._read.get(canonical):
            other, named = read
            if not same_words(draft, other):
                self._shared.add(canonical)
                return [self._released(AlternatePage(target, draft, fetched))]
            self._alternate(target, other, named, draft)
            return []
        kept = fetched if self._pages < PAGES else None
        self._pages += kept is not None
        self._held[canonical].append(AlternatePage(target, draft, kept))
        if instead := self._frontier.instead(target, canonical, declared):
            self._asked.add(canonical)
            return [self.page_request(instead)]
        under_way = self._frontier.under_way(canonical) and canonical not in self._arrived
        if under_way or canonical in self._asked:
            return []
        self._asked.add(canonical)
        return [self.page_request(self._frontier.compared(target, canonical, declared))]

    def came(
        self, target: CrawlTarget, draft: Draft
    ) -> tuple[CrawlTarget | None, Draft, list[AlternatePage | Request]]:
        """The article of a page that is its own, with the addresses of the same one, and pages that are others'.

        The target names the address that the article is stored for; it is None where that is known by another.
        """
        canonical = draft.canonical_url
        known = canonical in self._arrived
        self._frontier.arrived(canonical)
        for address in (canonical, target.address):
            self._arrived.add(address)
        same, others = self._waited(draft, {canonical, target.address})
        if target.errand not in {Errand.CANONICAL, Errand.COMPARED}:
            stored_for, followers = target, same
        elif known or (not same and (target.asked or target.errand is Errand.COMPARED)):
            stored_for, followers = None, same
        elif same:
            first, *followers = same
            stored_for = replace(target, first_named=first.target.named, asked=first.target.asked)
            self._alias(first.target, draft)
        else:  # it is another article than the page that named it
            self._account.enter(target.address, target.found.source)
            stored_for, followers = replace(target, first_named=target.address), []
        named = stored_for.named if stored_for else canonical
        for one in followers:
            self._alternate(one.target, draft, named, one.draft if stored_for is None else None)
        self._remember(draft, named)
        urls = {url for one in same for url in (one.target.address, *one.draft.alternate_urls)}
        known_as = sorted({*draft.alternate_urls, *urls} - {canonical})
        return stored_for, draft.model_copy(update={"alternate_urls": known_as}) if same else draft, others

    def part_of(self, target: CrawlTarget, whole: str) -> bool:
        """Have the page of a target, a later part of the article at `whole`, share what becomes of that.

        False, and nothing is done, where it is known that no article comes from there.
        """
        whole = self._site.canonical(whole)
        if whole in {target.address, target.named} or not self._comes(whole):
            return False
        self._crawler.stats.inc_value("page/alternate")
        self._account.follow(target.named, whole, kept=partial(self._known_as, target.address, whole))
        return True

    def _comes(self, address: str) -> bool:
        """Whether an article is stored that this address leads to, or may come in this run."""
        if self._frontier.is_spared(address):
            return self.recrawl_policy is not None and self.recrawl_policy.stored(address)
        return self._frontier.took(address)

    def alone(self, target: CrawlTarget) -> list[AlternatePage | Request]:
        """The pages that waited for one that gave no article: each is its own."""
        if target.address not in self._held:
            return []
        self._shared.add(target.address)
        return [self._released(one) for one in self._let_go(target.address)]

    def not_sent(self, target: CrawlTarget) -> list[Request]:
        """Requests for a page that is as it was, and did not come: its words are wanted where others wait for them."""
        if target.address not in self._held or target.address in self._asked:
            return []
        self._asked.add(target.address)
        first = self._held[target.address][0].target
        return [self.page_request(self._frontier.compared(first, target.address, target.found.url))]

    def left(self) -> list[Request]:
        """Requests for pages that wait for one that never came: first for one that others wait for, too.

        Of two that wait for each other that is the article's page, and not its AMP or its print form.
        """
        held = [one for waiting in self._held.values() for one in waiting]
        both = [one for one in held if one.target.address in self._held]
        if both:
            awaited = min(both, key=_is_other_form)
            self._held[awaited.draft.canonical_url].remove(awaited)
            self._pages -= awaited.fetched is not None
            held = [awaited]
        else:
            self._shared.update(self._held)
            self._held.clear()
            self._asked.clear()
            self._pages = 0
        return [self.page_request(_own(one).target) for one in held]

    def _waited(self, draft: Draft, addresses: set[str]) -> tuple[list[AlternatePage], list[AlternatePage | Request]]:
        """Of the pages that waited for these, and for pages that are this article: those that are it, and others."""
        same: list[AlternatePage] = []
        others: list[AlternatePage | Request] = []
        waiting = deque(one for address in sorted(addresses) for one in self._let_go(address))
        while waiting:
            one = waiting.popleft()
            if same_words(one.draft, draft):
                same.append(one)
                waiting.extend(self._let_go(one.target.address))
            else:
                self._shared.add(one.draft.canonical_url)
                others.append(self._released(one))
        return same, others

    def _let_go(self, address: str) -> list[AlternatePage]:
        held = self._held.pop(address, [])
        self._asked.discard(address)
        self._pages -= sum(one.fetched is not None for one in held)
        return held

    def _released(self, one: AlternatePage) -> AlternatePage | Request:
        one = _own(one)
        return one if one.fetched is not None else self.page_request(one.target)

    def _alternate(self, target: CrawlTarget, other: Draft, named: str, late: Draft | None = None) -> None:
        """The page of a target is another form of that article, and has what becomes of it.

        `late` is its draft where the article is on its way already, and does not have this address.
        """
        self._crawler.stats.inc_value("page/alternate")
        told = partial(self._tell, target, late, other) if late else lambda: None
        self._account.follow(target.named, named, told)
        self._alias(target, other)

    def _alias(self, target: CrawlTarget, other: Draft) -> None:
        self._known_as(target.address, other.canonical_url)

    def _known_as(self, address: str, canonical: str) -> None:
        """Remember that the page at an address is looked at when the article at the other one is."""
        if self.recrawl_policy is not None and address != canonical:
            self.recrawl_policy.alias(address, article_id(canonical))

    def _tell(self, target: CrawlTarget, draft: Draft, other: Draft) -> None:
        """Have the address put on an article that is stored."""
        if target.address == other.canonical_url:
            return
        with suppress(Incomplete):
            article = article_of(draft.model_copy(update={"canonical_url": target.address, "alternate_urls": []}))
            self.tell(article, article_id(other.canonical_url))

    def _remember(self, draft: Draft, named: str) -> None:
        self._read.setdefault(draft.canonical_url, (draft, named))
        while len(self._read) > REMEMBERED:
            self._read.popitem(last=False)


def _is_other_form(one: AlternatePage) -> bool:
    """Whether a page is the AMP or the print form of the one it waits for, by its markup or its address."""
    amp = one.fetched is not None and not {"amp", "⚡"}.isdisjoint(one.fetched.page.root.attrib)
    return amp or is_other_form(one.target.address, one.draft.canonical_url)


def _own(one: AlternatePage) -> AlternatePage:
    """The page, as one that is its own whatever it declares."""
    return replace(one, target=replace(one.target, errand=Errand.OWN))


def same_words(one: Draft, other: Draft) -> bool:
    """Whether two drafts are the same article: most phrases of the shorter one are in the other."""
    phrases, others = _phrases(one), _phrases(other)
    if not phrases or not others:
        return (one.headline or "").casefold().split() == (other.headline or "").casefold().split()
    return len(phrases & others) >= SAME * min(len(phrases), len(others))


def _phrases(draft: Draft) -> set[tuple[str, ...]]:
    words = text_of(draft.body).casefold().split()
    return set(zip(*(words[start:] for start in range(PHRASE)), strict=False))
