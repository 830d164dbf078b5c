"""The account of a shown page: counted, its evidence kept; and nobody asks a site whose meter has tripped."""

from __future__ import annotations

from functools import cached_property

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from mtcrawler.fetch.browser.rendered import Rendered
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.identity.ids import article_id


class Rendering:
    """A downloader middleware around pages of articles; the handler shows those with `meta["render"]` (renderer.py)."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @cached_property
    def context(self) -> SiteContext:
        """Asked for only where a page of a site is: spiders of other kinds have none."""
        return SiteContext.of(self.crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Rendering:
        """The middleware of this crawl."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raises PaywallMeterReached where the site's free articles are used up."""
        if request.meta.get("render") or request.meta.get("plain"):
            self.context.readers.check_meter(request.url)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The same response, accounted for."""
        rendered: Rendered | None = request.meta.get("rendered")
        if rendered is not None:
            await self._account(response.url, rendered)
        return response

    async def _account(self, url: str, rendered: Rendered) -> None:
        stats, site = self.crawler.stats, self.context.shown_site
        stats.inc_value("page/rendered")
        for overlay in rendered.overlays:
            stats.inc_value(f"overlay/{overlay.kind}/{overlay.outcome}")
        if (recorder := self.context.recorder) is not None:
            for shot in rendered.shots:
                await recorder.keep_screenshot(article_id(site.canonical(url)), shot.name, shot.png)
