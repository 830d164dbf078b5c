"""Publishers whose pages hold the interpreter: by a pattern that never ends, or by a loop of Python's own."""

from __future__ import annotations

import re

from mtcrawler.sites.definition import SiteDefinition
from mtcrawler.spider.news_spider import NewsSpider
from spiders.moscowtimes import MoscowTimesPage
from tests.fixtures.sites import definition_of

ENDLESS = re.compile(r"(a+)+b")


class HeldByPattern(MoscowTimesPage):
    """Its headline takes longer than anybody lives; no other thread runs meanwhile."""

    @property
    def subtitle(self) -> str | None:
        """Never returns."""
        return str(ENDLESS.fullmatch("a" * 100))


class HeldByLoop(MoscowTimesPage):
    """Its headline never comes; other threads run, the event loop does not."""

    @property
    def subtitle(self) -> str | None:
        """Never returns."""
        while True:
            pass


def _held(name: str, page: type[MoscowTimesPage]) -> SiteDefinition:
    code = {"spider": name, "code": f"{__name__}:{page.__name__}"}
    return definition_of("moscowtimes").model_copy(update=code)


class PatternSpider(NewsSpider):
    """A site whose pages hold the interpreter in one pattern."""

    name = "pattern"
    definition = _held("pattern", HeldByPattern)


class LoopSpider(NewsSpider):
    """A site whose pages hold the event loop."""

    name = "loop"
    definition = _held("loop", HeldByLoop)
