"""The article on a page that a spider of somebody else has fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse

from mtcrawler.extraction.extractor import Extractor
from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.fetched import Fetched
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model.article import Draft
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.loading import Sites
from mtcrawler.sites.undescribed import undescribed
from mtcrawler.spider.code import extractor_of, naming_mistakes

FOUND_BY: Final = "spider"
"""What `provenance.discovered_via` says of addresses that somebody else's spider has found."""
Readers = dict[str, tuple[SiteDefinition, Extractor]]
PERSONAL: Final = ("Cookie", "Authorization")
"""Headers of a request whose page may be one reader's own; such pages are not kept (KEEP_PAGES)."""
_READERS: Final[WeakKeyDictionary[Crawler, Readers]] = WeakKeyDictionary()


def article(response: HtmlResponse, spider: Spider) -> Draft:
    """The article on this page, for a spider of your own to yield (`mtcrawler.addon.article`).

    It is read by the definition of its site in SITES_DIR, else by what most publishers have in common. Whether the page
    is an article is for the spider to know; one without a headline or a body is dropped as MissingField. Raises
    PageTooLarge, DefinitionError where the site's definition is wrong, and ExtractorFailed where its code fails.
    """
    definition, extractor = _reader(response.url, spider.crawler)
    with naming_mistakes(definition):
        fetched = Fetched.of(response, extractor, ())
        session = CrawlContext.of(spider.crawler).session
        draft = fetched.draft(
            definition,
            spider=spider.name,
            known_as={definition.site.canonical(response.url)},
            provenance=fetched.provenance(session.run_id, FOUND_BY, extractor.name),
        )
    request = response.request
    personal = request is not None and any(name in request.headers for name in PERSONAL)
    return fetched.kept(draft, session.pages, subscriber=personal)


def _reader(url: str, crawler: Crawler) -> tuple[SiteDefinition, Extractor]:
    known, origin = _READERS.setdefault(crawler, {}), origin_of(url)
    if origin not in known:
        definition = Sites(Path(crawler.settings["SITES_DIR"])).of_host(origin) or undescribed(origin)
        known[origin] = definition, extractor_of(definition, definition.site)
    return known[origin]
