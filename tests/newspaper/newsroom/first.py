"""The first article: a photo with caption and credit, eight paragraphs, nobody's name; ours or the original's words."""

from __future__ import annotations

import json
from pathlib import Path

from tests.newspaper import blocks as b
from tests.newspaper.newsroom.cast import tag
from tests.newspaper.newsroom.filing import SOMETIME
from tests.newspaper.newsroom.writing import slugify
from tests.newspaper.story import Photo, Story

TEXT_FILE = "000_2696032b51b31a1b.txt"
RECORD_FILE = "seed-article.expected.json"

HEADLINE = "Lighthouse Keepers Call for 'Common Sense' to End Harbor Dispute"
CAPTION = "The office of the harbor master on the northern mole."
CREDIT = "Ilya Mostovoy / Press pool"
PARAGRAPHS = (
    'The keepers of two neighboring lighthouses on Monday called for "common sense" to end a quarrel over the '
    "channel between them, almost a month after it left dozens of boats waiting outside the harbor.",
    "Both towns share a pilot station and have said in turn that they could settle the matter, which began when a "
    "buoy was moved in early October.",
    '"With every week that the channel stays unmarked, there are more and more calls for common sense in these '
    "waters, including a meeting of all pilots,\" the harbor master's office said in a statement.",
    'It said the office "warmly welcomes" such calls and that it was in favor of a "shared watch" over the channel.',
    "\"As every storm has shown, attempts to 'own' the light have led not to safer passages, but to the confusion "
    'that we see tonight," it added, referring to past complaints that the southern town had kept others away from '
    "the lamps. ",
    "The harbor master, who is elected by the fishermen, has offered to sit down with both keepers, but he has so "
    "far not been able to free a dredger that is held at the southern pier, nor to have the buoy put back.",
    "A pilot boat set out last week to bring home the more than 20 crew members who have been stuck on the far side "
    "since the channel closed.",
    "At least eight of them are said to be from the northern town.",
)


def ours() -> Story:
    """The first article in our own words."""
    return _story(HEADLINE, Photo("4e/harbor-office-0001.jpg", CAPTION, CREDIT), PARAGRAPHS)


def original(folder: Path) -> Story:
    """The first article with the words of the original, read from the folder that holds the scrape and its record.

    Raises OSError when the folder lacks one of the two files.
    """
    lines = [line for line in (folder / TEXT_FILE).read_text("utf-8").splitlines() if line.strip()]
    record = json.loads((folder / RECORD_FILE).read_text("utf-8"))
    caption = record["image"]["caption"]
    end = next(number for number, line in enumerate(lines) if line.startswith("Sign up for our"))
    _banner, headline, photo_line, *paragraphs = lines[:end]
    credit = photo_line.strip().removeprefix(caption).strip()
    return _story(headline.strip(), Photo("4e/original-0001.jpg", caption, credit), tuple(paragraphs))


def _story(headline: str, photo: Photo, paragraphs: tuple[str, ...]) -> Story:
    return Story(
        kind="news",
        edition="en",
        headline=headline,
        slug=slugify(headline),
        published=SOMETIME,
        flags=("news",),
        blocks=(b.html(*paragraphs),),
        tags=(tag("Diplomacy"),),
        photo=photo,
    )
