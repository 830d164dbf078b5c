"""Boxes that ask: what they are called, what there is to press in them, and where their links lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from lxml.html import HtmlElement

from mtcrawler.overlays.observation.lexicon import lexicon

LINKS: Final = 12
"""Links of an element that are looked at."""
CONTROLS: Final = 60
"""Things to press on a page that are looked at."""
LABEL: Final = 40  # characters of what can be pressed
ADDRESS: Final = 300  # characters of an address
NAMES: Final = 300  # characters of names
PIECES: Final = 300
"""Pieces of text of a box."""
WORDS: Final = 260
"""Words of a box with all that stands in it."""
LETTERS: Final = 4_000
"""Characters of them; the vocabulary remembers what it weighed."""
_LEADS: Final = re.compile(
    r"(?://|\.)(?:t\.me|telegram\.me|wa\.me|whatsapp\.com|apps\.apple\.com|itunes\.apple\.com|play\.google\.com"
    r"|news\.google\.com|patreon\.com|ko-fi\.com|buymeacoffee\.com|paypal\.me|paypal\.com|boosty\.to|steadyhq\.com"
    r"|facebook\.com|instagram\.com|twitter\.com|x\.com|youtube\.com|linkedin\.com|tiktok\.com|discord\.gg|line\.me"
    r"|vk\.com|ok\.ru|dzen\.ru|bsky\.app|threads\.net|viber\.com|flipboard\.com)(?:[/?#]|$)"
    r"|[/=_.-](?:donat\w{0,8}|contribut\w{0,6}|subscri\w{0,8}|newsletters?|abo|abonne\w{0,8}|membership|signup|sign-up"
    r"|register|spenden?|dons?|soutenir|suscri\w{0,8}|assin\w{0,6}|abbonamenti|apps?|support-?us|support"
    r")(?:[/?#&=._-]|$)",
    re.IGNORECASE,
)
"""Where readers pay, subscribe, follow or install."""
_NAMED: Final = re.compile(
    r"donat|newsletter|nieuwsbrief|subscri(?:be|ption)|sign-?up|abonn|spende"
    r"|support-(?:us|our|\w{1,12}__)|follow-?us|mailchimp|mc_embed|opt-?in|upsell"
    r"|contribut(?:e|ion)[-_]{1,2}(?:banner|bar|cta|promo|teaser|widget)",
    re.IGNORECASE,
)
"""How boxes are called that ask something of a reader."""
_NAMED_LIKE_STORIES: Final = re.compile(r"membership|fundrais|whatsapp|telegram", re.IGNORECASE)
"""The same, where a story may be called so, too, or hold such a box: a message that it quotes."""


def leads(element: HtmlElement) -> tuple[bool, bool]:
    """Whether an element holds a link, and whether one leads to where readers pay, subscribe, follow or install."""
    found = [link.get("href") or "" for link in islice(element.iter("a"), LINKS)]
    return bool(found), any(_LEADS.search(address[:ADDRESS]) for address in found)


def is_named(element: HtmlElement, *, surely: bool = False) -> bool:
    """Whether an element is called by what it asks; `surely` where nothing of a story is called so."""
    names = element.get("class"), element.get("id")
    return any(said is not None and _says(said[:NAMES], surely) for said in names)


@lru_cache(maxsize=8_192)
def _says(names: str, surely: bool) -> bool:
    return bool(_NAMED.search(names) or (not surely and _NAMED_LIKE_STORIES.search(names)))


def asking_controls(element: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    """Things to press that ask for money or a subscription, with their labels; a price alone asks for nothing yet."""
    for control in islice(element.iter("button", "input"), CONTROLS):
        said = "".join(piece[: LABEL + 1] for piece in islice(control.itertext("*"), LINKS))
        label = " ".join(said.split()) or control.get("value") or control.get("placeholder") or ""
        if 0 < len(label) <= LABEL and lexicon().asks(label) & {"donate", "subscribe", "paid"}:
            yield control, label.lower()


def asks_for(label: str) -> bool:
    """Whether a label asks for money or a subscription in words."""
    return not lexicon().asks(label).isdisjoint({"donate", "subscribe"})


def text_of(element: HtmlElement) -> str:
    """What a box says, or nothing where it says more than a box does."""
    said = " ".join(" ".join(islice(element.itertext("*"), PIECES)).split())
    return said if len(said) <= LETTERS and len(said.split(None, WORDS)) <= WORDS else ""


def topics(text: str) -> float:
    """How much a text speaks of giving and subscribing, in phrases that leave no doubt."""
    said = lexicon().weigh(text, WORDS).of("topic", strong=True)
    return max(said.get("donation", 0.0), said.get("newsletter", 0.0))
