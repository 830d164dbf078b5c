"""Laws of the rules that come with the crawler: data that can be read, explained and pressed safely."""

from __future__ import annotations

from typing import get_args

import pytest

from mtcrawler.model.article import OverlayKind
from mtcrawler.overlays.observation.lexicon import lexicon
from mtcrawler.overlays.rule import OverlayRule, Step, WallVendor, vendor_rules, wall_vendors


@pytest.mark.parametrize("rule", vendor_rules(), ids=lambda rule: rule.name)
def test_rules_are_whole(rule: OverlayRule) -> None:
    """A rule names a known kind, says how its overlay is seen, how it is closed and what it says."""
    assert rule.kind in get_args(OverlayKind)
    assert rule.detect
    assert rule.steps
    assert rule.words


@pytest.mark.parametrize("rule", vendor_rules(), ids=lambda rule: rule.name)
def test_texts_in_rules_are_dismissals(rule: OverlayRule) -> None:
    """A rule never names a text that agrees or joins."""
    assert all(lexicon().meaning(step.what) != "forbidden" for step in rule.steps if step.how == "text")


@pytest.mark.parametrize("vendor", wall_vendors(), ids=lambda vendor: vendor.name)
def test_wall_vendors_can_be_recognised(vendor: WallVendor) -> None:
    """A paywall product is known by at least one thing it leaves on a page."""
    assert vendor.globals or vendor.scripts or vendor.elements


def test_steps_are_read_from_data() -> None:
    """The three things a reader does are the three steps there are; anything else is refused."""
    data = {
        "name": "a",
        "kind": "other",
        "detect": ["#a"],
        "steps": [{"click": "#b"}, {"text": "Later"}, {"press": "Escape"}],
    }
    assert OverlayRule.from_data(data).steps == (Step("click", "#b"), Step("text", "Later"), Step("press", "Escape"))
    with pytest.raises(ValueError, match="not accept"):
        OverlayRule.from_data({**data, "steps": [{"accept": "#c"}]})
