"""Laws of pages in the wrong character set and of mirrors, in a real browser."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.async_api import BrowserContext, Error, Page, async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.browser.charset import reread
from mtcrawler.fetch.browser.mirror import MirrorRoutes
from mtcrawler.markup.addresses import Site
from tests.fixtures.fetching import fetch

WORDS = "Мост снова открыт — и “всё”"
PAGES = {
    "/utf8-as-1251": ("text/html; charset=windows-1251", WORDS.encode()),
    "/1251-as-utf8": (
        "text/html; charset=utf-8",
        ("Мост снова открыт для всех жителей города. " * 9).encode("windows-1251"),
    ),
    "/right": ("text/html; charset=windows-1251", "Мост".encode("windows-1251")),
    "/asks": ("text/html; charset=utf-8", b"<p id=p></p><script src='https://static.paper.example/s.js'></script>"),
    "/s.js": (
        "text/javascript",
        b"fetch('https://www.paper.example/data').then(r => r.text()).then(t => p.textContent = t)",
    ),
    "/data": ("text/plain", b"from the mirror"),
}


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """A server of the pages above."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = PAGES.get(self.path, ("text/plain", b""))
            self.send_response(302 if self.path == "/moved" else 200)
            if self.path == "/moved":
                self.send_header("Location", "https://www.paper.example/data")
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
async def context() -> AsyncIterator[BrowserContext]:
    """A browser context."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        yield await browser.new_context()
        await browser.close()


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    """An empty tab."""
    return await context.new_page()


@pytest.mark.parametrize(
    ("path", "text", "again"),
    [
        ("/utf8-as-1251", WORDS, True),
        ("/1251-as-utf8", "Мост снова открыт для всех жителей города.", True),
        ("/right", "Мост", False),
    ],
)
async def test_a_wrongly_declared_page_is_shown_again_rightly(
    path: str, text: str, again: bool, page: Page, origin: str
) -> None:
    """Bytes that are not in the declared character set are read in their own; a true declaration is left alone."""
    await page.goto(origin + path)
    assert await reread(page) is again
    assert text in await page.inner_text("body")


async def test_what_a_mirrored_page_asks_of_its_publisher_the_mirror_answers(page: Page, origin: str) -> None:
    """Scripts and data that a page names on the publisher's own hosts come from the mirror, readable to its scripts."""
    hosts = frozenset({"www.paper.example", "static.paper.example"})
    await MirrorRoutes(Site("https://www.paper.example", hosts, mirror=origin), fetch).install(page)
    await page.goto(origin + "/asks")
    await page.wait_for_function("p.textContent === 'from the mirror'")


async def test_a_redirect_away_from_the_mirror_is_followed_on_it(page: Page, origin: str) -> None:
    """A redirect to the publisher's own host is told as an address on the mirror; one that is none is not."""
    routes = MirrorRoutes(Site("https://www.paper.example", frozenset({"www.paper.example"}), mirror=origin), fetch)
    assert await routes.redirected(page, f"{origin}/moved") == f"{origin}/data"
    assert await routes.redirected(page, f"{origin}/data") is None


async def test_a_page_that_leads_away_from_the_mirror_does_not_hang(page: Page, origin: str) -> None:
    """The browser is told at once that nobody is at the publisher's own host, so that the page can be followed."""
    routes = MirrorRoutes(Site("https://www.paper.example", frozenset({"www.paper.example"}), mirror=origin), fetch)
    await routes.install(page)
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        await page.goto(f"{origin}/moved", wait_until="commit", timeout=8_000)
    assert await routes.follow(page, f"{origin}/moved") is not None
    assert await page.inner_text("body") == "from the mirror"
