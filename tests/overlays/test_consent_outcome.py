"""The outcome of consent layers: a tool's own answer (TCF, GPP) is evidence, and a late one is waited for."""

from __future__ import annotations

import pytest

from mtcrawler.overlays.engine import Overlays
from tests.overlays.stage import CONSENT, REFUSED, Theatre, box, layer, page_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
HIDDEN = ("main { display: none }", "article { visibility: hidden }")
ASKED = f'{CONSENT}<button>Accept all</button><button id="gone">Reject all</button>'
TCF = """<script>
  const listeners = [];
  const state = { eventStatus: "cmpuishown", purpose: { consents: {} }, vendor: { consents: {} }, listenerId: 1 };
  window.__tcfapi = (command, version, callback) => command === "addEventListener" ? callback({ ...state }, true) : 0;
  gone.addEventListener("click", () => {
    state.eventStatus = "useractioncomplete";
    state.purpose.consents = { 1: GIVEN, 2: false, 3: false };
  });
</script>"""
GPP = """<script>
  let out = 2;
  const told = () => ({ signalStatus: "ready", parsedSections: { usnat: [{ SaleOptOut: out }] } });
  window.__gpp = (command, callback) => callback(told(), true);
  gone.addEventListener("click", () => { out = OUT; });
</script>"""
ANSWERS = {
    "TCF, refused": (TCF.replace("GIVEN", "false"), "refused", "TCF: 0 purposes and 0 vendors consented to"),
    "TCF, given": (TCF.replace("GIVEN", "true"), "closed", "TCF: 1 purposes and 0 vendors consented to"),
    "GPP, opted out": (GPP.replace("OUT", "1"), "refused", "GPP: opted out of sale"),
    "GPP, not opted out": (GPP.replace("OUT", "2"), "closed", "GPP: not opted out of sale"),
    "a stub that never answers": (
        "<script>window.__tcfapi = () => {}; window.__gpp = () => {}</script>",
        "refused",
        None,
    ),
    "something else of that name": (
        "<script>window.__tcfapi = () => { throw 1 }; window.__gpp = 5</script>",
        "refused",
        None,
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_the_tool_says_what_it_was_told(stage: Theatre, name: str) -> None:
    """`refused` is told with the tool's own word for it, and not told where the tool says that consent was given."""
    script, action, evidence = ANSWERS[name]
    engine = Overlays()
    async with stage.show(page_of(box(ASKED) + script), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
    assert (overlay.action, overlay.outcome, overlay.evidence) == (action, "gone", evidence)


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("after", [0, 300, 600])
async def test_an_answer_that_comes_late_is_waited_for_where_nothing_else_helps(
    stage: Theatre, hidden: str, after: int
) -> None:
    """A layer that cannot be hidden, as the story is hidden with it, is refused though it goes long after its press."""
    answer = f"setTimeout(() => {{ layer.remove(); rule.remove(); }}, {after})"
    script = f"<script>let asked = 0; no.onclick = () => {{ if (!asked++) {answer}; }}</script>"
    engine = Overlays()
    async with stage.show(page_of(f"<style id=rule>{hidden}</style>{layer(REFUSED)}{script}"), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.kind, overlay.action, overlay.outcome) == ("consent", "refused", "gone")
