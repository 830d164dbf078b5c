"""What publishers' sites answer when asked for robots.txt, over the HTTP client of crawls, behind its guard."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from mtcrawler.discovery.failures import describe_failure
from mtcrawler.fetch.middleware.robots import TOO_MANY_REQUESTS
from mtcrawler.fetch.politeness.robots_rules import OwnRules
from mtcrawler.markup.addresses import Site
from mtcrawler.model.errors import MtcrawlerError

HANDLER: Final = "mtcrawler.fetch.handler.Handler"
REDIRECTS: Final = 5
"""In a row, as many as RFC 9309 asks for."""
TIMEOUT: Final = 10.0
"""Seconds that one answer may take, body included."""
ALONE: Final[dict[str, Any]] = {
    "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER, **dict.fromkeys(("data", "file", "ftp", "s3"))},
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,  # the project's is for crawls
    },
    "EXTENSIONS": {},
    "EXTENSIONS_BASE": {},
    "ITEM_PIPELINES": {},
    "DOWNLOAD_TIMEOUT": TIMEOUT,
    "HTTPERROR_ALLOW_ALL": True,
    "HTTPPROXY_ENABLED": False,
    "LOG_ENABLED": False,
    "REDIRECT_MAX_TIMES": REDIRECTS,
    "RETRY_ENABLED": False,
}
"""The settings that make of a project's crawl one that writes nothing and asks once."""


@dataclass(frozen=True)
class Asked:
    """A publisher's spider, its site, and what is wrong with the site's robots.txt, with what to do; else nothing.

    `delay` is the seconds between two requests that it asks for.
    """

    name: str
    site: Site
    wrong: str = ""
    mend: str = ""
    delay: float | None = None

    @property
    def address(self) -> str:
        """Where its robots.txt is."""
        return f"{self.site.origin}/robots.txt"


def asked(settings: Any, sites: Mapping[str, Site]) -> list[Asked]:
    """What came of asking these sites, by the names of their spiders, in the order of the names.

    It takes Twisted's reactor, which runs once in a process.
    """
    own = settings.copy()
    own.setdict(ALONE, priority="cmdline")
    told: list[Asked] = []
    logging.getLogger("scrapy").setLevel(logging.ERROR)  # what was found is told by whoever asked
    process = AsyncCrawlerProcess(own)
    process.crawl(Asking, sites=sites, told=told)
    process.start()
    return sorted(told, key=lambda each: each.name)


class Asking(scrapy.Spider):
    """Asks each site once; what came of it is appended to `told`."""

    name = "asking"
    sites: Mapping[str, Site]
    told: list[Asked]

    async def start(self) -> AsyncIterator[Request]:
        """A request for each."""
        for name, site in self.sites.items():
            one = Asked(name, site)
            yield Request(one.address, self.answered, errback=self.failed, cb_kwargs={"one": one}, dont_filter=True)

    def answered(self, response: Response, one: Asked) -> None:
        """Whether the front page may be read; a file that is not there forbids nothing."""
        if (
            response.status >= 500 or response.status == TOO_MANY_REQUESTS or 300 <= response.status < 400
        ):  # a redirect that cannot be followed
            self._wrong(one, f"is answered with {response.status}")
            return
        body = response.body if response.status < 400 else b""
        agent = self.settings["ROBOTSTXT_USER_AGENT"] or self.settings["USER_AGENT"]
        rules = OwnRules.from_crawler(self.crawler, body)
        if rules.allowed(f"{one.site.origin}/", agent):
            self.told.append(replace(one, delay=rules.delay))
        else:
            self._wrong(one, "lets no crawler of our name read", "Ask the publisher")

    def failed(self, failure: Failure) -> None:
        """No answer, or none that can be used."""
        one: Asked = failure.request.cb_kwargs["one"]  # type: ignore[attr-defined]  # set by Scrapy
        error = failure.value
        if isinstance(error, MtcrawlerError):
            self._wrong(
                one, f"cannot be read: {error.doing[0].lower()}{error.doing[1:]}: {error.happened}", error.remedy
            )
        else:
            self._wrong(one, f"cannot be read ({describe_failure(failure)})")

    def _wrong(self, one: Asked, happened: str, mend: str = "") -> None:
        self.told.append(Asked(one.name, one.site, happened, mend or f"curl -v {one.address}"))
