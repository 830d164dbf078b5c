"""The rules of a robots.txt that hold for us, within the limits of what is read."""

from __future__ import annotations

import logging
from typing import Self

from scrapy.crawler import Crawler
from scrapy.robotstxt import ProtegoRobotParser

from mtcrawler.discovery.robots import delay_of, rules_for
from mtcrawler.model.limits import ROBOTS_BYTES, Cut

logger = logging.getLogger(__name__)

TOO_MANY = "it has too many with stars to search each address for all of them"


class OwnRules(ProtegoRobotParser):
    """Scrapy's own parser, given only the rules that hold for us; `delay` is the seconds they ask for."""

    delay: float | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        """The rules of a file, within the limits; what lies past them is counted and told."""
        if len(robotstxt_body) > ROBOTS_BYTES:
            logger.warning("A robots.txt has %d bytes; only the first %d are read.", len(robotstxt_body), ROBOTS_BYTES)
            crawler.stats.inc_value(f"robotstxt/{Cut.ROBOTS}")
            crawler.stats.inc_value(f"discovery/cut/{Cut.ROBOTS}")
        agent = crawler.settings["ROBOTSTXT_USER_AGENT"] or crawler.settings["USER_AGENT"]
        rules = rules_for(agent, robotstxt_body)
        if rules.stricter:
            logger.warning(
                "%d rules of a robots.txt are taken to forbid more than they do: %s.", rules.stricter, TOO_MANY
            )
            crawler.stats.inc_value(f"discovery/cut/{Cut.WILDCARDS}", rules.stricter)
        made = super().from_crawler(crawler, rules.text.encode())
        made.delay = delay_of(rules)
        return made
