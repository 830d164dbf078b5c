"""Requests that failed for good, told to the recorder of the run."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler

from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.fetch.look import Look, look_of
from mtcrawler.fetch.middleware.redirects import RedirectLoop


class LastWord:
    """A downloader middleware that tells the recorder of requests that failed for good.

    It has to stand before Scrapy's retries (order below 550), so that it hears of a failure only after the last one.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._context = CrawlContext.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy."""
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note the failure and let it pass.

        Where the browser is asked next, whoever asks it tells, and so does who asks for a part of an article; a page to
        compare with loses no article. Of redirects in a circle the spider tells, whoever followed them.
        """
        if look_of(request) in {Look.FIRST, Look.PART, Look.BESIDE} or isinstance(exception, RedirectLoop):
            return
        if (recorder := self._context.recorder) is not None:
            recorder.note_failure(request, exception)
