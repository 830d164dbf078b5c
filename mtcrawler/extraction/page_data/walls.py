"""Whether anything on a page shows a wall: then nothing is taken from its data, whatever it declares."""

from __future__ import annotations

from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from mtcrawler.markup.story import Story
from mtcrawler.overlays.observation.markup import MarkupGates
from mtcrawler.overlays.rule import wall_vendors

_NAMED: Final = etree.XPath(
    "boolean(//*[contains(@class,'paywall') or contains(@id,'paywall') or contains(@class,'regwall')"
    " or contains(@class,'Paywall') or contains(@id,'Paywall') or contains(@class,'pay-wall')"
    " or contains(@class,'subscriber-only') or contains(@class,'premium-content') or contains(@class,'metered')"
    " or @amp-access or @subscriptions-section])"
)
_WORDS: Final = ("access", "rest", "meter", "spent", "members")
_WEIGHT: Final = 0.5


def shows_wall(root: HtmlElement) -> bool:
    """Whether a page with its text in place has a gate, a wall's name or a wall's script.

    Careful on purpose: where this errs the browser shows the page, as it would have done anyway.
    """
    if _NAMED(root):
        return True
    sources = [script.get("src") or "" for script in root.iter("script")]
    if any(part in source for vendor in wall_vendors() for part in vendor.scripts for source in sources):
        return True
    gates = MarkupGates.of(Story.of(root)).gates
    return any(any(gate.has(word, _WEIGHT) for word in _WORDS) or gate.asks & {"pay", "paid"} for gate in gates)
