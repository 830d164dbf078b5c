"""A bucket with a month of newspapers, served as `mtcrawler browse` serves it, and a browser to look at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from mtcrawler.browse.library import Library
from mtcrawler.browse.server.app import application
from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.model.article import Article
from mtcrawler.security.listening import listening
from mtcrawler.storage.connection import connect
from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.location import Location
from tests.browse.newspapers import month
from tests.browse.shelf import Shelf
from tests.fixtures.store import fresh_bucket


@dataclass(frozen=True)
class Served:
    """A page that is being served: its library, its port, and what lies in the bucket by name."""

    library: Library
    port: int
    named: dict[str, Article]

    @property
    def origin(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[HTTPResponse, str]:
        """The answer to a request, and its text."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    def page(self, path: str) -> str:
        """The text of a page that is there."""
        answer, text = self.ask(path)
        assert answer.status == 200, text
        return text


@contextmanager
def serving(location: Location, folder: Path, named: dict[str, Article] | None = None) -> Iterator[Served]:
    """Serve a bucket, with its index up to date at the beginning and updated only when a test says so."""
    library = Library(location, folder, {})
    library.updater.update()
    socket = listening("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(application(library), log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [socket]})
    thread.start()
    try:
        yield Served(library, socket.getsockname()[1], named or {})
    finally:
        server.should_exit = True
        thread.join()
        library.close()
        socket.close()


@pytest.fixture(scope="session")
def shelf(seaweed: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A month of three newspapers; not to be changed."""
    location = fresh_bucket(seaweed)
    store = connect(location)
    named = month(Shelf(store))
    store.close()
    with serving(location, tmp_path_factory.mktemp("browse"), named) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser. It is gone before a test of another module begins: Playwright's loop runs in the tests' own thread."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**find_browser().launch_options)
        yield browser
        browser.close()
