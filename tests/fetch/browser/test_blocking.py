"""Laws of what a page may load: words and behaviour, no pictures, fonts, films or strangers."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from playwright.async_api import async_playwright

from mtcrawler.config.field import networks
from mtcrawler.fetch.browser.blocking import blocked_hosts, furnish, launch_arguments, launch_options
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.fetch.network.guard import Guard
from mtcrawler.fetch.network.socks_proxy import SocksProxy
from mtcrawler.markup.addresses import Site
from mtcrawler.overlays.rule import wall_vendors

PAGE = b"""<!doctype html><link rel=stylesheet href=/style.css><script src=/script.js></script><p>Words</p>
<img src=/photo.jpg><video src=/film.mp4 preload=auto></video><audio src=/sound.mp3 preload=auto></audio>
<style>@font-face { font-family: Paper; src: url(/letters.woff2) } p { font-family: Paper }</style>
<script>const refused = () => fetch("/refused").then(() => { done = true });
fetch("https://www.google-analytics.com/g").catch(refused)</script>"""


async def test_pages_load_what_articles_need_and_nothing_else() -> None:
    """Styles, scripts and data are loaded; pictures, fonts, film, sound and trackers are never asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", {"/": "text/html", "/style.css": "text/css"}.get(self.path, "text/plain"))
            self.end_headers()
            self.wfile.write(PAGE if self.path == "/" else b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    site = Site("https://paper.example", frozenset({"paper.example"}))
    socks_proxy = SocksProxy(Guard(networks("127.0.0.0/8")))
    options = launch_options(find_browser(), site, socks_proxy.port)
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**options)
            page = await browser.new_page()
            await furnish(page)
            await page.goto(f"http://127.0.0.1:{server.server_address[1]}/", wait_until="load")
            await page.wait_for_function("window.done")
            await browser.close()
    finally:
        await socks_proxy.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert set(asked) - {"/favicon.ico"} == {"/", "/style.css", "/script.js", "/refused"}
    assert not [host for host in socks_proxy.failures if "analytics" in host]  # refused inside the browser


def test_walls_are_never_kept_from_showing() -> None:
    """No paywall vendor is among the blocked hosts: what its script would show has to show."""
    hosts = [part for vendor in wall_vendors() for part in vendor.scripts if "." in part and "/" not in part]
    assert hosts
    assert not [host for host in hosts if any(host == each or host.endswith("." + each) for each in blocked_hosts())]


def test_a_mirror_on_the_site_s_own_host_is_reached_through_the_relay() -> None:
    """What goes around the proxy reaches nothing; a mirror's host never does, whoever else is called so."""
    site = Site("http://127.0.0.1", frozenset({"127.0.0.1", "paper.example"}), mirror="http://127.0.0.1:8000")
    (around,) = [each for each in launch_arguments(site, 1080) if each.startswith("--proxy-bypass-list")]
    assert around.endswith(";paper.example")
    assert "127.0.0.1" not in around


def test_a_site_is_no_stranger_to_itself() -> None:
    """A publisher whose own host is on the list is still read."""
    site = Site("https://www.youtube.com", frozenset({"www.youtube.com"}))
    (around,) = [each for each in launch_arguments(site, 1080) if each.startswith("--proxy-bypass-list")]
    assert ";*.doubleclick.net;" in around
    assert ";youtube.com;" not in around
    assert ";*.youtube.com;" not in around
