"""Finds spiders: those that are written in Python, and one for every site that is described."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from scrapy import Spider
from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoader

from mtcrawler.model.errors import ArgumentError
from mtcrawler.sites.definition import ANY_SITE, SiteDefinition
from mtcrawler.sites.loading import Sites
from mtcrawler.spider.news_spider import NewsSpider


class SiteSpiderLoader(SpiderLoader):
    """Scrapy's own, which also knows a spider for each definition in SITES_DIR, by the name that it gives."""

    def __init__(self, settings: BaseSettings) -> None:
        super().__init__(settings)
        self.sites = Sites(Path(settings["SITES_DIR"]))

    def load(self, spider_name: str) -> type[Spider]:
        """The class of this spider; raises KeyError, and DefinitionError where its site is not described rightly."""
        definition = self.sites.of_spider(spider_name) if spider_name not in self._spiders else None
        return spider_of(definition) if definition else super().load(spider_name)

    def list(self) -> list[str]:
        """The names of all spiders."""
        return sorted({*super().list(), *self.sites.spiders})

    def named(self, name: str, arguments: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """The spider that is meant and what it is asked: `news` and a site stand for that site's own spider.

        Raises ArgumentError where the site is not told, or not described, and DefinitionError.
        """
        asked = dict(arguments)
        if name != ANY_SITE:
            return name, asked
        if "site" not in asked:
            remedy = "Give site=HOST; `mtcrawler sites list` tells which are described."
            raise ArgumentError("Reading the arguments of news", "no site is named", remedy)
        return self.sites.of_host(asked.pop("site")).spider, asked


def spider_of(definition: SiteDefinition) -> type[NewsSpider]:
    """The class of the spider that crawls this site."""
    given = {"name": definition.spider, "definition": definition, "__doc__": definition.origin, "__module__": __name__}
    return type(definition.spider, (NewsSpider,), given)
