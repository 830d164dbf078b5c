"""Laws of the engine in a real browser: what it closes, how, what it proves, and what it never does."""

from __future__ import annotations

import pytest

from mtcrawler.model.overlay_rule import OverlayRule, Step
from mtcrawler.overlays.engine import Overlays
from tests.overlays.stage import BOX, CONSENT, LETTER, PARAGRAPH, STORY, VEIL, Theatre, box, page_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_page_without_overlays_is_left_as_it_is(stage: Theatre) -> None:
    """Nothing is pressed, hidden or changed where nothing stands over the page."""
    engine = Overlays()
    async with stage.show(page_of(), engine) as page:
        before = await page.content()
        report = await engine.dismiss(page)
        assert report.overlays == ()
        assert report.wall is None
        assert await page.content() == before


async def test_a_message_is_put_off_in_words(stage: Theatre) -> None:
    """A textual dismissal is pressed before anything else, and the account says what was closed and how."""
    engine = Overlays()
    inside = f'{LETTER}<form action="/left"><button>Subscribe</button></form><button id="gone">Maybe later</button>'
    async with stage.show(page_of(box(inside)), engine) as page:
        report = await engine.dismiss(page)
        (overlay,) = report.overlays
        assert (overlay.kind, overlay.action, overlay.outcome) == ("newsletter", "closed", "gone")
        assert await page.evaluate("seen.clicks") == ["gone"]
        assert await page.locator(".box, .veil").count() == 0


async def test_consent_is_refused_where_refusing_is_possible(stage: Theatre) -> None:
    """Of accept and reject, reject is pressed, and the account says refused."""
    engine = Overlays()
    async with stage.show(
        page_of(box(f'{CONSENT}<button>Accept all</button><button id="gone">Reject all</button>')), engine
    ) as page:
        report = await engine.dismiss(page)
        assert [(each.kind, each.action) for each in report.overlays] == [("consent", "refused")]
        assert await page.evaluate("seen.clicks") == ["gone"]


async def test_consent_is_refused_in_two_steps(stage: Theatre) -> None:
    """Where only settings lead to a refusal they are opened, and saved with every switch off."""
    inside = (
        f'<div id="one">{CONSENT}<button>Accept all</button><button id="more">Cookie settings</button></div>'
        '<div id="two" hidden><label><input type="checkbox" id="stats"> Statistics</label>'
        '<button id="gone">Save choices</button></div>'
    )
    script = "<script>more.onclick=()=>{one.hidden=true;two.hidden=false}</script>"
    engine = Overlays()
    async with stage.show(page_of(box(inside) + script), engine) as page:
        report = await engine.dismiss(page)
        assert [(each.action, each.outcome) for each in report.overlays] == [("refused", "gone")]
        assert await page.evaluate("seen.clicks") == ["more", "gone"]


async def test_switches_that_are_on_are_not_saved(stage: Theatre) -> None:
    """Saving with switches on would agree: it is not done, and no switch is touched."""
    inside = (
        f'{CONSENT}<label><input type="checkbox" id="on" checked> Ads</label><button id="gone">Save choices</button>'
    )
    engine = Overlays()
    async with stage.show(page_of(box(inside)), engine) as page:
        report = await engine.dismiss(page)
        assert [each.action for each in report.overlays] == ["hidden"]
        assert await page.evaluate("seen.clicks") == []
        assert await page.evaluate("document.getElementById('on').checked") is True


async def test_what_can_only_be_agreed_to_is_hidden(stage: Theatre) -> None:
    """Where every button joins, pays, submits or leads away, nothing is pressed; the box is hidden, not removed."""
    inside = (
        f'{LETTER}<form action="/left" method="post"><button>No thanks</button></form>'
        '<a href="/left">Close</a><button>Donate now</button>'
    )
    engine = Overlays()
    async with stage.show(page_of(box(inside)), engine) as page:
        report = await engine.dismiss(page)
        assert [(each.action, each.outcome) for each in report.overlays] == [("hidden", "gone")]
        assert await page.evaluate("seen") == {"submits": 0, "clicks": []}
        assert page.url.endswith("/page")
        assert await page.locator("#box").count() == 1
        assert not await page.locator("#box").is_visible()


async def test_nothing_carries_the_page_away(stage: Theatre) -> None:
    """A dismissal that turns out to submit, to navigate or to open a window is stopped."""
    inside = f'{LETTER}<button id="trap">No thanks</button><form id="f" action="/left"></form>'
    script = "<script>trap.onclick=()=>{f.requestSubmit();window.open('/left');location.href='/left'}</script>"
    engine = Overlays()
    async with stage.show(page_of(box(inside) + script), engine) as page:
        report = await engine.dismiss(page)
        assert [(each.action, each.outcome) for each in report.overlays] == [("hidden", "gone")]
        assert page.url.endswith("/page")
        assert len(page.context.pages) == 1


async def test_closed_shadow_roots_are_no_hiding_place(stage: Theatre) -> None:
    """What stands in a closed shadow root is found and closed like anything else."""
    script = f"""<pop-up></pop-up><script>customElements.define("pop-up", class extends HTMLElement {{
      connectedCallback() {{ const root = this.attachShadow({{ mode: "closed" }});
        root.innerHTML = `<div style="{VEIL}"><div style="{BOX}">{LETTER}<button title="Close">×</button></div></div>`;
        root.querySelector("button").onclick = () => this.remove(); }} }})</script>"""
    engine = Overlays()
    async with stage.show(page_of(script), engine) as page:
        report = await engine.dismiss(page)
        assert [(each.action, each.outcome) for each in report.overlays] == [("closed", "gone")]
        assert await page.locator("pop-up").count() == 0


async def test_consent_in_a_frame_of_another_origin_is_refused(stage: Theatre) -> None:
    """A consent tool in a foreign frame is read and answered there."""
    frame = f"""<meta charset=utf-8>{CONSENT}<button>Accept</button><button id=no>Decline</button>
      <script>document.getElementById("no").onclick = () => parent.postMessage("no", "*")</script>"""
    stage.put_on("/frame", frame)
    over = f"""<div id="cmp" style="{VEIL}"><iframe src="http://localhost:{stage.port}/frame"
      style="position:absolute;left:20%;top:20%;width:60%;height:50%;background:#fff"></iframe></div>
      <script>addEventListener("message", (event) => {{ if (event.data === "no") cmp.remove() }})</script>"""
    engine = Overlays()
    async with stage.show(page_of(over), engine) as page:
        report = await engine.dismiss(page)
        assert [(each.kind, each.action, each.outcome) for each in report.overlays] == [("consent", "refused", "gone")]
        assert await page.locator("#cmp").count() == 0


async def test_an_overlay_that_comes_back_is_met_again(stage: Theatre) -> None:
    """What appears later is dismissed by the look before extraction."""
    engine = Overlays()
    async with stage.show(page_of(), engine) as page:
        assert (await engine.dismiss(page)).overlays == ()
        await page.evaluate(
            "(html) => document.body.insertAdjacentHTML('beforeend', html)",
            f'<div id="late" style="{VEIL}">{LETTER}<button onclick="this.parentNode.remove()">Later</button></div>',
        )
        assert [each.outcome for each in (await engine.recheck(page)).overlays] == ["gone"]
        assert (await engine.recheck(page)).overlays == ()


async def test_what_cannot_be_dismissed_is_told_with_a_picture(stage: Theatre) -> None:
    """An overlay that outlives everything is reported stuck, and the view is kept as evidence."""
    over = f"""<script>setInterval(() => {{ if (document.querySelectorAll(".again:not([style*=none])").length) return;
      const box = document.createElement("div"); box.className = "again"; box.id = "i" + Math.random();
      box.setAttribute("style", "{VEIL}"); box.innerHTML = "<h2>Our newsletter</h2>";
      document.body.append(box); }}, 10)</script>"""
    engine = Overlays(evidence="stuck")
    async with stage.show(page_of(over), engine) as page:
        await page.wait_for_selector(".again")
        report = await engine.dismiss(page)
        assert "stuck" in {each.outcome for each in report.overlays}
        assert [shot.when for shot in report.evidence] == ["after"]
        assert report.evidence[0].png.startswith(b"\x89PNG")


async def test_evidence_can_be_had_always(stage: Theatre) -> None:
    """With evidence always, the view is kept before anything is touched and after all is done."""
    engine = Overlays(evidence="always")
    async with stage.show(page_of(box(f'{LETTER}<button id="gone">Later</button>')), engine) as page:
        assert [shot.when for shot in (await engine.dismiss(page)).evidence] == ["before", "after"]


async def test_an_article_in_a_dialog_is_not_an_overlay(stage: Theatre) -> None:
    """Where the article itself stands in a dialog, the dialog stays, its × is not pressed, and no Esc is sent."""
    cross = '<button aria-label="Close" onclick="reader.close()">×</button>'
    story = f'<dialog id="reader">{STORY}{cross}</dialog><script>reader.showModal()</script>'
    engine = Overlays()
    async with stage.show(page_of(story=story), engine) as page:
        assert (await engine.dismiss(page)).overlays == ()
        assert await page.evaluate("reader.open") is True


PARTS = {
    "header": '<header style="position:fixed;top:0;left:0;right:0;height:60px"><nav><a href="/a">News</a>'
    '<a href="/b">Donate</a><a href="/c">Newsletter</a></nav><button aria-label="Close menu">×</button></header>',
    "player": '<div style="position:fixed;bottom:0;left:0;right:0;height:80px"><button aria-label="Play">'
    '▶</button> Listen <audio></audio><button aria-label="Close">×</button></div>',
    "share bar": '<div style="position:fixed;left:8px;top:200px"><button>f</button><button>×</button></div>',
    "contents": '<aside style="position:fixed;right:0;top:90px;width:240px;height:300px"><b>Contents</b>'
    '<ul><li><a href="#a">Cookies and consent</a></li></ul><button>Hide</button></aside>',
    "form in the flow": '<form action="/left" method="post"><b>Our newsletter</b><input type="email">'
    '<button>Subscribe</button><button type="button">No thanks</button></form>',
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS.keys())
async def test_parts_of_the_page_are_left_alone(stage: Theatre, part: str) -> None:
    """Headers, players, share bars, contents and forms of the page are no overlays, whatever they say."""
    engine = Overlays()
    async with stage.show(page_of(part), engine) as page:
        assert (await engine.dismiss(page)).overlays == ()
        assert await page.evaluate("seen.clicks") == []


async def test_a_rule_says_how(stage: Theatre) -> None:
    """A publisher's own rule is followed: its selector is pressed, and the account names the rule."""
    rule = OverlayRule(
        name="paper/plea",
        kind="donation",
        detect=(".plea",),
        steps=(Step(click="[y-name=later]"), Step(press="Escape")),
    )
    later = '<span y-name="later" onclick="this.parentNode.remove()">~</span>'
    over = f'<div class="plea" style="{VEIL}">Give!<button>×</button>{later}</div>'
    engine = Overlays([rule])
    async with stage.show(page_of(over), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.kind, overlay.rule, overlay.action) == ("donation", "paper/plea: rule", "closed")


async def test_a_rule_hides_a_message_in_the_flow(stage: Theatre) -> None:
    """A message in the article's own flow that its rule cannot close is hidden, and the article around it is whole."""
    rule = OverlayRule(
        name="paper/inline", kind="donation", detect=(".inline-plea",), steps=(Step(text="Remind me later"),)
    )
    story = STORY.replace(
        "</article>", '<div class="inline-plea"><p>Dear readers, give.</p></div><p>The end.</p></article>'
    )
    engine = Overlays([rule])
    async with stage.show(page_of(story=story), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.action, overlay.outcome) == ("hidden", "gone")
        assert not await page.locator(".inline-plea").is_visible()
        assert await page.get_by_text(PARAGRAPH[:40]).count() == 6


async def test_a_donation_message_of_unknown_markup_is_put_off(stage: Theatre) -> None:
    """A message that asks once, monthly or annually, in the flow of the article, is put off as it offers itself."""
    plea = (
        '<div id="plea"><p>Dear readers, we need your support for independent journalism.</p><button>Once</button>'
        "<button>Monthly</button><button>Annual</button><button>Continue</button><p>Not ready to support today?</p>"
        '<a href="#" id="later" onclick="plea.remove();return false">Remind me later.</a></div>'
    )
    engine = Overlays()
    async with stage.show(
        page_of(story=STORY.replace("</article>", f"{plea}<p>The end.</p></article>")), engine
    ) as page:
        report = await engine.dismiss(page)
        assert [(each.kind, each.action) for each in report.overlays] == [("donation", "closed")]
        assert await page.evaluate("seen.clicks") == ["later"]


async def test_preparing_twice_is_preparing_once(stage: Theatre) -> None:
    """A warm tab may be prepared before every page it shows."""
    engine = Overlays()
    async with stage.show(page_of(box(f'{LETTER}<button id="gone">Later</button>')), engine) as page:
        await engine.prepare(page)
        await page.reload()
        assert [each.outcome for each in (await engine.dismiss(page)).overlays] == ["gone"]


async def test_an_unprepared_page_is_cleared_all_the_same(stage: Theatre) -> None:
    """The script is brought along where it could not stand guard from the start."""
    page = await stage.browser.new_page()
    try:
        await page.goto(stage.put_on("/bare", page_of(box(f'{LETTER}<button id="gone">Later</button>'))))
        assert [each.outcome for each in (await Overlays().dismiss(page)).overlays] == ["gone"]
    finally:
        await page.close()
