"""A kept page that is shown runs nothing and asks for nothing, whatever it holds: held against a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml.html import document_fromstring
from playwright.async_api import async_playwright

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.model.article import Access
from mtcrawler.storage.pages.answer import Answer, KeptAs
from mtcrawler.storage.pages.offline import POLICY, offline
from mtcrawler.storage.pages.page import KeptPage
from mtcrawler.storage.pages.showing import shown
from tests.fixtures.store import make_article
from tests.hostile.canary import Canary
from tests.storage.pages.kept import AT, URL

HOSTILE = """<!DOCTYPE html><html><head><title>A &lt;b&gt; title</title>
<meta http-equiv="refresh" content="0;url={canary}/refresh"><base href="{canary}/">
<link rel="stylesheet" href="{canary}/css"><link rel="preconnect" href="{canary}">
<link rel="prefetch" href="{canary}/p">
<link rel="dns-prefetch" href="{canary}"><script src="{canary}/script"></script>
<script>document.documentElement.dataset.ran = "script"; fetch("{canary}/fetch")</script>
<style>@import "{canary}/import"; body {{ background: url({canary}/background); background: u\\72l({canary}/escaped) }}
@font-face {{ font-family: f; src: url({canary}/font) }} p {{ font-family: f }} </style>
</head><body onload="document.documentElement.dataset.ran = 'load'" background="{canary}/bg">
<p style="background-image: url('{canary}/inline'); color: green">The harvest is in.</p>
<img src="{canary}/img" srcset="{canary}/set 2x" onerror="document.documentElement.dataset.ran = 'error'" alt="Apples">
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="dot"><picture><source srcset="{canary}/source"></picture>
<svg><script>document.documentElement.dataset.ran = "svg"</script><image href="{canary}/svg"/>
<style><img src="{canary}/mutated" onerror="document.documentElement.dataset.ran = 'mutated'"></style></svg>
<math><mtext><table><mglyph><style><img src="{canary}/math"></style></mglyph></table></mtext></math>
<noscript><p title="</noscript><img src={canary}/noscript onerror=alert(1)>">none</p></noscript>
<iframe src="{canary}/iframe"></iframe><iframe srcdoc="<script>parent.document.title = 'ran'</script>"></iframe>
<object data="{canary}/object"></object><embed src="{canary}/embed"><video autoplay src="{canary}/video"></video>
<audio src="{canary}/audio" autoplay></audio><form action="{canary}/form"><button formaction="{canary}/b">Go</button>
<input type="image" src="{canary}/input" autofocus onfocus="document.documentElement.dataset.ran = 'focus'"></form>
<a href="{canary}/away" ping="{canary}/ping">On</a>
<a href="javascript:document.documentElement.dataset.ran='link'">x</a>
<div><template shadowrootmode="open"><img src="{canary}/shadow"></template></div>
<details ontoggle="document.documentElement.dataset.ran = 'toggle'" open>more</details>
<x"y onclick=alert(1)>odd</x><textarea></textarea><img src="{canary}/after"></body></html>"""


async def test_no_request_goes_out_and_nothing_runs(tmp_path: Path) -> None:
    """In a real browser the words are there, no script has run, the page stays, and nobody was asked for anything."""
    canary = Canary("127.0.0.1")
    where = f"http://127.0.0.1:{canary.port}"
    file = tmp_path / "page.html"
    file.write_text(offline(HOSTILE.format(canary=where), URL, AT, cleared=True), encoding="utf-8")
    asked: list[str] = []
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(**find_browser().launch_options)
            page = await browser.new_page()
            page.on("request", lambda request: asked.append(request.url))
            await page.goto(file.as_uri(), wait_until="load")
            for link in await page.locator("a").all():
                await link.click()
            await page.get_by_role("button", name="Go").click()
            await page.wait_for_load_state("networkidle")
            assert page.url.partition("?")[0] == file.as_uri()
            assert await page.locator("text=The harvest is in.").count() == 1
            assert await page.title() == "A <b> title"
            assert await page.locator("html").get_attribute("data-ran") is None
            assert await page.locator("p").first.evaluate("node => getComputedStyle(node).color") == "rgb(0, 128, 0)"
            await browser.close()
    finally:
        canary.close()
    assert canary.hits == 0
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}


COVERED = """<html><head><style>
html, body { overflow: hidden; height: 100% } body.locked { position: fixed; visibility: hidden }
header { position: sticky; top: 0; height: 300px } .veil { position : FIXED; inset: 0; z-index: 2147483647 }
.letter { position: absolute; inset: 0; z-index: 99999 } .caption { position: absolute; z-index: 2 }
input { display: none !important; appearance: none; opacity: 0 } div:first-child { display: none !important }
</style></head><body class="locked"><header>The Harbour</header><p>The harvest is in.</p><i class="caption">Apples</i>
<div class="letter">A letter every day</div><div class="veil">We value your privacy</div>
<div style="position:fixed; inset:0">Install our app</div><dialog open>Subscribe</dialog>
<p style="height: 3000px">And so on.</p></body></html>"""


async def test_what_stood_over_the_page_is_hidden_until_it_is_asked_for(tmp_path: Path) -> None:
    """Without any script layers cover nothing and lock nothing, a box in the bar shows them, and hides them again,
    whatever the page's style sheets say of such boxes.
    """
    file = tmp_path / "page.html"
    file.write_text(offline(f'{COVERED}<input id="mtcrawler-shown">', URL, AT, cleared=True), encoding="utf-8")
    script = "({x, y}) => document.elementFromPoint(x, y).textContent"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(**find_browser().launch_options)
        page = await (await browser.new_context(java_script_enabled=False)).new_page()
        await page.goto(file.as_uri())
        box = await page.get_by_text("The harvest is in.").bounding_box()
        assert box is not None
        middle = {"x": box["x"] + 20, "y": box["y"] + box["height"] / 2}
        assert await page.evaluate(script, middle) == "The harvest is in."
        assert await page.get_by_text("Apples").evaluate("node => getComputedStyle(node).clipPath") == "none"
        await page.get_by_role("checkbox").check()
        assert await page.evaluate(script, middle) == "We value your privacy"
        await page.get_by_role("checkbox").uncheck()
        assert await page.evaluate(script, middle) == "The harvest is in."
        for name in ("html", "body"):
            style = "node => { const s = getComputedStyle(node); return [s.overflowY, s.position, s.visibility] }"
            assert await page.locator(name).evaluate(style) == ["visible", "static", "visible"]
        await browser.close()


@pytest.mark.parametrize(
    ("access", "hidden"),
    [
        (Access(), True),
        (Access(tier="free"), True),
        (Access(tier="metered"), False),
        (Access(tier="free", complete=False), False),
    ],
)
def test_a_wall_stays_shut(access: Access, hidden: bool) -> None:
    """What stands over a page that not every reader may read to its end is left there, and no box hides it."""
    answer = Answer(URL, 200, (), COVERED.encode(), AT, KeptAs.PAGE, COVERED)
    page = shown(make_article(1, access=access), KeptPage("id", (answer,))).decode()
    assert ("mtcrawler-shown" in page, "clip-path" in page) == (hidden, hidden)


@pytest.mark.parametrize("base", ["http://canary.example", "//canary.example", "ws://canary.example"])
def test_nothing_that_could_load_is_left_in_the_markup(base: str) -> None:
    """Without the policy, too, no address is left where a browser would follow it by itself or on a click."""
    root = document_fromstring(offline(HOSTILE.format(canary=base), URL, AT, cleared=True))
    for element in root.iter():
        if isinstance(element.tag, str):
            assert element.tag not in {"script", "link", "iframe", "object", "svg", "template", "base"}
            left = {name: value for name, value in element.attrib.items() if "canary.example" in value}
            assert set(left) <= {"title", "style"}, element.tag
            assert "url(" not in left.get("style", "")
            assert not any(name.startswith("on") for name in element.attrib)
    assert "url(" not in "".join(style.text or "" for style in root.iter("style"))
    policies = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policies == [POLICY]
    assert (
        root.xpath("//head/*[not(self::meta)][1]/preceding-sibling::meta/@http-equiv")[0] == "Content-Security-Policy"
    )


def test_a_page_of_any_size_and_kind_is_shown_or_refused() -> None:
    """Nothing, a frameset or odd markup give a page of ours."""
    for html in ("", "<frameset><frame src=x></frameset>", "plain words", "<p>half", "\x00<p>nul"):
        assert offline(html, URL, None).startswith("<!DOCTYPE html>\n<html>\n<head>\n<meta charset")
