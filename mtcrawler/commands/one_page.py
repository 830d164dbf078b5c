"""`python -m mtcrawler.commands.one_page ANSWER`: fetches the page or the site that stdin asks for, or tries the
definition; with no bucket.
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader
from scrapy.utils.project import get_project_settings

from mtcrawler.commands.wrong_settings import wrong_settings
from mtcrawler.config.project import check_project
from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.browser.browser import check_kind, find_browser
from mtcrawler.fetch.middleware import robots
from mtcrawler.fetch.network.authorities import trusting_home
from mtcrawler.markup.addresses import origin_of
from mtcrawler.model.environment import variables
from mtcrawler.model.errors import ArgumentError, MtcrawlerError, PageNotFetched
from mtcrawler.pages.exchange import Exchange, PageRequest, SiteRequest
from mtcrawler.pages.trial import TrialRequest
from mtcrawler.runs.process.machine import check_machine
from mtcrawler.security import private_files
from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.sites.loading import load_definition
from mtcrawler.sites.undescribed import undescribed
from mtcrawler.spider.spider_loader import SiteSpiderLoader

if TYPE_CHECKING:
    from mtcrawler.spider.one_page import PageSpider
    from mtcrawler.spider.probes.site_probe import ProbeSpider

Asked = PageRequest | SiteRequest | TrialRequest
ASKED: Final = TypeAdapter[Asked](Asked)
LISTENING: Final = {"mtcrawler.runs.monitoring.log_events.OneLineErrors": 0}
"""The extensions that a page needs; nothing is recorded of it."""
ALONE: Final[dict[str, Any]] = {
    "ITEM_PIPELINES": {},
    "EXTENSIONS": LISTENING,
    "OVERLAY_EVIDENCE": "always",
    "LOG_LEVEL": "ERROR",
    # No bucket is opened, so none has to be named.
    "S3_VARIABLES": {},
    "EMBEDDED_STORE": True,
}
"""The settings of a process that fetches a page and stores nothing."""


def main() -> None:
    """Fetch the page; whatever happens, there is an answer."""
    from mtcrawler.spider.one_page import failure_of  # noqa: PLC0415 - Scrapy loads this module for all its commands

    os.umask(private_files.UMASK)
    asked = ASKED.validate_json(sys.stdin.buffer.read())
    try:
        check_project(variables())
        told = fetched(asked, get_project_settings())
    except MtcrawlerError as err:
        told = Exchange(failure=failure_of(err))
    private_files.put(Path(sys.argv[1]), told.model_dump_json().encode(), durable=False)


def fetched(asked: Asked, settings: Settings) -> Exchange:
    """What came of it; raises MtcrawlerError where it cannot begin."""
    of_site = not isinstance(asked, PageRequest)
    for name, value in {**ALONE, **({"RENDER_MODE": "http"} if of_site else {})}.items():
        settings.set(name, value, "project")
    if wrong := wrong_settings(settings):
        raise wrong[0]
    spider, arguments, doing = _crawl(asked, settings)
    shown = isinstance(asked, PageRequest) and asked.way == "browser"
    typed = settings_of(settings)
    check_machine(browser=shown)
    if shown:
        if typed.MTCRAWLER_BROWSER:
            check_kind(typed.MTCRAWLER_BROWSER)
        find_browser(typed.MTCRAWLER_BROWSER, typed.STATE_DIR)
        trusting_home(typed)
    process = AsyncCrawlerProcess(settings)
    # Why nothing may be asked for is what is answered, and would be told twice.
    logging.getLogger(robots.__name__).setLevel(logging.CRITICAL)
    crawler = process.create_crawler(spider)
    task = process.crawl(crawler, **arguments)
    process.start()
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
    told: Exchange | None = getattr(crawler.spider, "told", None)
    if told is None:
        raise PageNotFetched(doing, "it was stopped before it was done", "Run it again.")
    return told


def _crawl(asked: Asked, settings: Settings) -> tuple[type[PageSpider | ProbeSpider], dict[str, str], str]:
    """The spider that does what is asked, its arguments, and what is said to be done."""
    if isinstance(asked, PageRequest):
        from mtcrawler.spider.one_page import page_spider  # noqa: PLC0415 - as above

        return page_spider(_definition(asked, settings), asked), {}, f"Fetching {asked.url}"
    arguments = {"limit": str(asked.articles), "since": f"{asked.days}d"}
    if isinstance(asked, SiteRequest):
        from mtcrawler.spider.probes.site_probe import probe_spider  # noqa: PLC0415 - as above

        return probe_spider(undescribed(asked.site)), arguments, f"Looking at {asked.site}"
    from mtcrawler.spider.probes.site_trial import trial_spider  # noqa: PLC0415 - as above

    copy = {"mirror": asked.mirror} if asked.mirror else {}
    definition = load_definition(Path(asked.definition))
    return trial_spider(definition), {**arguments, **copy}, f"Trying the definition of {definition.site.host}"


def _definition(asked: PageRequest, settings: Settings) -> SiteDefinition:
    """The definition of the page's site: the one that is asked for, the project's, or that of a site not described."""
    try:
        origin = origin_of(asked.url)
    except ValueError:
        origin = ""
    if not origin.startswith(("http://", "https://")):
        raise ArgumentError(f"Fetching {asked.url}", "it is no address of a page", "Give https://www.example.com/page.")
    if asked.definition is not None:
        return load_definition(Path(asked.definition))
    spiders = get_spider_loader(settings)
    described = spiders.sites.of_host(origin) if isinstance(spiders, SiteSpiderLoader) else None
    return described or undescribed(origin)


if __name__ == "__main__":
    main()
