"""A newspaper of any size: some stories of the edition, or all of them and those of further years like it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import count as numbers
from typing import TYPE_CHECKING

from tests.newspaper.blocks import Pointer
from tests.newspaper.stories import edition

if TYPE_CHECKING:
    from tests.newspaper.story import Edition, Story

APART = 2_000  # between the numbers of one year's stories and the next one's: more than an edition has


def sized(language: Edition, seed: int, count: int) -> tuple[Story, ...]:
    """So many dated stories, newest first, each with a text of its own; no archive, and nothing that points there."""
    stories: list[Story] = []
    for year in numbers():
        regular = [story for story in edition(language, seed + year) if story.regular]
        wanted = min(count - len(stories), len(regular))
        chosen = (regular[place * len(regular) // wanted] for place in range(wanted))
        stories += (_moved(story, year) for story in chosen)
        if len(stories) >= count:
            break
    stories.sort(key=lambda story: story.published, reverse=True)
    slugs = {story.slug for story in stories}
    return tuple(story if story.twin in slugs else replace(story, twin=None) for story in stories)


def _moved(story: Story, year: int) -> Story:
    """The story at a number, a minute and an address nobody else has; what every year has alike is told apart."""
    kept = tuple(block for block in story.blocks if not isinstance(block, Pointer))
    if year == 0:
        return replace(story, blocks=kept)
    later = timedelta(minutes=year)
    return replace(
        story,
        blocks=kept,
        number=story.number + year * APART,
        headline=f"{story.headline} ({year + 1})",
        slug=f"{story.slug}-{year + 1}",
        twin=f"{story.twin}-{year + 1}" if story.twin else None,
        published=story.published - later,
        updated=story.updated - later if story.updated else None,
    )
