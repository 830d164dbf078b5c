"""Laws of the proof: a page is readable again only when a wheel moves it, nothing is over it, and its text is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mtcrawler.overlays import proof
from mtcrawler.overlays.attempt import Attempt
from mtcrawler.overlays.engine import Overlays
from mtcrawler.overlays.proof import PROVED, SAMPLED, Habits
from mtcrawler.overlays.script import call
from tests.overlays.stage import CONSENT, LETTER, VEIL, Theatre, box, page_of

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_locks_left_behind_are_opened_and_proved(stage: Theatre) -> None:
    """When a page stays locked by styles and by wheel listeners, it is unlocked until a real wheel moves it."""
    script = f"""<div id="box" style="{VEIL}"><button id="x">Not now</button>{LETTER}</div><script>
      document.documentElement.style.overflow = "hidden"; document.querySelector("main").inert = true;
      addEventListener("wheel", (event) => event.preventDefault(), {{ passive: false }});
      x.onclick = () => box.remove();</script>"""
    engine = Overlays()
    async with stage.show(page_of(script), engine) as page:
        report = await engine.dismiss(page)
        assert [each.outcome for each in report.overlays] == ["gone"]
        assert await page.evaluate("document.querySelector('main').inert") is False
        await page.mouse.wheel(0, 300)
        await page.wait_for_function("scrollY > 100")


async def test_a_page_without_a_scroller_of_its_own_is_proved_too(stage: Theatre) -> None:
    """In quirks mode a body that scrolls by itself leaves no scrolling element; such a page is proved as any other."""
    quirks = page_of(box(f'{LETTER}<button id="gone">Maybe later</button>')).replace("<!doctype html>", "")
    style = "<style>html, body { overflow: auto; height: 100% }</style>"
    engine = Overlays()
    async with stage.show(quirks + style, engine) as page:
        assert await page.evaluate("document.compatMode === 'BackCompat' && document.scrollingElement === null")
        assert [each.outcome for each in (await engine.dismiss(page)).overlays] == ["gone"]


async def test_the_wheel_is_spared_for_what_was_proved_often_but_not_for_locks(stage: Theatre) -> None:
    """The same overlay is proved with a wheel until it is known, then without; a lock left behind is always proved."""
    watch = "<script>seen.wheels = 0; addEventListener('wheel', () => { seen.wheels += 1 }, { passive: true })</script>"
    sly = "<script>gone.addEventListener('click', () => { document.body.style.overflow = 'hidden' })</script>"
    usual = page_of(box(f'{LETTER}<button id="gone">Maybe later</button>') + watch)
    engine = Overlays()
    wheels = []
    for html in (*[usual] * (PROVED + 2), usual + sly):
        async with stage.show(html, engine) as page:
            assert [each.outcome for each in (await engine.dismiss(page)).overlays] == ["gone"]
            wheels.append(await page.evaluate("seen.wheels"))
            await page.mouse.wheel(0, 300)
            await page.wait_for_function("scrollY > 100")
    assert wheels == [*[1] * PROVED, 0, 0, 1]


async def test_a_page_locked_again_by_what_comes_up_sets_back_no_proof(stage: Theatre) -> None:
    """What was proved counts on, where a proof was broken off because something else locked the page meanwhile."""
    watch = "<script>seen.wheels = 0; addEventListener('wheel', () => { seen.wheels += 1 }, { passive: true })</script>"
    usual = page_of(box(f'{LETTER}<button id="gone">Maybe later</button>') + watch)
    second = f"""<div id="late" style="{VEIL}" hidden>{CONSENT}<button id="no">Reject all</button></div><script>
      const html = document.documentElement.style;
      addEventListener("wheel", (event) => {{
        event.preventDefault(); late.hidden = false; html.overflow = "hidden";
      }}, {{ passive: false, once: true }});
      no.onclick = () => {{ late.remove(); html.overflow = ""; }};</script>"""
    engine = Overlays()
    wheels = []
    for html in (*[usual] * (PROVED - 1), usual + second, usual):
        async with stage.show(html, engine) as page:
            assert {each.outcome for each in (await engine.dismiss(page)).overlays} == {"gone"}
            wheels.append(await page.evaluate("seen.wheels"))
    assert wheels == [*[1] * (PROVED - 1), 2, 0]


async def test_a_sample_is_taken_by_one_tab_of_many() -> None:
    """When a sample of what is known is due, the tab that begins it is the only one that makes it."""
    habits = Habits()
    cases = [Attempt("donation", "generic: dismiss button", 0.0, "box")]
    for _ in range(SAMPLED):
        habits.learn(cases, proved=True)
    assert not habits.know(cases)
    habits.begin(cases)
    assert habits.know(cases)


async def test_what_comes_up_during_the_proof_is_dismissed_and_the_proof_made_again(stage: Theatre) -> None:
    """An overlay that rises while another is proved gone makes neither of them stuck."""
    rise = f"""<div id="late" hidden style="{VEIL}">{CONSENT}<button id="no">Reject all</button></div><script>
      const instead = (shown) => {{ late.hidden = !shown; document.querySelector("main").hidden = shown; }};
      no.onclick = () => instead(false);
      addEventListener("wheel", () => instead(true), {{ once: true }});</script>"""
    engine = Overlays()
    async with stage.show(page_of(box(f'{LETTER}<button id="gone">Maybe later</button>') + rise), engine) as page:
        overlays = (await engine.dismiss(page)).overlays
        assert {(each.kind, each.action, each.outcome) for each in overlays} == {
            ("newsletter", "closed", "gone"),
            ("consent", "refused", "gone"),
        }


async def test_what_comes_up_and_locks_during_the_proof_is_no_script_to_silence(
    stage: Theatre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A layer that comes up under the wheel and locks the page is closed too, and no listener is silenced for it."""
    second = f'<div id="late" style="{VEIL}" hidden><button id="y">Not now</button>{LETTER}</div>'
    script = f"""<div id="box" style="{VEIL}"><button id="x">Not now</button>{LETTER}</div>{second}<script>
      const html = document.documentElement.style;
      addEventListener("wheel", (event) => {{
        event.preventDefault(); late.hidden = false; html.overflow = "hidden";
      }}, {{ passive: false, once: true }});
      x.onclick = () => box.remove();
      y.onclick = () => {{ late.remove(); html.overflow = ""; }};</script>"""
    asked = []

    async def listened(target: Page, name: str, *arguments: Any, **options: Any) -> Any:
        asked.append(name)
        return await call(target, name, *arguments, **options)

    monkeypatch.setattr(proof, "call", listened)
    engine = Overlays()
    async with stage.show(page_of(script), engine) as page:
        report = await engine.dismiss(page)
        assert [each.outcome for each in report.overlays] == ["gone", "gone"]
        assert "arm" in asked
        assert "hush" not in asked
