"""Consent layers of pages that show their story only after the answer, and take their time for it."""

from __future__ import annotations

import pytest

from mtcrawler.overlays.engine import Overlays
from tests.overlays.stage import BOX, CONSENT, VEIL, Theatre, page_of

pytestmark = pytest.mark.asyncio(loop_scope="module")
HIDDEN = ("main { display: none }", "article { visibility: hidden }")


@pytest.mark.parametrize("hidden", HIDDEN)
@pytest.mark.parametrize("after", [0, 300, 600])
async def test_an_answer_that_comes_late_is_waited_for_where_nothing_else_helps(
    stage: Theatre, hidden: str, after: int
) -> None:
    """A layer that cannot be hidden, as the story is hidden with it, is refused though it goes long after its press."""
    answer = f"setTimeout(() => {{ layer.remove(); rule.remove(); }}, {after})"
    script = f"<script>let asked = 0; no.onclick = () => {{ if (!asked++) {answer}; }}</script>"
    layer = (
        f'<div id="layer" style="{VEIL}"><div style="{BOX}">{CONSENT}<button id="no">Reject all</button></div></div>'
    )
    engine = Overlays()
    async with stage.show(page_of(f"<style id=rule>{hidden}</style>{layer}{script}"), engine) as page:
        (overlay,) = (await engine.dismiss(page)).overlays
        assert (overlay.kind, overlay.action, overlay.outcome) == ("consent", "refused", "gone")
