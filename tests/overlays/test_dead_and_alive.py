"""What is never acted on, what is acted on in vain, and how often: navigation, empty boxes, challenges, banners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unittest.mock import AsyncMock

import pytest

from mtcrawler.overlays import dismisser, presses
from mtcrawler.overlays.engine import Overlays
from mtcrawler.overlays.observation.snapshot import Control
from mtcrawler.overlays.script import SLOT, call
from tests.overlays.stage import BOX, CONSENT, LETTER, PARAGRAPH, REFUSED, STORY, VEIL, Theatre, box, layer, page_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")
NAMES = ("World", "Politics", "Sport", "Weather", "Letters")
SECTIONS = "".join(f"<a href=/{name.lower()}>{name}</a> " for name in NAMES)
TOP = "position:fixed;top:0;left:0;right:0;background:#eee;z-index:9"
PARTS = {
    "a tall header that offers a newsletter": f'<div style="{TOP};height:260px">Sign up for our newsletter {SECTIONS}'
    "<button>All</button><input type=search></div>",
    "a drawer that stands open": f'<div style="{VEIL};right:60%"><button aria-label="Close menu">×</button>'
    f"<nav>{SECTIONS * 3}<a href=/n>Newsletters</a></nav></div>",
    "a menu over all of the view": f'<div style="{VEIL};background:#fff"><button>Close</button>{SECTIONS * 6}</div>',
    "a challenge": box("<h2>Verify you are human</h2><p>To continue reading, press the box.</p><button>Close</button>"),
    "a challenge of a vendor": f'<div style="{VEIL}"><div class="cf-turnstile"><button>Cancel</button></div></div>',
}
ROOM = '<div style="position:relative;z-index:20;height:600px;background:#ddd"></div>'


@pytest.mark.parametrize("name", PARTS)
async def test_what_is_no_overlay_is_never_acted_on(stage: Theatre, name: str) -> None:
    """Headers, menus, drawers and bot challenges are left as they are, whatever they offer."""
    engine = Overlays()
    async with stage.show(page_of(PARTS[name]), engine) as page:
        before = await page.content()
        report = await engine.dismiss(page)
        assert (report.overlays, report.wall) == ((), None)
        assert await page.content() == before
        assert await page.evaluate("seen.clicks") == []


async def test_an_empty_box_for_a_film_is_no_dimming(stage: Theatre) -> None:
    """A box that takes its own room in the story and has nothing in it yet covers no text, and is left alone."""
    story = STORY.replace("<h1>", f"{ROOM}<h1>")
    engine = Overlays()
    async with stage.show(page_of(story=story), engine) as page:
        assert (await engine.dismiss(page)).overlays == ()


async def test_a_page_that_is_not_written_yet_is_left_alone(stage: Theatre) -> None:
    """An empty frame of a page whose story is in its markup, and not shown yet, is no overlay."""
    story = f'<div id="frame" style="height:700px"></div><div style="display:none">{STORY}</div>'
    engine = Overlays()
    async with stage.show(page_of(story=story), engine) as page:
        assert (await engine.dismiss(page)).overlays == ()


async def test_a_layer_inside_a_header_is_closed(stage: Theatre) -> None:
    """What covers the page is an overlay wherever its markup lies; the header around it stays."""
    inside = f'<div style="{BOX}"><h2>Stay with us</h2><button id=no>No thanks</button></div>'
    over = f'<div id="layer" style="{VEIL}">{inside}</div>'
    header = f'<header style="position:sticky;top:0;z-index:5"><nav>{SECTIONS}</nav>{over}</header>'
    script = "<script>no.onclick = () => layer.remove()</script>"
    engine = Overlays()
    async with stage.show(page_of(story=header + STORY + script), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.action, overlay.outcome) == ("closed", "gone")
        assert await page.evaluate("seen.clicks") == ["no"]
        assert await page.locator("header nav").is_visible()


async def test_a_dead_banner_is_pressed_once_and_hidden(stage: Theatre) -> None:
    """A control that moves nothing and that no script listens to is pressed once; then the banner is hidden."""
    banner = (
        f'<div style="position:fixed;bottom:0;left:0;right:0;height:160px;background:#fff">{CONSENT}'
        '<button>Settings</button><button id="reject">Reject all</button><button aria-label="Close">×</button></div>'
    )
    engine = Overlays()
    async with stage.show(page_of(banner), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.kind, overlay.action, overlay.outcome) == ("consent", "hidden", "gone")
        assert await page.evaluate("seen.clicks") == ["reject"]
        assert overlay.ms > 0


async def test_a_curtain_that_never_rises_is_told_as_hidden(stage: Theatre) -> None:
    """A bare curtain over the page is waited for; where it stays it is hidden, and not told as closed."""
    curtain = '<div style="position:fixed;inset:0;background:#fff;z-index:99"><div></div></div>'
    engine = Overlays()
    async with stage.show(page_of(curtain), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
    assert (overlay.action, overlay.outcome) == ("hidden", "gone")


DEAD = {
    "document": "document.addEventListener('click', () => {});",
    "body": "document.body.addEventListener('click', () => {});",
    "its parts": "for (const each of document.querySelectorAll('button')) each.onclick = () => {};",
    "a page that never rests": "document.addEventListener('click', () => {});"
    "setInterval(() => { for (const at of [0, 1, 2]) clock.textContent = at }, 20);",
}


@pytest.mark.parametrize("listens", DEAD)
async def test_a_dead_banner_that_is_listened_for_is_given_a_budget(
    stage: Theatre, monkeypatch: pytest.MonkeyPatch, listens: str
) -> None:
    """All that is waited for on a banner whose buttons do nothing is one budget, whoever listens; then it is hidden."""
    acts: list[tuple[str, Mapping[str, Any]]] = []

    async def watched(page: Page, name: str, argument: Any = None, **more: Any) -> Any:
        if name == "acted":
            acts.append((argument["act"], argument["argument"]))
        return await call(page, name, argument, **more)

    monkeypatch.setattr(dismisser, "call", watched)
    buttons = (
        '<button>Settings</button><button id="reject">Reject all</button><button id="x" aria-label="Close">×</button>'
    )
    banner = (
        f'<div style="position:fixed;bottom:0;left:0;right:0;height:160px;background:#fff">{CONSENT}{buttons}</div>'
    )
    engine = Overlays()
    async with stage.show(page_of(f"{banner}<b id=clock></b><script>{DEAD[listens]}</script>"), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.kind, overlay.action, overlay.outcome) == ("consent", "hidden", "gone")
        assert await page.evaluate("seen.clicks") == ["reject", "reject"]  # the second time with a mouse
    assert [name for name, _ in acts] == ["press", "wait", "wait", "veil"]
    assert [each["by"] for name, each in acts if name == "wait"] == [presses.MOUSE, presses.REACTION]
    assert presses.REACTION + presses.AFTER_MOUSE <= 260  # of 400 ms; the proof takes the rest


async def test_a_banner_that_goes_while_it_is_proved_gone_is_told_as_its_press_has_it(stage: Theatre) -> None:
    """A banner that answers its press only after it was hidden was refused, and is told so."""
    late = "no.onclick = () => addEventListener('wheel', () => layer.remove(), { once: true });"
    engine = Overlays()
    async with stage.show(page_of(f"{layer(REFUSED)}<script>{late}</script>"), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.kind, overlay.action, overlay.outcome) == ("consent", "refused", "gone")
        assert overlay.rule == "generic: refuse button"


@pytest.mark.parametrize(
    ("does", "action"), [("layer.style.display = 'none'", "closed"), ("layer.title = ''", "hidden")]
)
async def test_a_layer_that_hides_itself_late_is_told_from_one_that_stays(
    stage: Theatre, does: str, action: str
) -> None:
    """Only a layer that would be gone without being hidden counts as closed by its press."""
    late = f"no.onclick = () => addEventListener('wheel', () => {{ {does} }}, {{ once: true }});"
    engine = Overlays()
    async with stage.show(page_of(f"{layer()}<script>{late}</script>"), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.action, overlay.outcome) == (action, "gone")
        assert not await page.locator("#layer").is_visible()


async def test_a_banner_that_fades_by_script_is_closed_by_one_press(stage: Theatre) -> None:
    """A layer that changes after its press is waited for until it has gone, and is neither pressed again nor hidden."""
    fade = (
        "no.onclick = () => { let left = 20; const step = () => { layer.style.opacity = left / 20; left -= 1;"
        "if (left < 0) layer.remove(); else setTimeout(step, 15); }; step(); };"
    )
    engine = Overlays()
    async with stage.show(page_of(f"{layer()}<script>{fade}</script>"), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.action, overlay.outcome) == ("closed", "gone")
        assert await page.evaluate("seen.clicks") == ["no"]


@pytest.mark.parametrize("where", ["document", "site", "layer"])
async def test_a_page_that_trusts_only_a_real_mouse_gets_one(stage: Theatre, where: str) -> None:
    """Wherever a page listens for presses on its controls, one that answers none of ours is pressed with a mouse."""
    listens = f"{where}.addEventListener('click', (event) => {{ if (event.isTrusted) act(event); }});"
    act = "const act = (event) => { if (event.target.id === 'no') layer.remove(); };"
    engine = Overlays()
    async with stage.show(page_of(f'<div id="site">{layer()}</div><script>{act}{listens}</script>'), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.kind, overlay.action, overlay.outcome) == ("newsletter", "closed", "gone")
        assert await page.evaluate("seen.clicks") == ["no", "no"]


@pytest.mark.parametrize("framed", [False, True])
async def test_a_real_mouse_presses_what_it_is_aimed_at_or_nothing(stage: Theatre, framed: bool) -> None:
    """Nothing that comes up between the aim and the press is pressed, nor what lies over a frame; later all is."""
    made = "const cover = document.createElement('button'); cover.id = 'yes';"
    button = '<button id="no" style="position:fixed;left:300px;top:300px">No thanks</button>'
    frame = f"<iframe id=frame style='position:fixed;inset:0;width:100%;height:100%' srcdoc='{button}'></iframe>"
    engine = Overlays()
    async with stage.show(page_of(frame if framed else button), engine) as page:
        inner = page.frames[-1]
        path = (await page.evaluate(f"window[{SLOT}].name(frame)"),) if framed else ()
        await inner.wait_for_function(f"document.readyState === 'complete' && window[{SLOT}]")
        name = await inner.evaluate(f"window[{SLOT}].name(document.getElementById('no'))")
        control = Control(name, "No thanks", "", "", "button", False, False, False, False, False, (0, 0, 1, 1), path)
        await inner.evaluate("window.pressed = []; addEventListener('click', (event) => pressed.push(event.target.id))")
        await presses.press_truly(page, control)
        assert await inner.evaluate("pressed") == ["no"]
        style = "position:fixed;inset:0;z-index:99"
        comes_up = f"() => {{ {made} cover.style = '{style}'; document.body.append(cover); }}"
        click = page.mouse.click

        async def covered(x: float, y: float) -> None:
            await page.evaluate(comes_up)
            await click(x, y)

        page.mouse.click = covered  # type: ignore[assignment,method-assign]
        await presses.press_truly(page, control)
        assert await inner.evaluate("pressed") == ["no"]
        assert "yes" not in await page.evaluate("seen.clicks")
        await click(5, 5)
        assert "yes" in await page.evaluate("seen.clicks")


async def test_a_banner_that_takes_its_time_is_pressed_once(stage: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    """A banner that goes a while after the press is given that while, where something listens for the press."""
    truly = AsyncMock()
    monkeypatch.setattr(presses, "hears", AsyncMock(return_value=True))
    monkeypatch.setattr(presses, "press_truly", truly)
    monkeypatch.setattr(presses, "MOUSE", 5_000)  # a busy machine may be late
    goes = "<script>no.onclick = () => setTimeout(() => layer.remove(), 110)</script>"
    engine = Overlays()
    async with stage.show(page_of(layer() + goes), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.action, overlay.outcome) == ("closed", "gone")
        assert (await page.evaluate("seen.clicks"), truly.call_count) == (["no"], 0)


async def test_what_moves_while_the_listeners_are_looked_up_is_seen(stage: Theatre) -> None:
    """Between two waits for the same press nothing is missed: what has moved there counts as its answer."""
    engine = Overlays()
    async with stage.show(page_of(layer(LETTER)), engine) as page:
        name = await page.evaluate(f"window[{SLOT}].name(layer)")
        first = await call(page, "wait", {"root": name, "still": 20, "most": 50})
        await page.evaluate("layer.append(document.createElement('p'))")
        further = await call(page, "wait", {"root": name, "still": 20, "most": 50, "further": True})
        assert (first["moved"], further["moved"]) == (False, True)


@pytest.mark.parametrize(
    ("change", "moved"),
    [
        ("inside.title = 'x'", True),
        ("inside.append('x')", True),
        ("document.body.className = 'x'", True),
        ("grown.shadowRoot.append('x')", True),
        ("form.append('x')", True),
        ("document.querySelector('article').append('x')", False),
        ("outside.title = 'x'", False),
        ("outside.append('x')", False),
        ("document.title = 'x'", False),
    ],
)
async def test_only_what_moves_in_a_layer_or_around_it_is_its_answer(stage: Theatre, change: str, moved: bool) -> None:
    """A change of a layer, of its shadow trees, or of what it stands in is its own; any other one is told apart."""
    form = '<form id="form"><input name="nodeType"><input name="getRootNode"></form>'
    inside = f'{LETTER}<a id="inside" href="/in">In</a><span id="grown"></span>{form}'
    grow = "<script>grown.attachShadow({ mode: 'closed' })</script>"
    engine = Overlays()
    async with stage.show(page_of(f'<a id="outside" href="/out">Out</a>{layer(inside)}{grow}'), engine) as page:
        name = await page.evaluate(f"window[{SLOT}].name(layer)")
        await call(page, "wait", {"root": name, "still": 20, "most": 50})
        await page.evaluate(f"() => {{ {change} }}")
        seen = await call(page, "wait", {"root": name, "still": 20, "most": 50, "further": True})
        assert (seen["gone"], seen["moved"], seen["elsewhere"]) == (False, moved, not moved)


async def test_an_answer_that_is_lost_has_nothing_pressed_again(stage: Theatre) -> None:
    """Where a page's script breaks the call that presses, the second way to ask does not press a second time."""
    breaks = (
        "<script>const click = HTMLElement.prototype.click; HTMLElement.prototype.click = function () {"
        "click.call(this); [1].forEach(() => { throw new Error('mine'); }); };</script>"
    )
    engine = Overlays()
    async with stage.show(page_of(box(f'{LETTER}<button id="no">No thanks</button>') + breaks), engine) as page:
        assert {overlay.outcome for overlay in (await engine.dismiss(page)).overlays} == {"stuck"}
        assert await page.evaluate("seen.clicks") == ["no"]


async def test_a_nag_amid_the_text_is_put_off(stage: Theatre) -> None:
    """A box between paragraphs that asks for an account and offers "Not now" is closed as a reader would close it."""
    nag = '<div id="nag"><h3>Create an account</h3><button>Register</button> <button id="later">Not now</button></div>'
    half, script = f"<p>{PARAGRAPH}</p>" * 3, "<script>later.onclick = () => nag.remove()</script>"
    story = f"<main><article><h1>A piano crosses the bay</h1>{half}{nag}{half}</article></main>{script}"
    engine = Overlays()
    async with stage.show(page_of(story=story), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.kind, overlay.action, overlay.outcome) == ("registration", "closed", "gone")
        assert await page.evaluate("seen.clicks") == ["later"]
