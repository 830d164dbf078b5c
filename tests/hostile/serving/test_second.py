"""Laws of a page that is asked for again: another answer ends as a named failure, and nobody else is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

import psutil
import pytest
import pytest_asyncio
from playwright.async_api import Error, Page

from mtcrawler.fetch.browser.browser_pool import BrowserPool
from mtcrawler.fetch.browser.charset import reread
from mtcrawler.fetch.network.socks_proxy import SocksProxy
from mtcrawler.model.errors import PageError, RenderError
from tests.hostile.answers import Answer
from tests.hostile.canary import Canary, HostileSite
from tests.hostile.pages import PATH, article
from tests.hostile.second import RUSSIAN, SIGN, russian, spoilt

pytestmark = pytest.mark.asyncio(loop_scope="module")

MUCH = 400 << 20  # bytes; an endless answer that was kept takes gigabytes
RUNS = "<script>sessionStorage.runs = 1 + Number(sessionStorage.runs ?? 0)</script>"
OTHERS = {
    "a redirect": Answer.away("/elsewhere"),
    "a redirect to a file": Answer.away("file:///etc/passwd"),
    "an error": Answer(b"<p>Busy", status=503),
    "another type": Answer(b"{}", kind="application/json"),
    "a file": Answer(b"x" * 1000, kind="application/octet-stream"),
    "nothing": Answer(status=204),
    "half a page": Answer(spoilt(PATH).body, broken=True),
    "a fraction of the page": Answer(b"<p>\xd0\xbc"),
}


@pytest_asyncio.fixture(loop_scope="module")
async def page(guarded: tuple[BrowserPool, SocksProxy]) -> AsyncIterator[Page]:
    """A tab of it."""
    pool, _ = guarded
    tab = await pool.lend()
    yield tab
    await pool.take_back(tab, healthy=False)


@pytest.mark.parametrize("first", [spoilt, russian], ids=["windows-1252", "windows-1251"])
@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
async def test_another_answer_is_a_named_failure(other: Answer, first: object, site: HostileSite, page: Page) -> None:
    """What is not the page that was shown a moment ago is named as such, and never shown in its place."""
    assert callable(first)
    site.answers[PATH] = [first(PATH), other]
    await page.goto(site.origin + PATH)
    with pytest.raises((RenderError, Error), match=r"asked for again|net::ERR"):
        await reread(page)
    assert page.url == site.origin + PATH
    assert "A Boat" in await page.inner_text("h1")


def right(path: str) -> Answer:
    """An article in windows-1251, as it says."""
    return Answer(article("", path=path, words=RUSSIAN).encode("windows-1251"), "text/html; charset=windows-1251")


@pytest.mark.parametrize("name", ["an error", "another type", "nothing", "half a page"])
async def test_a_page_that_looks_right_survives_its_second_answer(name: str, site: HostileSite, page: Page) -> None:
    """A page that was shown rightly stays where the site only fails to give it again, and is told as unchecked."""
    site.answers[PATH] = [right(PATH), OTHERS[name]]
    await page.goto(site.origin + PATH)
    assert await reread(page) is None
    assert RUSSIAN.strip() in await page.inner_text("article")


@pytest.mark.parametrize("name", ["a redirect", "a redirect to a file"])
async def test_a_page_that_looks_right_does_not_excuse_a_foreign_answer(
    name: str, site: HostileSite, page: Page
) -> None:
    """A second answer that leads elsewhere is named as a failure, however right the first one looks."""
    site.answers[PATH] = [right(PATH), OTHERS[name]]
    await page.goto(site.origin + PATH)
    with pytest.raises((RenderError, Error), match=r"asked for again|net::ERR"):
        await reread(page)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "[::1]"])
async def test_a_second_answer_leads_nowhere(host: str, site: HostileSite, canary: Canary, page: Page) -> None:
    """Where a page redirects to when it is asked for again, nobody is asked."""
    site.answers[PATH] = [spoilt(PATH), Answer.away(f"http://{host}:{canary.port}/")]
    await page.goto(site.origin + PATH)
    before = canary.hits
    with pytest.raises(RenderError, match="302"):
        await reread(page)
    assert canary.hits == before


async def test_an_endless_second_answer_is_cut(site: HostileSite, page: Page) -> None:
    """It is named as too large after a bounded number of bytes; neither the driver nor the browser keeps them."""
    site.answers[PATH] = [spoilt(PATH), Answer(spoilt(PATH).body, endless=True)]
    await page.goto(site.origin + PATH)
    before = _memory()
    with pytest.raises(PageError, match="page too large to read"):
        await reread(page)
    assert _memory() - before < MUCH


async def test_a_page_that_declares_itself_rightly_is_left_alone(site: HostileSite, page: Page) -> None:
    """Its scripts run once, though it was asked for again to make sure."""
    site.answers[PATH] = [Answer(RUSSIAN.encode("windows-1251") + RUNS.encode(), "text/html; charset=windows-1251")]
    await page.goto(site.origin + PATH)
    assert await reread(page) is False
    assert await page.evaluate("sessionStorage.runs") == "1"


@pytest.mark.parametrize(("first", "text"), [(spoilt, SIGN), (russian, RUSSIAN.strip())])
async def test_a_page_is_read_again_wherever_its_reader_is(
    first: object, text: str, site: HostileSite, page: Page
) -> None:
    """A fragment, a query and frames of its own change nothing: the page is shown in its true character set."""
    assert callable(first)
    path = f"{PATH}?a=*&b=[x]"
    site.answers[path] = [first(PATH, '<iframe src="/frame"></iframe><iframe src="/frame"></iframe>')]
    site.pages["/frame"] = "<p>A frame"
    await page.goto(f"{site.origin}{path}#part")
    assert await reread(page)
    assert text in await page.inner_text("article")


async def test_the_driver_itself_reaches_what_the_guard_permits(
    site: HostileSite, canary: Canary, page: Page, guarded: tuple[BrowserPool, SocksProxy]
) -> None:
    """Playwright's own HTTP client, which nothing here may use, goes through the proxy as well."""
    site.pages["/page"] = "<p>Words"
    before, refused = canary.hits, guarded[1].refusals
    answer = await page.context.request.get(f"{site.origin}/page")
    assert await answer.text() == "<p>Words"
    for host in ("127.0.0.1", "127.0.0.2", "[::1]", "localhost", "inside.example"):
        with pytest.raises(Error):
            await page.context.request.get(f"http://{host}:{canary.port}/")
    assert canary.hits == before
    assert guarded[1].refusals > refused


def _memory() -> int:
    """Bytes that the programs below this one take."""
    return sum(child.memory_info().rss for child in psutil.Process().children(recursive=True))
