"""The browser's part of a fetch: a warm tab is lent, overlays are dismissed, the page is read as a reader sees it."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from playwright.async_api import Error, Page
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import HtmlResponse, Request, Response

from mtcrawler import clock
from mtcrawler.article import Access, Overlay, Tier
from mtcrawler.errors import RenderError
from mtcrawler.identity.ids import article_id
from mtcrawler.overlays import Overlays, Shot
from mtcrawler.rendering.charset import reread
from mtcrawler.rendering.mirror import MirrorRoutes
from mtcrawler.rendering.readers import Readers
from mtcrawler.rendering.tabs import Tabs
from mtcrawler.runs.evidence import keep_evidence

logger = logging.getLogger(__name__)

READ = files(__package__).joinpath("read.js").read_text(encoding="utf-8")
AWAY = "ERR_NAME_NOT_RESOLVED"
HOPELESS = ("ERR_TOO_MANY_REDIRECTS", AWAY, "ERR_UNSAFE_PORT")  # trying again changes nothing


@dataclass(frozen=True)
class Rendered:
    """What happened while the page was shown: when, what stood over it, and pictures of that as evidence.

    `clearing` is the span in which overlays were looked for, in seconds of the monotonic clock.
    """

    at: datetime
    overlays: tuple[Overlay, ...]
    shots: tuple[Shot, ...]
    verdict: Access
    clearing: tuple[float, float] | None = None

    def access(self, declared: Access) -> Access:
        """Who may read it: as the page and the publisher's policy declare, unless a wall was seen."""
        walled = self.verdict.tier not in {"free", "unknown"}
        return declared if declared.tier == "free" and not walled else self.verdict


class Rendering:
    """A downloader middleware: requests with `meta["render"]` are shown in a browser tab through scrapy-playwright.

    Spiders get an `HtmlResponse` of the settled page and `meta["rendered"]`; they never touch a tab.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self.crawler = crawler
        self.deadline = settings.getfloat("PAGE_DEADLINE")
        self.suppress = settings.getbool("SUPPRESSING_COOKIES")
        self.patience = settings.getfloat("PAGE_PATIENCE")
        spider: Any = crawler.spidercls
        policy: Tier | None = "free" if spider.page.free else None
        self.overlays = Overlays(spider.overlay_rules, settings["OVERLAY_EVIDENCE"], policy)
        self.tabs = Tabs(settings.getint("RENDER_TABS"), settings.getint("RENDER_TAB_USES"))
        self.readers = Readers(crawler)
        self._mirror: MirrorRoutes | None = None
        self._suppressed = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Rendering:
        """The middleware of this crawl."""
        return cls(crawler)

    @property
    def _spider(self) -> Any:  # a NewsSpider, which knows this module
        return self.crawler.spider

    async def process_request(self, request: Request) -> None:
        """Has a request rendered in a warm tab where one is idle, else in a new one."""
        if not request.meta.get("render"):
            return
        self.readers.check_meter(request.url)
        request.meta.update(
            playwright=True,
            playwright_include_page=True,
            playwright_page=await self.tabs.lend(),
            playwright_context="reader",
            playwright_context_kwargs=self.readers.context,
            playwright_page_init_callback=self._prepare,
            playwright_page_goto_kwargs={"wait_until": "commit"},
        )

    async def _prepare(self, page: Page, request: Request) -> None:
        if self._mirror is None:
            self._mirror = MirrorRoutes(self._spider.site)
        await self._mirror.install(page)
        await self._suppress(page)
        await self.overlays.prepare(page)

    async def _suppress(self, page: Page) -> None:
        """Sets what the publisher's own scripts honour, so that nothing has to be dismissed at all."""
        spider = self._spider
        if self.suppress and spider.cookies and not self._suppressed:
            self._suppressed, origin = True, spider.site.fetchable("/")
            await page.context.add_cookies(
                [{"name": name, "value": value, "url": origin} for name, value in spider.cookies]
            )

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        """The page as a reader sees it once nothing stands over it; the tab is given back whatever happens."""
        if not request.meta.get("render"):
            return response
        page: Page = request.meta.pop("playwright_page")
        healthy = False
        try:
            if response.status >= 400 or not isinstance(response, HtmlResponse):
                healthy = True
                return response
            async with asyncio.timeout(self.deadline):
                html, rendered = await self._read(page, response.status)
            healthy = True
        except (TimeoutError, Error) as err:
            return self._again(request, err)
        finally:
            await self.tabs.take_back(page, healthy=healthy)
        request.meta["rendered"] = rendered
        await self._account(response.url, rendered)
        return response.replace(body=html.encode(), encoding="utf-8")

    async def _parsed(self, page: Page) -> None:
        """Waits for the markup, not for what it loads; one stranger's script that hangs must not cost the page."""
        try:
            await page.wait_for_load_state("domcontentloaded", timeout=self.patience * 1000)
        except PlaywrightTimeout:
            await page.evaluate("window.stop()")

    def _again(self, request: Request, err: Exception) -> Request:
        """The request once more; raises RenderError where it has been tried often enough."""
        took_long = f"it took longer than {self.deadline:g} s"
        reason = took_long if isinstance(err, TimeoutError) else next(iter(str(err).splitlines()), "the browser failed")
        if retry := get_retry_request(request, spider=self._spider, reason=reason):
            return retry
        remedy = "Look at the page in a browser, or raise PAGE_DEADLINE."
        raise RenderError(f"Rendering {request.url}", reason, remedy) from err

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Gives the tab up when a page could not be had; a redirect away from the mirror is followed on it."""
        if not request.meta.get("render"):
            return None
        page: Page | None = request.meta.pop("playwright_page", None)
        target = None
        if page is not None and self._mirror is not None and AWAY in str(exception):
            target = await self._mirror.redirected(page, request.url)
        await self.tabs.take_back(page, healthy=False)
        if target is not None and target != request.url and not request.meta.get("mirrored"):
            return request.replace(url=target, meta={**request.meta, "mirrored": True})
        if any(reason in str(exception) for reason in HOPELESS):
            request.meta["dont_retry"] = True
        return None

    async def _read(self, page: Page, status: int) -> tuple[str, Rendered]:
        await self._parsed(page)
        await reread(page)
        begun = time.monotonic()
        dismissed = await self.overlays.dismiss(page, status)
        late = await self.overlays.recheck(page)
        clearing = (begun, time.monotonic())
        html: str = await page.evaluate(READ)
        overlays = (*dismissed.overlays, *late.overlays)
        shots = (*dismissed.evidence, *late.evidence)
        self.readers.saw(dismissed.wall, page.url)
        return html, Rendered(clock.now(), overlays, shots, dismissed.access, clearing)

    async def _account(self, url: str, rendered: Rendered) -> None:
        stats, spider = self.crawler.stats, self._spider
        stats.inc_value("page/rendered")
        for overlay in rendered.overlays:
            stats.inc_value(f"overlay/{overlay.kind}/{overlay.outcome}")
        for shot in rendered.shots:
            await keep_evidence(self.crawler, article_id(spider.site.canonical(url)), shot.name, shot.png)
