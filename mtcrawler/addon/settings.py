"""The settings that our add-on gives a project: whatever the project, a spider or the command line sets stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Self

from scrapy.crawler import Crawler
from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings, default_settings

from mtcrawler.commands.wrong_settings import RefuseWrongSettings
from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.fetch.network.guard import Guard
from mtcrawler.project import defaults
from mtcrawler.sites.undescribed import undescribed
from mtcrawler.spider.news_spider import NewsSpider

PRIORITY: Final = SETTINGS_PRIORITIES["addon"]
"""Scrapy's own for this: above its defaults, below the project's settings module."""
ANYWHERE: Final = "https://any.invalid"
"""Stands for the site of a crawl whose sites only its spider knows; there is no such host."""
NOT_ASKED: Final = frozenset(("ADDONS", "BOT_NAME", "COMMANDS_MODULE", "LOG_FORMAT", "VAR"))
"""What stays the project's own affair."""
COMPONENTS: Final = ("DOWNLOADER_MIDDLEWARES", "EXTENSIONS", "ITEM_PIPELINES")
"""Settings that name parts of a crawl: those of the project stay, and ours stand beside them."""
WANTED_AGAIN: Final = {"COOKIES_ENABLED": "CookiesMiddleware", "HTTPPROXY_ENABLED": "HttpProxyMiddleware"}
"""Middlewares of Scrapy that we leave out, by the setting with which a project asks for them."""


class Addon:
    """A Scrapy add-on: download handlers, middlewares, pipelines and extensions as a project of ours has them."""

    def __init__(self, crawler: Crawler | None = None) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    @classmethod
    def update_pre_crawler_settings(cls, settings: BaseSettings) -> None:
        """Set what the project does not: Scrapy makes a spider before it asks add-ons, and ours read the settings."""
        for name in dir(defaults):
            if name.isupper() and name not in NOT_ASKED and name not in COMPONENTS:
                settings.set(name, getattr(defaults, name), PRIORITY)
        for name in COMPONENTS:
            _add(settings, name, getattr(defaults, name))
        _add_handlers(settings)

    def update_settings(self, settings: BaseSettings) -> None:
        """The same beside what the spider sets; raises SettingError for a wrong value of ours."""
        self.update_pre_crawler_settings(settings)
        RefuseWrongSettings().update_settings(settings)
        if self._crawler is not None and not issubclass(self._crawler.spidercls, NewsSpider):
            _AnySites(self._crawler)


class _AnySites(SiteContext):
    """The context of a crawl whose sites only its spider knows: it has no site of its own, and its pages are shown with
    no cookies and no rules. They lead to no private network but those that are permitted.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler, undescribed(ANYWHERE), {})
        self.site = None  # type: ignore[assignment]
        self.guard = Guard(settings_of(crawler.settings).ALLOWED_NETWORKS)


def _add(settings: BaseSettings, name: str, ours: dict[str, int | None]) -> None:
    """Put our parts beside those of the project; one that it names itself, if only to leave it out, stays so."""
    theirs = settings.getdict(name)
    named = {one if isinstance(one, str) else f"{one.__module__}.{one.__qualname__}" for one in theirs}
    added = {path: place for path, place in ours.items() if path not in named}
    settings.set(name, {**added, **theirs}, max(settings.getpriority(name) or 0, PRIORITY))


def _add_handlers(settings: BaseSettings) -> None:
    """Our handlers, where the project has none of its own; what they and our middlewares make up for goes with them."""
    theirs = settings.getdict("DOWNLOAD_HANDLERS") if _given(settings, "DOWNLOAD_HANDLERS") else {}
    place = max(settings.getpriority("DOWNLOAD_HANDLERS") or 0, PRIORITY)
    settings.set("DOWNLOAD_HANDLERS", {**defaults.DOWNLOAD_HANDLERS, **theirs}, place)
    left_out = list(_wanted_again(settings, theirs))
    base = settings.getdict("DOWNLOADER_MIDDLEWARES_BASE")
    usual = default_settings.DOWNLOADER_MIDDLEWARES_BASE.items()
    again = {path: place for path, place in usual if path.rpartition(".")[2] in left_out}
    if again and not _given(settings, "DOWNLOADER_MIDDLEWARES_BASE"):
        settings.set("DOWNLOADER_MIDDLEWARES_BASE", {**again, **base}, PRIORITY)


def _wanted_again(settings: BaseSettings, handlers: dict[str, Any]) -> Iterator[str]:
    yield from (middleware for name, middleware in WANTED_AGAIN.items() if settings.getbool(name))
    if {"http", "https"} & set(handlers):  # ours unpack what they fetch
        yield "HttpCompressionMiddleware"


def _given(settings: BaseSettings, name: str) -> bool:
    return (settings.getpriority(name) or 0) > PRIORITY
