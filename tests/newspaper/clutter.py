"""Clutter: every line around the stories that must never get into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.newspaper.markup.labels import LABELS
from tests.newspaper.markup.support import BUTTONS, CLASSIC, MESSAGE

if TYPE_CHECKING:
    from tests.newspaper.story import Edition

# Labels that are ordinary words: clutter only when they are a whole line.
ORDINARY = frozenset(
    {"by", "and", "news", "about", "name", "war", "feature", "opinion", "analysis", "live", "minutes", "tagline"}
)


def clutter(edition: Edition) -> tuple[str, ...]:
    """Lines of newsletter boxes, donation messages, tabs and labels, none of which may be a line of an article."""
    heading, salutation, texts = MESSAGE[edition]
    labels = [text.strip() for key, text in LABELS[edition].items() if key not in ORDINARY]
    buttons = [part for text in BUTTONS[edition].values() for part in text.split(",")]
    found = [*labels, *buttons, heading, salutation, *texts, *CLASSIC[edition]]
    return tuple(dict.fromkeys(text for text in found if text))


def clutter_in(text: str, edition: Edition) -> list[str]:
    """The clutter in a text: short lines where they are a line of their own, whole sentences wherever they stand."""
    lines = {line.strip() for line in text.splitlines()}
    return [line for line in clutter(edition) if line in lines or (len(line) > 25 and line in text)]
