"""Laws of the rules that come with the crawler: data that can be read, explained and pressed safely."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from mtcrawler.model.article import OverlayKind
from mtcrawler.model.errors import DefinitionError
from mtcrawler.overlays.observation.lexicon import lexicon
from mtcrawler.overlays.rule import OverlayRule, Step, WallVendor, read_rule, vendor_rules, wall_vendors


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
    assert all(lexicon().meaning(step.text) != "forbidden" for step in rule.steps if step.text is not None)


@pytest.mark.parametrize("vendor", wall_vendors(), ids=lambda vendor: vendor.name)
def test_wall_vendors_can_be_recognised(vendor: WallVendor) -> None:
    """A paywall product is known by at least one thing it leaves on a page."""
    assert vendor.globals or vendor.scripts or vendor.elements


def written(**changes: Any) -> str:
    """A right rule as JSON, with these changes; None takes a key out."""
    rule = {
        "name": "a",
        "kind": "other",
        "detect": ["#a"],
        "steps": [{"click": "#b"}, {"text": "Later"}, {"press": "Escape"}],
    }
    return json.dumps({name: value for name, value in {**rule, **changes}.items() if value is not None})


def test_steps_are_read_from_data() -> None:
    """The three things a reader does are the three steps there are."""
    rule = read_rule(OverlayRule, written(), "a.json")
    assert rule.steps == (Step(click="#b"), Step(text="Later"), Step(press="Escape"))
    assert [(step.how, step.what) for step in rule.steps] == [("click", "#b"), ("text", "Later"), ("press", "Escape")]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"detect": "#a"}, "detect"),
        ({"detect": []}, "detect"),
        ({"detect": ["#a", 1]}, "detect.1"),
        ({"detect": ["#a[["]}, "detect.0"),
        ({"detect": None}, "detect"),
        ({"kind": "money"}, "kind"),
        ({"name": 7}, "name"),
        ({"hide": "yes"}, "hide"),
        ({"hide": 1}, "hide"),
        ({"detects": ["#a"]}, "detects"),
        ({"steps": {"click": "#b"}}, "steps"),
        ({"steps": [{"accept": "#c"}]}, "steps.0.accept"),
        ({"steps": [{}]}, "steps.0"),
        ({"steps": [{"click": "#b", "text": "Later"}]}, "steps.0"),
        ({"steps": [{"click": ["#b"]}]}, "steps.0.click"),
        ({"steps": [{"press": "Enter"}]}, "steps.0.press"),
    ],
)
def test_a_rule_that_is_not_right_is_refused(changes: dict[str, Any], key: str) -> None:
    """What is no rule is refused with the file, the key that is wrong and what to do."""
    with pytest.raises(DefinitionError) as raised:
        read_rule(OverlayRule, written(**changes), "a.json")
    assert key in {fault.key for fault in raised.value.faults}
    assert all(fault.file == "a.json" and fault.remedy for fault in raised.value.faults)


def test_all_that_is_wrong_with_a_rule_is_told_at_once() -> None:
    """A rule with three faults is refused with all three."""
    with pytest.raises(DefinitionError) as raised:
        read_rule(OverlayRule, written(kind="money", detect="#a", hides=True), "a.json")
    assert {fault.key for fault in raised.value.faults} == {"kind", "detect", "hides"}


@pytest.mark.parametrize("data", [{"name": "a"}, {"name": "a", "globals": "A"}, {"name": "a", "elements": ["a[["]}])
def test_a_wall_vendor_that_is_not_right_is_refused(data: dict[str, Any]) -> None:
    """A paywall product is described as strictly as an overlay."""
    with pytest.raises(DefinitionError):
        read_rule(WallVendor, json.dumps(data), "a.json")
