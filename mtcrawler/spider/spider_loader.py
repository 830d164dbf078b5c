"""Finds spiders: those that are written in Python, and one for every site that is described."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, NoReturn

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader

from mtcrawler.frontier.scope import addresses_of_articles
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model.errors import ArgumentError
from mtcrawler.sites.definition import ANY_SITE, SiteDefinition
from mtcrawler.sites.loading import Sites
from mtcrawler.sites.undescribed import undescribed
from mtcrawler.spider.news_spider import NewsSpider

logger = logging.getLogger(__name__)


class News(Spider):
    """`scrapy crawl news`: stands for the spider of whichever site is named; the command starts that one instead."""

    name = ANY_SITE

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises ArgumentError: it is started by the command line alone."""
        remedy = "Run `scrapy crawl news -a site=HOST`, or start the site's own spider."
        raise ArgumentError("Starting the spider news", "it is no site's", remedy)


class SiteSpiderLoader(SpiderLoader):
    """Scrapy's own, which also knows `news` and a spider for each definition in SITES_DIR, by the name that it gives.

    Of two with one name that which is written in Python is meant.
    """

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self.sites = Sites(Path(settings["SITES_DIR"]))

    def _load_all_spiders(self) -> None:
        """A file that Python cannot read, or that fails, costs its own spiders alone, and is told in one line."""
        for name in self.spider_modules:
            for module in _modules(name):
                try:
                    self._load_spiders(import_module(module))
                except Exception as err:
                    self._broken(module, err)
        self._check_name_duplicates()

    def _broken(self, module: str, err: Exception) -> None:
        where = f"{err.filename} line {err.lineno}" if isinstance(err, SyntaxError) else _place(err, module)
        said = err.msg if isinstance(err, SyntaxError) else f"{type(err).__name__}: {err}"
        logger.warning("Reading %s: %s. Its spiders are left out until it is mended.", where, said)

    def load(self, spider_name: str) -> type[Spider]:
        """The class of this spider; an address stands for a site that is not described.

        Raises KeyError, and DefinitionError where its site is not described rightly.
        """
        if "://" in spider_name:
            return spider_of(undescribed(spider_name))
        if self.is_written(spider_name):
            return super().load(spider_name)
        definition = self.sites.of_spider(spider_name)
        if definition is None and spider_name == ANY_SITE:
            return News
        return spider_of(definition) if definition else super().load(spider_name)

    def list(self) -> list[str]:
        """The names of all spiders."""
        return sorted({ANY_SITE, *super().list(), *self.sites.spiders})

    def is_written(self, name: str) -> bool:
        """Whether the spider of this name is written in Python, and so not made of a definition, nor `news`."""
        return name in self._spiders

    def named(self, name: str, arguments: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """The spider that is meant and what it is asked: `news` and a site stand for that site's own spider.

        Where the site is not described, the spider is named by its address. Raises ArgumentError where no site is told,
        and DefinitionError.
        """
        asked = dict(arguments)
        if name != ANY_SITE or self.is_written(name):
            return name, asked
        site = asked.pop("site", None) or _site_of(asked.get("url", ""))
        described = self.sites.of_host(site)
        return described.spider if described else undescribed(site).origin, asked


def _site_of(urls: str) -> str:
    """The one site that these addresses are on; raises ArgumentError where there is none, or there are several, and
    with what is no address.
    """
    origins = {origin_of(url) for url in addresses_of_articles(urls or None)}
    if len(origins) != 1:
        happened = "the addresses are on several sites" if origins else "no site is named"
        remedy = "Give site=https://www.example.com, a list of sites as sites=FILE, or addresses of articles as url=."
        raise ArgumentError("Reading the arguments of news", happened, remedy)
    return origins.pop()


def _modules(package: str) -> Iterator[str]:
    """The package and every module in it, by name."""
    yield package
    try:
        found = find_spec(package)
    except Exception:  # what holds it is broken; that is told when it is imported
        return
    for one in walk_packages((found and found.submodule_search_locations) or (), f"{package}.", onerror=lambda _: None):
        yield one.name


def _place(err: BaseException, module: str) -> str:
    """Where an error arose, as a file and a line; the module where nothing tells."""
    frames = traceback.extract_tb(err.__traceback__)
    frame = next((one for one in reversed(frames) if module.replace(".", "/") in one.filename), None)
    return f"{frame.filename} line {frame.lineno}" if frame else module


def spider_of(definition: SiteDefinition) -> type[NewsSpider]:
    """The class of the spider that crawls this site."""
    given = {"name": definition.spider, "definition": definition, "__doc__": definition.origin, "__module__": __name__}
    return type(definition.spider, (NewsSpider,), given)
