"""What belongs to one crawl: made with its spider, and handed to every part of the crawl that asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from scrapy.crawler import Crawler

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.network.guard import Guard
from mtcrawler.fetch.reader_state import ReaderState
from mtcrawler.frontier.scope import Scope
from mtcrawler.markup.addresses import Site
from mtcrawler.model.errors import ArgumentError
from mtcrawler.session.registry import plan_of
from mtcrawler.session.session import Session
from mtcrawler.sites.definition import SiteDefinition


@dataclass(frozen=True)
class CrawlContext:
    """One crawl of one site. `site` is the definition's, with the mirror that this run has of it."""

    definition: SiteDefinition
    site: Site
    scope: Scope
    session: Session
    guard: Guard
    readers: ReaderState

    @classmethod
    def make(cls, crawler: Crawler, definition: SiteDefinition, arguments: Mapping[str, str]) -> CrawlContext:
        """The context of a crawl that is asked for this; raises ArgumentError and SettingError."""
        scope, site = asked(definition, arguments)
        return cls(
            definition=definition,
            site=site,
            scope=scope,
            session=Session(plan_of(crawler.settings)),
            guard=Guard(settings_of(crawler.settings).ALLOWED_NETWORKS, site.mirror),
            readers=ReaderState(crawler, site.host),
        )


def asked(definition: SiteDefinition, arguments: Mapping[str, str]) -> tuple[Scope, Site]:
    """What these arguments ask for, and the site with its mirror; raises ArgumentError."""
    scope = Scope.parse(arguments, definition.sections, definition.tzinfo)
    site = replace(definition.site, mirror=scope.site)
    for url in scope.urls:
        if not site.owns(url):
            remedy = f"Give an address on {', '.join(sorted(site.hosts))}."
            raise ArgumentError(f"Reading the argument url={url}", f"it is not {definition.publisher}'s", remedy)
    return scope, site


def context_of(crawler: Crawler) -> CrawlContext:
    """The context of this crawl, which its spider made; raises TypeError for a spider that crawls no site."""
    made = getattr(crawler.spider, "context", None)
    if not isinstance(made, CrawlContext):
        raise TypeError(f"{crawler.spider} is no spider of a site: it has no context")
    return made


def site_of(crawler: Crawler) -> Site | None:
    """The site that is crawled; None for a spider that crawls none."""
    made = getattr(crawler.spider, "context", None)
    return made.site if isinstance(made, CrawlContext) else None


def guard_of(crawler: Crawler) -> Guard:
    """The network guard of this crawl; for a spider that crawls no site one that permits what the settings permit."""
    made = getattr(crawler.spider, "context", None)
    if isinstance(made, CrawlContext):
        return made.guard
    return Guard(settings_of(crawler.settings).ALLOWED_NETWORKS)


def session_of(crawler: Crawler) -> Session:
    """The session of this crawl; one of its own for a spider that crawls no site and only stores."""
    made = getattr(crawler.spider, "context", None)
    if isinstance(made, CrawlContext):
        return made.session
    if crawler not in _alone:
        _alone[crawler] = Session(plan_of(crawler.settings))
    return _alone[crawler]


_alone: WeakKeyDictionary[Crawler, Session] = WeakKeyDictionary()
