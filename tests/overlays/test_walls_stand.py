"""Laws of walls in a real browser: they are told, left standing, and what they keep is withheld."""

from __future__ import annotations

import json

import pytest
from playwright.async_api import Page

from mtcrawler.access.evidence import Declarations
from mtcrawler.access.verdict import judge
from mtcrawler.extraction.page import ArticlePage
from mtcrawler.fetch.browser.renderer import READ
from mtcrawler.markup.document import BYTES
from mtcrawler.model.article import text_of
from mtcrawler.overlays.engine import Overlays, collect
from mtcrawler.overlays.report import Dismissed
from tests.fixtures.sites import described
from tests.overlays.stage import BOX, PARAGRAPH, VEIL, Theatre, page_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUT = f"<main><article><h1>A piano crosses the bay</h1><p>{PARAGRAPH}</p><p>{PARAGRAPH}</p></article></main>"
GATE = (
    f'<div id="gate" style="{VEIL}"><div style="{BOX}"><h2>Subscribe to continue reading</h2>'
    '<a href="/left">Subscribe now</a> <a href="/left">Log in</a></div></div>'
)


async def test_a_wall_is_told_and_left_standing(stage: Theatre) -> None:
    """A gate that nobody can close is reported with its tier, and not a thing about it is touched."""
    engine = Overlays()
    async with stage.show(page_of(GATE, story=CUT), engine) as page:
        before = await page.content()
        report = await engine.dismiss(page)
        assert (report.wall, report.access.complete, report.overlays) == ("subscription", False, ())
        assert await page.content() == before


async def test_an_overlay_before_a_wall_goes_and_the_wall_stays(stage: Theatre) -> None:
    """Consent is refused on a walled page as on any other; the wall is left alone."""
    bar = (
        '<div id="bar" style="position:fixed;left:0;right:0;bottom:0;background:#fff;padding:30px;z-index:99">'
        'We use cookies.<button onclick="bar.remove()">Reject</button><button>Accept</button></div>'
    )
    engine = Overlays()
    async with stage.show(page_of(GATE + bar, story=CUT), engine) as page:
        report = await engine.dismiss(page)
        assert report.wall == "subscription"
        assert [(each.kind, each.action) for each in report.overlays] == [("consent", "refused")]
        assert await page.locator("#gate").is_visible()


async def test_a_wall_that_rises_late_is_told_late(stage: Theatre) -> None:
    """A gate that comes after the first look is found by the second, and left standing."""
    engine = Overlays()
    async with stage.show(page_of(story=CUT), engine) as page:
        assert (await engine.dismiss(page)).wall is None
        await page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", GATE)
        assert (await engine.recheck(page)).wall == "subscription"
        assert await page.locator("#gate").is_visible()


async def test_a_wall_behind_a_closed_overlay_is_left_standing(stage: Theatre) -> None:
    """What comes up when an overlay is closed is judged before it is touched."""
    over = (
        f'<div id="one" style="{VEIL}"><h2>Our newsletter</h2><button id="later">Later</button></div>'
        f"<template id='t'>{GATE}</template>"
        "<script>later.onclick=()=>{one.remove();document.body.append(t.content)}</script>"
    )
    engine = Overlays()
    async with stage.show(page_of(over, story=CUT), engine) as page:
        report = await engine.dismiss(page)
        assert [each.outcome for each in report.overlays] == ["gone"]
        assert report.wall == "subscription"
        assert await page.locator("#gate").is_visible()


KEPT = f'<div style="filter:blur(6px)"><p id="kept">{PARAGRAPH} Kept.</p></div>'
ACCOUNT = (
    "<section><h3>Create a free account to read the rest of this article</h3>"
    '<a href="/left">Create account</a></section>'
)
WALLED = CUT.replace("</article>", f"{KEPT}</article>").replace("</main>", f"{ACCOUNT}</main>")


async def read(page: Page, report: Dismissed) -> str:
    """The page as it is written down for those who read it."""
    html: str = await page.evaluate(READ, {"most": BYTES, "withheld": report.withheld})
    return html


async def test_what_a_wall_keeps_is_a_list_and_the_page_is_left_alone(stage: Theatre) -> None:
    """What is kept from the reader and the gate are named in a list; judging and writing down leave the page alone."""
    engine = Overlays()
    async with stage.show(page_of(story=WALLED), engine) as page:
        before = await page.content()
        report = await engine.dismiss(page)
        assert (report.wall, len(report.withheld)) == ("registration", 2)
        assert await page.content() == before
        html = await read(page, report)
        assert await page.content() == before
    assert html.count("data-mtcrawler-hidden") == 2
    assert '<section data-mtcrawler-hidden="">' in html
    assert '<p id="kept" data-mtcrawler-hidden="">' in html


async def test_what_has_no_box_of_its_own_is_read(stage: Theatre) -> None:
    """Paragraphs that are shown by what stands in them are the article's; what is hidden in such a box is not."""
    shown = f'<p style="display:contents"><span style="display:block">{PARAGRAPH}</span></p>'
    kept = f'<div style="display:contents">{shown}<p style="display:none">Kept.</p></div>'
    engine = Overlays()
    async with stage.show(page_of(story=f"<main><article><h1>Ferry</h1>{kept}{2 * shown}</article></main>")) as page:
        html = await read(page, await engine.dismiss(page))
    body = text_of(ArticlePage(html, "https://paper.example/a", described(), {}).body)
    assert (body.count(PARAGRAPH), "Kept." in body) == (3, False)


async def test_what_a_wall_keeps_is_not_read(stage: Theatre) -> None:
    """Of the page as it was written down only what a reader sees becomes the article's text."""
    engine = Overlays()
    async with stage.show(page_of(story=WALLED), engine) as page:
        html = await read(page, await engine.dismiss(page))
    body = text_of(ArticlePage(html, "https://paper.example/a", described(), {}).body)
    assert (body.count(PARAGRAPH), "Kept." in body) == (2, False)


async def test_a_mark_that_the_page_brings_is_not_believed(stage: Theatre) -> None:
    """A page that was written down once already is judged anew: what is seen is read, whatever it is marked as."""
    story = CUT.replace("<p>", '<p data-mtcrawler-hidden="">').replace(
        "<article>", '<article data-mtcrawler-hidden="">'
    )
    engine = Overlays()
    async with stage.show(page_of(story=story), engine) as page:
        html = await read(page, await engine.dismiss(page))
    assert "data-mtcrawler-hidden" not in html


async def test_declarations_are_the_same_in_the_browser_and_over_http(stage: Theatre) -> None:
    """What a page declares of access is the same evidence whether its live page or its markup is read."""
    nodes = [
        {"@type": "WebPage", "isAccessibleForFree": "https://schema.org/False"},
        {
            "@type": "NewsArticle",
            "isAccessibleForFree": False,
            "wordCount": "1,200 words",
            "articleBody": 9000 * "A long text. ",
            "hasPart": [{"isAccessibleForFree": "False", "cssSelector": [".paid", "((", ".more"]}],
            "speakable": {"cssSelector": [".headline", "p"]},
        },
    ]
    head = (
        f'<script type="application/LD+json; charset=utf-8">{json.dumps({"@graph": nodes})}</script>'
        '<script type="application/ld+json">{"isAccessibleForFree": [</script>'
        '<meta property="Article:Content_Tier" content=" metered "><meta name="rating" content="adult">'
        '<meta name="rating" content="second"><meta name="paywall" content="">'
    )
    headers = {"x-access-level": "paid", "server": "x"}
    html = page_of(head=head)
    async with stage.show(html) as page:
        shown = await collect(page, 200, headers)
    markup = ArticlePage(html, "https://paper.example/a", described(), headers)
    assert shown.declared == Declarations.of(markup.nodes, markup.metas, markup.headers, 200)
    assert shown.declared.stated == ("https://schema.org/false", "false")
    assert [section.selector for section in shown.sections] == [".paid", ".more"]


async def test_a_policy_of_free_makes_gates_overlays(stage: Theatre) -> None:
    """Where a publisher's articles are free by policy, nothing on its pages is a wall."""
    engine = Overlays(policy="free")
    async with stage.show(page_of(GATE), engine) as page:
        report = await engine.dismiss(page)
        assert (report.wall, report.access.tier) == (None, "free")
        assert not await page.locator("#gate").is_visible()


async def test_the_server_may_refuse(stage: Theatre) -> None:
    """A page that is served with 402 is walled, whatever it shows."""
    engine = Overlays()
    async with stage.show(page_of(), engine, status=402) as page:
        assert (await engine.dismiss(page)).wall == "subscription"


async def test_evidence_can_be_collected_without_touching(stage: Theatre) -> None:
    """Evidence for the judge is gathered from the page as it is, with what the response said."""
    async with stage.show(page_of(GATE, story=CUT)) as page:
        before = await page.content()
        evidence = await collect(page, 200, {"x-paywall": "hard"})
        assert judge(evidence).wall == "subscription"
        assert evidence.declared.headers == {"x-paywall": "hard"}
        assert await page.content() == before
