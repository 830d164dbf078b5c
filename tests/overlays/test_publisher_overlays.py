"""What stands over the publisher's pages beside its own appeals: banners and advertisements that close."""

from __future__ import annotations

import pytest

from mtcrawler.overlays.engine import Overlays
from tests.fixtures.sites import definition_of
from tests.overlays.stage import Theatre, page_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
GONE = "onclick=\"this.closest('[data-over]').remove()\""
OVER = {
    "moscowtimes/sticky-banner": (
        '<div data-over class="article__sticky-article-banner" style="position:fixed;inset:auto 0 0;height:140px">'
        f'<a href="/offer">An offer</a><span y-name="close" {GONE}>&times;</span></div>'
    ),
    "freestar": (
        '<div data-over class="fs-pushdown-sticky" style="position:fixed;inset:0 0 auto;height:260px">'
        f'<img alt="" width="970" height="250"><button class="fs-close-button" {GONE}>Close</button></div>'
    ),
    "freestar: interstitial": (
        '<div data-over id="fs-interstitial-1" style="position:fixed;inset:0;background:#fffd;z-index:999">'
        f'<img alt="" width="300" height="250"><button class="fs-close-button" {GONE}>&times;</button></div>'
    ),
}


@pytest.mark.parametrize("over", OVER)
async def test_a_banner_over_the_article_is_closed(over: str, stage: Theatre) -> None:
    """The sticky banner, an advertisement that pushes the page down and one that covers it are closed."""
    engine = Overlays(definition_of("moscowtimes").overlays)
    async with stage.show(page_of(OVER[over]), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        rule, _, _ = over.partition(":")
        assert (overlay.rule.startswith(rule), overlay.action, overlay.outcome) == (True, "closed", "gone"), overlay
        assert not await page.locator("[data-over]").count()
