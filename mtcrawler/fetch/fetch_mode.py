"""How a crawl fetches the pages of articles: in the browser, over plain HTTP, or as each page allows."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal, Self

from scrapy.settings import BaseSettings

from mtcrawler import __version__
from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.fetched import Waiting
from mtcrawler.fetch.mode.auto import Auto
from mtcrawler.fetch.mode.template_report import TemplateReport
from mtcrawler.sites.definition import SiteDefinition

logger = logging.getLogger(__name__)

Way = Literal["auto", "browser", "http"]


@dataclass(frozen=True)
class FetchMode:
    """The way pages are fetched; `auto` decides page by page, and is None where one way holds for every page."""

    way: Way
    auto: Auto[Waiting] | None = None

    @classmethod
    def chosen(cls, settings: BaseSettings, definition: SiteDefinition, extractor: str) -> Self:
        """What RENDER_MODE says; a subscriber's session is of use in the browser alone."""
        typed, host = settings_of(settings), definition.site.host
        asked, session = typed.RENDER_MODE, host in typed.READER_SESSIONS
        if asked == "http":
            if session:
                logger.warning("RENDER_MODE=http: the session for %s is not used.", host)
            return cls("http")
        if asked == "auto" and not session:
            learned_by = f"{extractor} of mtcrawler {__version__}"
            return cls("auto", Auto(definition.site.known_as, learned_by, free=definition.policy.all_free))
        return cls("browser")

    @property
    def plain_first(self) -> bool:
        """Whether the next page is asked for over plain HTTP before anything else."""
        return self.way == "http" or (self.auto is not None and self.auto.goes_first())

    def report(self) -> dict[str, TemplateReport]:
        """What was decided of each template, and on what grounds."""
        return self.auto.report() if self.auto is not None else {}
