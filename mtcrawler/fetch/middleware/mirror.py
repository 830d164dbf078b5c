"""A mirror's redirects over plain HTTP stay on the mirror."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from mtcrawler.fetch.crawl_context import CrawlContext
from mtcrawler.markup.addresses import in_header, joined


class MirrorRedirects:
    """A downloader middleware that keeps a mirror's redirects on the mirror; it stands nearer than Scrapy's own."""

    def __init__(self, crawler: Crawler) -> None:
        self._context = CrawlContext.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> MirrorRedirects:
        """Made by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """The same response, its Location on the mirror."""
        site, location = self._context.site, response.headers.get("Location")
        if site is None or site.mirror is None or location is None:
            return response
        target = joined(response.url, in_header(location))
        return (
            response.replace(headers={**response.headers, "Location": site.fetchable(target)}) if target else response
        )
