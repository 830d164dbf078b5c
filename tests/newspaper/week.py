"""A week at the paper: what is published, edited, corrected and taken away, day by day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.newspaper import blocks as b

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tests.newspaper.story import Story

EDITS = (
    # Days after the week's first; which of the stories that were out on its first day, newest first; what was done.
    (1, 2, "headline"),
    (1, 1, "timestamp"),
    (2, 1, "correction"),
    (2, 0, "gone"),
    (3, 2, "correction"),
    (4, 1, "caption"),
)
QUIET_FROM = 5
"""Days after the week's first from which nobody does anything."""


@dataclass(frozen=True)
class Issue:
    """The paper as it stands at a moment: what is on the site, and what was taken from it."""

    stories: tuple[Story, ...]
    gone: tuple[Story, ...]


def issue(stories: Sequence[Story], begin: datetime, today: datetime) -> Issue:
    """The paper as it stands today in a week that begins then; what is dated later than today is not out yet."""
    chosen = [story for story in stories if story.regular and story.published <= begin and _editable(story)]
    standing = {story.number: story for story in stories if not story.regular or story.published <= today}
    gone = []
    for day, place, what in EDITS:
        if begin + timedelta(days=day) <= today:
            number = chosen[place].number
            if what == "gone":
                gone.append(standing.pop(number))
            else:
                standing[number] = _edited(standing[number], what, begin + timedelta(days=day, hours=-1))
    # Undated pieces have no number, so they are taken over as they are.
    others = [story for story in stories if not story.regular]
    return Issue((*(story for story in standing.values() if story.regular), *others), tuple(gone))


def _editable(story: Story) -> bool:
    return story.kind in {"news", "opinion", "analysis"} and not (story.wire or story.twin) and story.photo is not None


def _edited(story: Story, what: str, at: datetime) -> Story:
    if what == "headline":
        return replace(story, headline=f"{story.headline}, Officials Say", updated=at)
    if what == "correction":
        note = b.html("Correction: an earlier version of this article misspelled the name of a street.")
        return replace(story, blocks=(*story.blocks, note), updated=at)
    if what == "caption":
        assert story.photo is not None
        return replace(story, photo=replace(story.photo, caption="The caption that belongs to this picture."))
    return replace(story, updated=at)  # only the timestamp moves
