"""What a crawl needs, looked at before it starts: arguments, machine, browser, disk, bucket."""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol, get_spider_loader

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.browser.browser import check_kind, find_browser
from mtcrawler.fetch.network.authorities import trusting_home
from mtcrawler.fetch.sessions import ReaderSession
from mtcrawler.model.errors import ArgumentError, MtcrawlerError, SessionExpired
from mtcrawler.model.faults import each_of
from mtcrawler.runs.monitoring.log_format import last_words
from mtcrawler.runs.process.machine import check_machine
from mtcrawler.session import local_files
from mtcrawler.session.plan_from_settings import plan_of
from mtcrawler.spider.news_spider import NewsSpider
from mtcrawler.spider.spider_loader import SiteSpiderLoader
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.port import StorePatience
from mtcrawler.storage.port import check as check_store
from mtcrawler.visits.planning import PlannedVisit, modes, planned
from mtcrawler.visits.turn import stores

_loaded: tuple[BaseSettings, SpiderLoaderProtocol] | None = None


def _spiders_of(settings: BaseSettings) -> SpiderLoaderProtocol:
    """What finds the spiders of a project: all checks of one command ask the same, which has read every definition."""
    global _loaded  # noqa: PLW0603 - a command has one project
    if _loaded is None or _loaded[0] is not settings:
        _loaded = settings, get_spider_loader(settings)
    return _loaded[1]


def several(name: str, arguments: dict[str, str], settings: BaseSettings) -> list[PlannedVisit] | None:
    """The visits that are meant where one command names several sites; None where it names one.

    Raises ArgumentError with everything that is wrong.
    """
    spiders = _spiders_of(settings)
    if not isinstance(spiders, SiteSpiderLoader) or spiders.is_written(name):
        return None
    visits = planned(name, arguments, spiders.sites, lambda text: _say(text, settings, name, logging.INFO))
    if visits is not None and settings.getdict("FEEDS"):
        remedy = "Leave it out: articles are in the bucket, and `mtcrawler export` writes them to a file."
        raise ArgumentError("Reading the options -o and -O", "several sites would write one file", remedy)
    return visits


def named(name: str, arguments: dict[str, str], settings: BaseSettings) -> tuple[str, dict[str, str]]:
    """The spider that is meant and what it is asked; raises ArgumentError, DefinitionError and SettingError."""
    spiders = _spiders_of(settings)
    if not isinstance(spiders, SiteSpiderLoader) or spiders.is_written(name):
        return name, arguments
    spiders.sites.check()
    return spiders.named(name, arguments)


def wrong_arguments(name: str, arguments: dict[str, str], settings: BaseSettings) -> Sequence[MtcrawlerError]:
    """What is wrong with a crawl's arguments; nothing where the spider itself cannot be loaded."""
    try:
        if several(name, arguments, settings) is not None:
            return ()
        name, arguments = named(name, arguments, settings)
        if (accepts := getattr(_spiders_of(settings).load(name), "check", None)) is not None:
            accepts(arguments)
    except ArgumentError as err:
        return each_of(err)
    except (MtcrawlerError, KeyError):
        return ()
    return ()


def check(name: str, arguments: dict[str, str], settings: BaseSettings, patience: StorePatience) -> None:
    """Everything a crawl needs, before it starts: raises ArgumentError, BrowserError or StoreError."""
    spiders = _spiders_of(settings)
    try:
        spider = spiders.load(name)
    except KeyError as err:
        known = ", ".join(sorted(spiders.list()))
        raise ArgumentError(
            f"choosing the spider {name!r}", "there is none of that name", f"Choose one of: {known}."
        ) from err
    if (accepts := getattr(spider, "check", None)) is not None:
        accepts(arguments)
    typed = settings_of(settings)
    _check_machine(settings, shows=getattr(spider, "renders", True) and typed.RENDER_MODE != "http", sites=1)
    sessions = typed.READER_SESSIONS
    if issubclass(spider, NewsSpider) and (host := spider.definition.site.host) in sessions:
        with suppress(SessionExpired):  # named when the crawl begins, which goes on without it
            ReaderSession.open(host, Path(sessions[host]))
    _check_store(name, settings, patience)


def check_for_all(visits: Sequence[PlannedVisit], settings: BaseSettings, patience: StorePatience) -> None:
    """What all visits of a process need, before the first one starts; raises as `check` does."""
    typed = settings_of(settings)
    shows = modes(visits, typed.RENDER_MODE) != {"http"}
    _check_machine(settings, shows=shows, sites=min(len(visits), typed.CONCURRENT_SITES))
    _check_store(None, settings, patience)


def check_for_worker(settings: BaseSettings, patience: StorePatience) -> None:
    """What a worker of a fleet needs before it starts; which sites it will visit is not known yet."""
    typed = settings_of(settings)
    _check_machine(settings, shows=typed.RENDER_MODE != "http", sites=typed.FLEET_VISITS)
    _check_store(None, settings, patience)


def _check_machine(settings: BaseSettings, *, shows: bool, sites: int) -> None:
    """The machine's limits, the browser where pages are shown, and the folders for local data."""
    typed = settings_of(settings)
    check_machine(browser=shows, sites=sites)
    if shows:
        if typed.MTCRAWLER_BROWSER and (named := shutil.which(typed.MTCRAWLER_BROWSER)):
            check_kind(named)
        find_browser(typed.MTCRAWLER_BROWSER, typed.STATE_DIR)
    if stores(settings):
        local_files.check(plan_of(settings))
    if shows:
        trusting_home(typed)  # written into a folder that was looked at just now


def _check_store(name: str | None, settings: BaseSettings, patience: StorePatience) -> None:
    if not stores(settings):
        return
    plan = plan_of(settings)
    store = connect(plan.location or Embedded(plan.store_dir).up(), connections=1, attempts=2)
    try:
        patience.ask(lambda: check_store(store), lambda text: _say(text, settings, name))
    finally:
        store.close()


def _say(text: str, settings: BaseSettings, spider: str | None, level: int = logging.WARNING) -> None:
    """Say on stderr what there is no log for yet."""
    print(last_words(settings, text, level, spider=spider), file=sys.stderr)
