"""One page shown from its address to its settled markup, in a warm tab, within one deadline."""

from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from functools import cached_property, partial
from importlib.resources import files
from typing import Any
from urllib.parse import urldefrag, urlsplit

from playwright.async_api import Error, Page
from playwright.async_api import Response as Answer
from playwright.async_api import TimeoutError as PlaywrightTimeout
from scrapy.crawler import Crawler
from scrapy.http import Headers, Request, Response
from scrapy.responsetypes import responsetypes

from mtcrawler.config.reading import settings_of
from mtcrawler.fetch.browser.blocking import context_proxy, furnish, launch_options, shared_options
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.browser_pool import BrowserPool
from mtcrawler.fetch.browser.charset import reread
from mtcrawler.fetch.browser.driver import environment
from mtcrawler.fetch.browser.mirror import Fetch, MirrorRoutes
from mtcrawler.fetch.browser.process.sharing import SHARED
from mtcrawler.fetch.browser.process.source import BrowserLimits
from mtcrawler.fetch.browser.rendered import Rendered
from mtcrawler.fetch.browser.tab.navigations import Navigations, Tabs
from mtcrawler.fetch.browser.tab.sent import plain_markup, sent
from mtcrawler.fetch.browser.truncation import came_whole
from mtcrawler.fetch.certificates import wrong_in_browser
from mtcrawler.fetch.crawl_context import SiteContext
from mtcrawler.fetch.look import GATES
from mtcrawler.fetch.middleware.redirects import RedirectLoop
from mtcrawler.fetch.network.authorities import trusting_home
from mtcrawler.fetch.network.content_types import as_page
from mtcrawler.fetch.network.socks_proxy import SocksProxy
from mtcrawler.markup.document import BYTES
from mtcrawler.model import clock
from mtcrawler.model.article import Tier
from mtcrawler.model.errors import AddressRefused, CertificateRefused, NotReached, PageError, PageTooLarge, RenderError
from mtcrawler.overlays.engine import Overlays

logger = logging.getLogger(__name__)

READ = files(__package__).joinpath("read.js").read_text(encoding="utf-8")
# A script that is waited for holds back what comes after it; was there any?
UNREAD = """(text) => {
  const whole = new DOMParser().parseFromString(text, "text/html");
  return whole.querySelectorAll("p").length > document.querySelectorAll("p").length;
}"""
AWAY = "ERR_NAME_NOT_RESOLVED"
HOPELESS = ("ERR_TOO_MANY_REDIRECTS", AWAY, "ERR_UNSAFE_PORT")  # trying again changes nothing
NOT_REACHED = "ERR_SOCKS_CONNECTION"  # the proxy knows why
DOWNLOAD = "Download is starting"
LEFT = "Execution context was destroyed"  # a meta tag or a script led elsewhere
OVERTAKEN = "interrupted by another navigation"
NO_PAGE = ("ERR_ABORTED", DOWNLOAD)  # a file that the browser does not show, or nothing at all
ENDED = 1.0  # seconds for the news that a page had come to its end before it was stopped
DECODED = ("Content-Encoding", "Transfer-Encoding", "Content-Length")  # true of the bytes, not of the markup


class Renderer:
    """Shows the pages of one crawl; its browser is started by the first of them. `fetch` is the crawl's HTTP client."""

    def __init__(self, crawler: Crawler, fetch: Fetch) -> None:
        self._crawler, self._fetch = crawler, fetch
        self._settings = settings = settings_of(crawler.settings)
        self._limits = BrowserLimits(
            tabs=settings.RENDER_TABS,
            tab=settings.RENDER_TAB_USES,
            pages=settings.RENDER_BROWSER_PAGES,
            seconds=settings.RENDER_BROWSER_SECONDS,
            bytes=settings.RENDER_BROWSER_BYTES,
            process=settings.RENDER_PROCESS_BYTES,
        )
        self._pool: BrowserPool | None = None
        self._proxy: SocksProxy | None = None
        self._mirror: MirrorRoutes | None = None

    @cached_property
    def _tabs(self) -> Tabs:
        site = self._context.shown_site
        return Tabs({urlsplit(site.fetchable("/")).netloc, *site.hosts, *site.also})

    @cached_property
    def _context(self) -> SiteContext:
        return SiteContext.of(self._crawler)

    @cached_property
    def _overlays(self) -> Overlays:
        """The engine; a crawl that shows no page never reads its vocabularies."""
        return Overlays(self._context.definition.overlays, self._settings.OVERLAY_EVIDENCE)

    async def show(self, request: Request) -> Response:
        """The response of a request with `meta["render"]`: an `HtmlResponse` of the settled page.

        `meta["rendered"]` says what happened meanwhile. Raises RenderError when the deadline passes or no browser can
        be had, IncompleteBody when the page broke off, RunStopped in a run that has to stop, and
        `playwright.async_api.Error` when it cannot be reached.
        """
        pool = self._started()
        shutdown = self._context.shutdown
        page = await pool.lend(lambda: shutdown.waiting(request))
        healthy = False
        try:
            shutdown.check(request)  # the browser may have taken a while to start
            async with shutdown.within(self._settings.PAGE_DEADLINE):
                with shutdown.under_way():
                    response = await self._led_on(page, request)
            healthy = True
        except TimeoutError as err:
            happened, remedy = (
                f"it took longer than {self._settings.PAGE_DEADLINE:g} s",
                "Look at it, or raise PAGE_DEADLINE.",
            )
            raise RenderError(f"Rendering {request.url}", happened, remedy) from err
        except Error as err:
            if NOT_REACHED in str(err):
                raise self._not_reached(request) from err
            if wrong := wrong_in_browser(str(err)):
                raise CertificateRefused.of(urlsplit(request.url).hostname or "", wrong) from err
            request.meta["dont_retry"] = any(reason in str(err) for reason in HOPELESS)
            raise
        finally:
            await pool.take_back(page, healthy=healthy)
        return response

    async def close(self) -> None:
        """Close the browser, if there is one."""
        if self._pool is not None:
            await self._pool.close()
        if self._proxy is not None:
            await self._proxy.close()

    def _not_reached(self, request: Request) -> PageError:
        assert self._proxy is not None
        host = urlsplit(request.url).hostname or ""
        if host in self._proxy.guard.refused:
            return AddressRefused.of(host, host)
        why = self._proxy.failures.get(host, "it led to where nobody answers")
        return NotReached(f"Reaching {host}", why, "Look whether the site is up.")

    def _started(self) -> BrowserPool:
        if self._pool is None:
            settings, site = self._settings, self._context.shown_site
            self._proxy = SocksProxy(self._context.guard)
            browser, shared = find_browser(settings.MTCRAWLER_BROWSER, settings.STATE_DIR), SHARED.opened
            options = shared_options(browser) if shared else launch_options(browser, site, self._proxy.port)
            if home := trusting_home(settings):
                options["env"] = {**environment(), "HOME": str(home)}
            proxy: dict[str, Any] = {"proxy": context_proxy(site, self._proxy.port)} if shared else {}
            self._mirror = MirrorRoutes(site, self._fetch)
            self._pool = BrowserPool(
                SHARED.source(options) if shared else {**options, "timeout": 1000 * settings.PAGE_DEADLINE},
                lambda: {**self._context.readers.context, **proxy},
                self._prepare,
                self._limits,
            )
        return self._pool

    async def _prepare(self, page: Page) -> None:
        assert self._mirror is not None
        await furnish(page)
        await self._mirror.install(page)
        await self._tabs.navigations(page)
        await self._overlays.prepare(page)
        cookies = self._context.definition.cookies.items()
        if self._settings.SUPPRESSING_COOKIES and cookies:
            # What the publisher's own scripts honour, so that nothing has to be dismissed at all.
            origin = self._context.shown_site.fetchable("/")
            await page.context.add_cookies([{"name": n, "value": v, "url": origin} for n, v in cookies])

    async def _led_on(self, page: Page, request: Request) -> Response:
        """The response; where a page leads on to another one while it is read, that of the other one.

        Raises RedirectLoop where pages lead on in a circle, or without end.
        """
        steps, url, began = await self._tabs.navigations(page), request.url, time.monotonic()
        await steps.begin()
        answer = await self._asked(page, request, steps)
        while not isinstance(answer, Response):
            try:
                response = await self._shown(page, request, answer, steps, url, began)
            except (Error, RenderError) as err:
                if steps.cut is not None:
                    raise RedirectLoop(f"{request.url} leads on without end, by way of {steps.cut}") from err
                if LEFT not in str(err) or page.is_closed() or (led := await steps.answer(answer)) is None:
                    raise
                answer, url = led, page.url
                continue
            if steps.cut not in {None, urldefrag(page.url)[0]}:  # one that only led to itself was read
                raise RedirectLoop(f"{request.url} leads on without end, by way of {steps.cut}")
            return response
        return answer

    async def _asked(self, page: Page, request: Request, steps: Navigations) -> Answer | Response:
        """The answer to the navigation; an empty response where it is no page."""
        try:
            return await self._go(page, request.url, steps)
        except Error as err:
            # A browser that is being closed aborts as well, which says nothing of the page.
            if not any(sign in str(err) for sign in NO_PAGE) or page.is_closed() or not _connected(page):
                raise
            # What is no download gave nothing to show: 204, or a 304 that nobody asked for.
            status = 200 if DOWNLOAD in str(err) else 204
            return Response(request.url, status=status, body=b"", request=request)

    async def _shown(
        self, page: Page, request: Request, answer: Answer, steps: Navigations, url: str, began: float
    ) -> Response:
        if answer.status in GATES:
            answer = await steps.let_in(answer)
        respond = partial(_response, page, request, answer)
        if answer.status >= 400 or "html" not in answer.headers.get("content-type", "html").lower():
            request.meta["download_latency"] = time.monotonic() - began
            return as_page(respond(await plain_markup(answer)))
        await self._parsed(page, answer)
        assert self._mirror is not None
        request.meta["download_latency"] = time.monotonic() - began
        if await came_whole(answer, partial(self._mirror.asked, page)) is None:
            self._crawler.stats.inc_value("page/end_unchecked")
            logger.warning("Whether %s came whole could not be checked: over HTTP it gave no page.", answer.url)
        if await reread(page, steps.ours) is None:
            self._crawler.stats.inc_value("page/charset_unchecked")
            logger.info("The character set of %s could not be checked: asked for again, it gave no page.", page.url)
        clearing = time.monotonic()
        path = urlsplit(self._context.shown_site.canonical(url)).path
        policy: Tier | None = "free" if self._context.definition.policy.free_at(path) else None
        dismissed = await self._overlays.dismiss(page, answer.status, policy, answer.headers)
        # Nothing happens between the engine's last look and this, so that look is the one right before extraction.
        span = (clearing, time.monotonic())
        html = await page.evaluate(READ, {"most": BYTES, "withheld": dismissed.withheld})
        if not isinstance(html, str):
            raise PageTooLarge.of(page.url, f"it is {html} characters long")
        self._context.readers.saw(dismissed.wall, page.url)
        seen = (dismissed.overlays, dismissed.evidence, dismissed.access)
        body = await sent(answer) if self._settings.KEEP_PAGES != "never" else None
        request.meta["rendered"] = Rendered(clock.now(), *seen, span, body)
        return respond(html)

    async def _go(self, page: Page, url: str, steps: Navigations) -> Answer:
        """The answer to the navigation; a redirect away from the mirror is followed on it.

        A page that leads on before the browser has told of it gives the answer of the next one.
        """
        answer = None
        try:
            answer = await page.goto(url, wait_until="commit")
        except Error as err:
            if AWAY in str(err) and self._mirror is not None:
                answer = await self._mirror.follow(page, url)
            if answer is None and OVERTAKEN not in str(err):
                raise
        answer = answer or await steps.answer(None)
        if answer is None:
            raise RenderError(f"Rendering {url}", "it led on to what did not come", "It is tried again.")
        return answer

    async def _parsed(self, page: Page, answer: Answer) -> None:
        """Waits for the markup, not for what it loads; one stranger's script that hangs must not cost the page.

        Raises RenderError where it is the page itself that does not come, or broke off: half of it is none.
        """
        try:
            await page.wait_for_load_state("domcontentloaded", timeout=self._settings.PAGE_PATIENCE * 1000)
        except PlaywrightTimeout:
            await page.evaluate("window.stop()")
            with suppress(TimeoutError):
                async with asyncio.timeout(ENDED):
                    await answer.finished()
                    if not answer.request.failure and not await page.evaluate(UNREAD, await answer.text()):
                        return
            happened = "it did not come to its end, and half a page is none"
            raise RenderError(f"Rendering {page.url}", happened, "It is tried again.") from None


def _connected(page: Page) -> bool:
    browser = page.context.browser
    return browser is not None and browser.is_connected()


def _response(page: Page, request: Request, answer: Answer, html: str | bytes) -> Response:
    headers = Headers(answer.headers)
    for name in DECODED:
        headers.pop(name, None)
    # A script may leave half of a pair of surrogates.
    body = html.encode(errors="replace") if isinstance(html, str) else html
    kind = responsetypes.from_args(headers=headers, url=page.url, body=body)
    given: dict[str, Any] = {"encoding": "utf-8"} if html and isinstance(html, str) else {}
    return kind(page.url, status=answer.status, headers=headers, body=body, request=request, **given)
