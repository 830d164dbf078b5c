"""A bucket that readers have something to read in; a hostile site, canaries and the browser that meets them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio

from mtcrawler.fetch.browser.browser_pool import BrowserPool
from mtcrawler.fetch.network.socks_proxy import SocksProxy
from mtcrawler.runs.telemetry.report_data import ReportData
from mtcrawler.session.session import Session
from mtcrawler.storage.location import Location
from tests.hostile.canary import Canary, HostileSite
from tests.hostile.commands import DAY, EDITED, GOOD, MANIFEST, OTHER, RUN
from tests.hostile.showing import staged
from tests.newspaper import Newspaper
from tests.runs.telemetry import full

New = Callable[..., Session]


@pytest.fixture
def written(new_session: New, bucket: Location) -> Location:
    """A bucket with two articles, one of them revised, and the manifest and report of a run."""
    session = new_session(RUN)
    for article in (GOOD, OTHER, EDITED):
        session.writer.save(article)
    session.close()
    session.put_run_file(RUN, DAY, "manifest.json", MANIFEST.to_json())
    session.put_run_file(RUN, DAY, "report.json", ReportData.of(full.telemetry(), full.before()).to_json())
    session.put_run_file(RUN, DAY, "report.html", b"<!doctype html>", "text/html")
    return bucket


@pytest.fixture
def paper() -> Iterator[Newspaper]:
    """A small edition, without a message over its pages."""
    with Newspaper("en", modal="none") as paper:
        yield paper


@pytest.fixture(scope="module")
def canary() -> Iterator[Canary]:
    """Where no page may lead."""
    made = Canary("127.0.0.2", "127.0.0.1", "::1")
    yield made
    made.close()


@pytest.fixture(scope="module")
def site() -> Iterator[HostileSite]:
    """Where the pages are."""
    with HostileSite() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(site: HostileSite) -> AsyncIterator[tuple[BrowserPool, SocksProxy]]:
    """A browser as every crawl has it."""
    async with staged(site) as made:
        yield made
