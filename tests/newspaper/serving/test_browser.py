"""The newspaper in a browser: what its scripts do to a page, seen in real Chromium."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from mtcrawler.fetch.browser.browser import find_browser
from tests.newspaper import Newspaper
from tests.newspaper.addresses import story_path

if TYPE_CHECKING:
    from tests.newspaper.story import Story

pytestmark = pytest.mark.asyncio(loop_scope="module")

COOKIES = ("contribute-modal=suspended", "contribute-cta=suspended", "consentUUID=x")


@pytest.fixture(scope="module")
def paper() -> Iterator[Newspaper]:
    with Newspaper(modal_delay=50) as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(**find_browser().launch_options)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page that fails its test when a script of the newspaper fails; the outside world is out of reach.

    It has a context of its own: no cookie of another test.
    """
    opened = await browser.new_page(viewport={"width": 1280, "height": 800})
    await opened.route(lambda url: "127.0.0.1" not in url, lambda route: route.abort())
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    await opened.close()
    assert errors == []


async def remember(page: Page, paper: Newspaper, *cookies: str) -> None:
    await page.context.add_cookies(
        [
            {"name": name, "value": value, "url": paper.origin}
            for name, value in (cookie.split("=") for cookie in cookies)
        ]
    )


async def visit(page: Page, paper: Newspaper, story: Story, query: str = "") -> None:
    await page.goto(f"{paper.origin}{story_path(story)}{query}", wait_until="domcontentloaded")


async def test_the_classic_message_locks_the_page_until_closed(page: Page, paper: Newspaper) -> None:
    """It stands over the page and stops its parent's scrolling; its cross or Esc closes it and is remembered."""
    await remember(page, paper, "consentUUID=x")
    for close in ("click", "Escape"):
        await visit(page, paper, paper.stories[0])
        modal = page.locator(".contribute-modal")
        await expect(modal).to_be_visible()
        assert await page.evaluate("document.body.style.overflow") == "hidden"
        if close == "click":
            await modal.locator("[y-name=close]").click()
        else:
            await page.keyboard.press(close)
        await expect(modal).to_be_hidden()
        assert "contribute-modal=suspended" in await page.evaluate("document.cookie")
        await page.context.clear_cookies(name="contribute-modal")


async def test_the_classic_message_takes_ten_seconds(page: Page) -> None:
    """Unless told otherwise, the classic message comes ten seconds after the page, and no sooner."""
    with Newspaper(consent=False) as patient:
        await page.clock.install()
        await visit(page, patient, patient.stories[0])
        modal = page.locator(".contribute-modal")
        await page.clock.run_for(9_000)
        assert not await modal.is_visible()
        await page.clock.run_for(2_000)
        await expect(modal).to_be_visible()


async def test_the_classic_message_respects_its_cookie(page: Page, paper: Newspaper) -> None:
    """With the suppressing cookies neither message, bar nor consent shows, though all texts stay in the page."""
    await page.clock.install()
    await remember(page, paper, *COOKIES)
    await visit(page, paper, paper.stories[0])
    await expect(page).to_have_title(f"{paper.stories[0].headline} - The Moscow Times")
    await page.evaluate("window.scrollTo(0, 700)")
    await page.wait_for_function("window.scrollY > 600")
    await page.clock.run_for(20_000)
    assert not await page.locator(".contribute-modal").is_visible()
    assert await page.locator(".contribute-bar--show, [id^=sp_message_container]").count() == 0
    assert "keep the presses running" in await page.content()


async def test_the_newer_message_has_two_ways_out_and_no_memory(page: Page, paper: Newspaper) -> None:
    """Its line for later and its cross close it over the page, and it is there again on the next page."""
    await remember(page, paper, *COOKIES)
    for way in (".tmt-message__remind", ".tmt-message__close"):
        await visit(page, paper, paper.stories[0], "?modal=overlay")
        message = page.locator(".tmt-message--overlay")
        await expect(message).to_be_visible()
        assert await page.evaluate("document.body.style.overflow") == "hidden"
        await message.locator(way).click()
        await expect(message).to_have_count(0)
        assert await page.evaluate("document.body.style.overflow") == ""


async def test_the_newer_message_between_paragraphs_can_be_put_off(page: Page, paper: Newspaper) -> None:
    """Inline, it stands between two paragraphs until the reader puts it off."""
    await remember(page, paper, *COOKIES)
    await visit(page, paper, paper.stories[0], "?modal=inline")
    await expect(page.locator("p + .tmt-message--inline + p")).to_have_count(1)
    await page.get_by_text("Remind me later.").click()
    await expect(page.locator(".tmt-message")).to_have_count(0)


async def test_consent_is_asked_in_a_frame_and_remembered(page: Page, paper: Newspaper) -> None:
    """The frame comes shortly after load, Reject removes it, and with the cookie it never comes back."""
    await remember(page, paper, "contribute-modal=suspended")
    await visit(page, paper, paper.stories[0])
    container = page.locator("[id^=sp_message_container]")
    await expect(container).to_be_visible()
    await page.frame_locator("[id^=sp_message_iframe]").get_by_role("button", name="Reject").click()
    await expect(container).to_have_count(0)
    assert "euconsent-v2=reject" in await page.evaluate("document.cookie")


async def test_the_bar_slides_in_and_can_be_put_off(page: Page, paper: Newspaper) -> None:
    """Past two thirds of a screen the donation bar shows; "Maybe later" suspends it."""
    await remember(page, paper, "contribute-modal=suspended", "consentUUID=x")
    await visit(page, paper, paper.stories[0])
    bar = page.locator(".contribute-bar")
    assert await bar.is_visible()
    assert await page.locator(".contribute-bar--show").count() == 0
    await page.evaluate("window.scrollTo(0, 700)")
    await expect(page.locator(".contribute-bar--show")).to_be_in_viewport()
    await bar.locator("[y-name=contributeLater]").click()
    await expect(page.locator(".contribute-bar--show")).to_have_count(0)
    assert "contribute-cta=suspended" in await page.evaluate("document.cookie")


async def test_the_newsletter_goes_before_the_last_paragraph(page: Page, paper: Newspaper) -> None:
    """A script puts the form before the last paragraph of a long text, and not into a short one."""
    await remember(page, paper, *COOKIES)
    await visit(page, paper, paper.stories[0])
    content = page.locator("[y-name=article-content]").first
    await expect(content.locator(".article__newsletter + p:last-child")).to_have_count(1)
    short = next(story for story in paper.stories if story.headline == "Short Notice")
    await visit(page, paper, short)
    await expect(page.locator("[y-name=article-content] + [y-use='article.Newsletter']")).to_have_count(1)
    assert await page.locator("[y-name=article-content] .article__newsletter").count() == 0


async def test_scrolling_down_brings_the_next_story_into_the_page(page: Page, paper: Newspaper) -> None:
    """The next story is inserted; address and title follow it, the canonical address does not."""
    first, second = paper.stories[:2]
    await remember(page, paper, *COOKIES)
    await visit(page, paper, first)
    await page.locator("#load-next-article").scroll_into_view_if_needed()
    await expect(page.locator(f"#article-id-{second.number}")).to_have_count(1)
    await expect(page).to_have_url(f"{paper.origin}{story_path(second)}")
    await expect(page).to_have_title(f"{second.headline} - The Moscow Times")
    canonical = await page.locator("link[rel=canonical]").get_attribute("href")
    assert canonical == f"https://www.themoscowtimes.com{story_path(first)}"
    assert paper.hits[f"/all/{second.number}"] >= 1


async def test_a_live_blog_shows_twenty_posts_at_a_time(page: Page, paper: Newspaper) -> None:
    """Posts come newest first, twenty at once, and more when the end comes into view."""
    story = max(paper.stories, key=lambda story: len(story.posts))
    await remember(page, paper, *COOKIES)
    await visit(page, paper, story)
    posts = page.locator(".live-post")
    await expect(posts).to_have_count(20)
    times = await posts.locator("time").evaluate_all("times => times.map((time) => time.getAttribute('datetime'))")
    assert times == [post.time.isoformat() for post in story.posts[:-21:-1]]
    await page.locator("#load-next").scroll_into_view_if_needed()
    await expect(posts).to_have_count(40)


async def test_the_button_for_more_loads_the_next_fragment(page: Page, paper: Newspaper) -> None:
    """A section grows by eighteen stories with each click."""
    await remember(page, paper, *COOKIES)
    await page.goto(f"{paper.origin}/news")
    await page.locator("[y-use=More] .button").click()
    await expect(page.locator(".cluster--section-articles .article-excerpt-default")).to_have_count(18 + 18)
