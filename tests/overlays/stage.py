"""A stage for small pages: an article with something over it, served on loopback and shown in a real browser."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.async_api import Browser, Page, async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.overlays.engine import Overlays

PARAGRAPH = (
    "The ferry left the old quay at nine, an hour late, with two school classes and a piano on board, and the "
    "harbour master said that nothing of the kind had been carried across the bay since the bridge was built."
)
STORY = (
    "<main><article><h1>A piano crosses the bay</h1>" + 6 * f"<p>{PARAGRAPH}</p>" + "</article></main>"
    "<div style='height:1500px'></div>"
)
VEIL = "position:fixed;inset:0;background:rgba(0,0,0,.6);z-index:90"
BOX = "position:fixed;left:30%;top:30%;width:40%;background:#fff;padding:30px;z-index:91"
LETTER = "<h2>Our newsletter</h2><p>The week, in your inbox.</p>"
LATER = f'{LETTER}<button id="no">No thanks</button>'
CONSENT = "<p>We use cookies and similar technologies to count our readers.</p>"
REFUSED = f'{CONSENT}<button id="no">Reject all</button>'
WATCH = """<script>
  window.seen = { submits: 0, clicks: [] };
  addEventListener("submit", () => { seen.submits += 1; }, true);
  addEventListener("click", (event) => seen.clicks.push(event.composedPath()[0].id || event.target.id), true);
</script>"""


def box(inside: str, name: str = "box") -> str:
    """A box before a dimmed page; whatever has the id `gone` in it removes both."""
    leave = "document.querySelectorAll('.veil,.box').forEach((node) => node.remove());document.body.style.overflow=''"
    return (
        f'<div class="veil" style="{VEIL}"></div><div class="box" id="{name}" style="{BOX}">{inside}</div>'
        "<script>document.body.style.overflow='hidden';const gone=document.getElementById('gone');"
        f"if(gone)gone.onclick=(event)=>{{event.preventDefault();{leave}}};</script>"
    )


def layer(inside: str = LATER) -> str:
    """A box inside the dimming of the page, which have the id `layer`."""
    return f'<div id="layer" style="{VEIL}"><div style="{BOX}">{inside}</div></div>'


def page_of(over: str = "", *, story: str = STORY, head: str = "") -> str:
    """A whole page: the story, and what stands over it."""
    return (
        "<!doctype html><html lang=en><head><meta charset=utf-8><title>A piano crosses the bay</title>"
        f"{WATCH}{head}</head><body>{story}{over}</body></html>"
    )


class Theatre:
    """A browser and a server; pages are put on and shown with the engine at the ready."""

    def __init__(self, browser: Browser, port: int, pages: dict[str, tuple[int, str]]) -> None:
        self.browser, self.port, self.pages = browser, port, pages

    def put_on(self, path: str, html: str, status: int = 200) -> str:
        """The address at which the page is now served."""
        self.pages[path] = (status, html)
        return f"http://127.0.0.1:{self.port}{path}"

    @asynccontextmanager
    async def show(self, html: str, engine: Overlays | None = None, status: int = 200) -> AsyncIterator[Page]:
        """A tab that shows the page, prepared by the engine."""
        page = await self.browser.new_page(viewport={"width": 1280, "height": 800})
        try:
            await (engine or Overlays()).prepare(page)
            await page.goto(self.put_on("/page", html, status))
            yield page
        finally:
            await page.close()


@contextmanager
def serving(pages: dict[str, tuple[int, str]]) -> Iterator[int]:
    """A server of these pages on a free port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, html = pages.get(self.path.split("?")[0], (404, "<h1>You left the article</h1>"))
            body = html.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@asynccontextmanager
async def theatre() -> AsyncIterator[Theatre]:
    """A browser and a server, for as long as they are needed."""
    pages: dict[str, tuple[int, str]] = {}
    with serving(pages) as port:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**find_browser().launch_options)
            try:
                yield Theatre(browser, port, pages)
            finally:
                await browser.close()
