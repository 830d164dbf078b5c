"""A small crawl of a site that nobody has described, with no bucket: what there is to write down of it."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final, Self
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Request, Response

from mtcrawler.discovery.documents import Kind, document, kind_of
from mtcrawler.fetch.mode.plain import mended
from mtcrawler.model.article import Draft
from mtcrawler.model.errors import DiscoveryError, StoreError
from mtcrawler.model.reasons import NOT_LOST, Fate
from mtcrawler.pages.exchange import Exchange, FoundArticle, FoundSource, SiteAnswer
from mtcrawler.sites.undescribed import UndescribedSite
from mtcrawler.spider.news_spider import NewsSpider

KINDS: Final = {"sitemap": "sitemap", "rss": "feed", "section": "list"}
"""The kinds of sources, by how the names of sources begin."""
PASSED: Final = NOT_LOST | {Fate.UNLIKELY, Fate.NOT_ARTICLE}
"""What becomes of addresses that nobody took for an article's in earnest, too."""
OK: Final = 200


class ProbeSpider(NewsSpider):
    """Crawls the site as `news` does, and keeps what it reads: the drafts, their pages, and the sources' addresses."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pages: dict[str, str] = {}
        self._sources: dict[str, tuple[str, str]] = {}
        self._drafts: list[Draft] = []
        self._lists: list[str] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **arguments: str) -> Self:
        """The spider of this look; it has no bucket."""
        spider = super().from_crawler(crawler, *args, **arguments)
        spider.context.session.refuse(StoreError("Opening the bucket", "a look at a site has none", "Nothing to do."))
        crawler.signals.connect(spider.came, signals.response_received)
        crawler.signals.connect(spider.read, signals.item_scraped)
        return spider

    def came(self, response: Response, request: Request) -> None:
        """Keep the page of an article, and the address of a source; a nested sitemap is its index's."""
        if response.status != OK:
            return
        source = request.cb_kwargs.get("source")
        if "target" in request.cb_kwargs and isinstance(response, HtmlResponse):
            self._pages[response.url] = mended(response).text
        elif (
            isinstance(source, str) and not request.cb_kwargs.get("level") and not request.cb_kwargs.get("part", 1) > 1
        ):
            kind = KINDS.get(source.partition(":")[0])
            if kind == "list":
                self._lists.append(urlsplit(response.url).path)
            if kind == "list" or (kind is not None and _names_articles(response)):
                self._sources.setdefault(response.url, (kind, source))

    def read(self, item: Any) -> None:
        """Keep a draft."""
        if isinstance(item, Draft):
            self._drafts.append(item)

    @property
    def told(self) -> Exchange:
        """What was found."""
        named: Counter[str] = self.frontier.found
        account = self.frontier.account
        sources = [
            FoundSource.model_validate({"kind": kind, "address": address, "articles": named[name]})
            for address, (kind, name) in self._sources.items()
        ]
        articles = [FoundArticle(html=self._pages.get(draft.url, ""), draft=draft) for draft in self._drafts]
        site = self.context.site
        robots = self.context.hosts.of(site.origin).robots
        return Exchange(
            site=SiteAnswer(
                origin=site.origin,
                hosts=sorted(site.hosts | site.also),
                sources=sources,
                articles=articles,
                lists=sorted(set(self._lists)),
                unread=sorted(set(account.unread.values())),
                lost={fate: number for fate, number in account.fates.items() if number and fate not in PASSED},
                unasked=robots.said if robots is not None and robots.state.forbids_all else None,
            )
        )


def _names_articles(response: Response) -> bool:
    """Whether it is a sitemap or a feed: robots.txt is asked for as a source, too, and what is only tried may be
    anything.
    """
    try:
        return kind_of(document(response.body, response.url)) in {Kind.SITEMAP, Kind.FEED}
    except DiscoveryError:
        return False


def probe_spider(site: UndescribedSite) -> type[ProbeSpider]:
    """The class of the spider that looks at this site."""
    return type("Probe", (ProbeSpider,), {"name": site.spider, "definition": site, "__module__": __name__})
