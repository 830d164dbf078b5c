"""What belongs to one crawl: made once, and handed to every part of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Protocol, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Request

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.network.guard import Guard
from mtcrawler.fetch.politeness.host import Hosts, Patience
from mtcrawler.fetch.politeness.redirect_ends import RedirectEnds
from mtcrawler.fetch.reader_state import ReaderState
from mtcrawler.fetch.shutdown import Shutdown
from mtcrawler.frontier.account import Account
from mtcrawler.frontier.article_addresses import addresses_of
from mtcrawler.frontier.backlog import Backlog
from mtcrawler.frontier.scope import Scope, addresses_in, is_address
from mtcrawler.markup.addresses import Site
from mtcrawler.model.errors import ArgumentError
from mtcrawler.model.faults import ArgumentFaults
from mtcrawler.session.plan_from_settings import plan_of
from mtcrawler.session.session import Session
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.storage.port import StorePatience


class Recorder(Protocol):
    """Whoever keeps the tally of a run, as far as other parts of the crawl tell it something."""

    def note(self, name: str, example: str, url: str | None = None, *, of_source: bool = False) -> None:
        """Count an error under its name, and as a source's where it is one; the first of each name is its example."""

    def note_failure(self, request: Request, error: BaseException) -> None:
        """Count a request nothing came of."""

    def count_status(self, status: int) -> None:
        """Count the status that a page was finally answered with."""

    def settled(self, article_id: str, outcome: str, seconds: float) -> None:
        """An article came to this in the bucket, after so many seconds there."""

    async def keep_screenshot(self, article_id: str, name: str, png: bytes) -> str | None:
        """Keep a screenshot with the run and return its name there, None where that failed."""


class CrawlContext:
    """One crawl, whatever its spider. `site` is what it crawls, `recorder` who keeps its tally; each may be missing."""

    site: Site | None = None
    recorder: Recorder | None = None

    def __init__(self, crawler: Crawler, mirror: str | None = None) -> None:
        given = settings_of(crawler.settings)
        self._settings = crawler.settings
        self._patience: StorePatience | None = vars(crawler).get(_PATIENCE)
        self.guard = Guard(given.ALLOWED_NETWORKS, mirror)
        self.hosts = Hosts(Patience(given.BACKOFF_FIRST, given.RETRY_AFTER_MAX, given.REFUSALS_MAX))
        self.account = Account(lambda name, number: crawler.stats.inc_value(name, number))  # noqa: PLW0108 - no stats yet
        self.backlog = Backlog()
        self.shutdown = Shutdown(crawler)
        vars(crawler)[_PLACE] = self

    @classmethod
    def of(cls, crawler: Crawler) -> Self:
        """The context of this crawl, made here where its spider made none; raises TypeError where it is no `cls`.

        Scrapy gives the parts of a crawl nothing but the crawler, so this is how they get at everything else.
        """
        made = vars(crawler).get(_PLACE) or CrawlContext(crawler)
        if not isinstance(made, cls):
            raise TypeError(f"{crawler.spidercls.__name__} crawls no site: it has no {cls.__name__}")
        return made

    @cached_property
    def session(self) -> Session:
        """The bucket as the crawl uses it; raises SettingError. Not every crawl has one."""
        return Session(plan_of(self._settings), self._patience)

    def release(self) -> None:
        """Give up what is kept open until the last file of the run is written, once that is done."""
        if "session" in vars(self):
            self.session.release()


class SiteContext(CrawlContext):
    """One crawl of one site. `site` is the definition's, with the mirror that this run has of it, and `shown_site` that
    whose pages a browser shows: the same.

    Raises ArgumentError where the arguments ask for what there is not, and SettingError.
    """

    site: Site

    def __init__(self, crawler: Crawler, definition: SiteDefinition, arguments: Mapping[str, str]) -> None:
        self.definition = definition
        self.scope, self.site = asked(definition, arguments)
        super().__init__(crawler, self.site.mirror or definition.named_by_hand)
        self.shown_site = self.site
        self.readers = ReaderState(crawler, self.site.host)
        self.addresses = addresses_of(definition, self.site)
        self.redirect_ends = RedirectEnds()


_PLACE = "mtcrawler_context"
"""Where the context is kept on its crawler, so that it lives as long."""
_PATIENCE = "mtcrawler_patience"
"""The same for what is left of the run's patience, as the context is made later than the lease is taken."""


def share_patience(crawler: Crawler, patience: StorePatience) -> None:
    """Have the session of this crawl, which is yet to begin, wait for a busy store no longer than this lasts."""
    vars(crawler)[_PATIENCE] = patience


def asked(definition: SiteDefinition, arguments: Mapping[str, str]) -> tuple[Scope, Site]:
    """What these arguments ask for, and the site with its mirror; raises ArgumentError."""
    wrong = ArgumentFaults()
    scope = wrong.noting(
        lambda: Scope.parse(arguments, definition.sections, definition.tzinfo, backfills=definition.backfills)
    )
    site = replace(definition.site, mirror=(scope.site if scope else None) or definition.site.mirror)
    # Where the mirror itself may be wrong, nobody knows whose the addresses are.
    known = scope is not None or not {"mirror", "site"} & set(arguments)
    for url in addresses_in(arguments.get("url", "")) if known else ():
        if is_address(url) and not site.owns(url):
            remedy = f"Give an address on {', '.join(sorted(site.hosts))}."
            wrong.note(ArgumentError(f"Reading the argument url={url}", f"it is not {definition.publisher}'s", remedy))
    wrong.tell()
    assert scope is not None
    return scope, site


def crawls_of(spidercls: type[Spider]) -> str:
    """The name of the crawls that one of this spider takes turns with, and is compared with: its site's, or its own."""
    definition = getattr(spidercls, "definition", None)
    return definition.crawls if isinstance(definition, SiteDefinition) else spidercls.name
