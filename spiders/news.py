"""`scrapy crawl news -a site=HOST`: any site that is described in sites/."""

from __future__ import annotations

from typing import Any, NoReturn

import scrapy
from scrapy.crawler import Crawler

from mtcrawler.model.errors import ArgumentError


class News(scrapy.Spider):
    """Stands for the spider of whichever site is named; the crawl command starts that one in its place."""

    name = "news"

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NoReturn:
        """Raises ArgumentError: it is started by the command line alone."""
        remedy = "Run `scrapy crawl news -a site=HOST`, or start the site's own spider."
        raise ArgumentError("Starting the spider news", "it is no site's", remedy)
