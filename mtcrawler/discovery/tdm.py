"""What a whole site declares about text and data mining, in one file that is asked for once a run."""

from __future__ import annotations

import logging
from typing import Final

from scrapy.crawler import Crawler
from scrapy.http import Request

from mtcrawler.extraction.rights import TdmRule, tdm_rules
from mtcrawler.model.limits import TDM_BYTES, TDM_RULES

TDM_ADDRESS: Final = "/.well-known/tdmrep.json"
RESERVED: Final = TdmRule("*", 1, None)
"""What is taken to hold where a site declares more than is read."""

logger = logging.getLogger(__name__)


async def site_rules(crawler: Crawler, address: str) -> tuple[tuple[TdmRule, ...], int]:
    """The rules of the file at this address, none where there is none, and how many of them, or files, were not read.

    Where some were not read all that the others do not cover is reserved.
    """
    request = Request(address, meta={"handle_httpstatus_all": True, "max_retry_times": 0})
    try:
        response = await crawler.engine.download_async(request)
    except Exception as err:
        logger.debug("No TDM file: %s", err)
        return (), 0
    return rules_of(response.body) if response.status == 200 else ((), 0)


def rules_of(body: bytes) -> tuple[tuple[TdmRule, ...], int]:
    """The rules of a file, and how many of them, or files, were not read; as above."""
    if len(body) > TDM_BYTES:
        return (RESERVED,), 1
    rules = tdm_rules(body.decode("utf-8", "replace"))
    left = max(0, len(rules) - TDM_RULES)
    return ((*rules[:TDM_RULES], RESERVED) if left else rules), left
