"""Paid pieces and old ones: advertorials, sponsored stories and the archive from before the current system."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.newspaper import blocks as b
from tests.newspaper.newsroom.cast import CAMPAIGNS, REPORTERS, tag
from tests.newspaper.newsroom.filing import story
from tests.newspaper.newsroom.layouts import photo
from tests.newspaper.newsroom.writing import Writer, slugify, topics
from tests.newspaper.story import Story

if TYPE_CHECKING:
    from tests.newspaper.story import Edition

MOSCOW = ZoneInfo("Europe/Moscow")
PITCHES = (
    "Sleep Well Above the Arctic Circle",
    "Six Breakfasts You Will Remember",
    "How to Save While the Kettle Boils",
    "A Film About Pillows",
    "The Bank That Closes at Noon",
)
# Days on which Moscow's clock stood at +03:00, +04:00 in summer, +04:00 all year round, and +03:00 again.
ARCHIVE_DAYS = (
    datetime(1998, 8, 18, 9, 0, tzinfo=MOSCOW),
    datetime(2001, 1, 15, 7, 30, tzinfo=MOSCOW),
    datetime(2003, 7, 4, 0, 0, tzinfo=MOSCOW),
    datetime(2005, 11, 30, 23, 15, tzinfo=MOSCOW),
    datetime(2008, 5, 12, 0, 0, tzinfo=MOSCOW),
    datetime(2010, 12, 31, 12, 0, tzinfo=MOSCOW),
    datetime(2011, 12, 24, 18, 5, tzinfo=MOSCOW),
    datetime(2012, 2, 29, 16, 45, tzinfo=MOSCOW),
    datetime(2013, 9, 1, 0, 0, tzinfo=MOSCOW),
    datetime(2013, 12, 30, 20, 20, tzinfo=MOSCOW),
    datetime(2014, 3, 18, 11, 11, tzinfo=MOSCOW),
    datetime(2014, 12, 2, 10, 0, tzinfo=MOSCOW),
)


def advertorials(seed: int, newest: datetime) -> list[Story]:
    """Pieces that advertisers wrote, one of them a video; they have a campaign and no number in the address."""
    pieces = []
    for index, headline in enumerate(PITCHES):
        campaign = CAMPAIGNS[1 if "Bank" in headline or "Save" in headline else 0]
        topic = topics("en")["museums"]
        made = story("advertorial", "en", topic, index * 3, seed)
        published = newest - timedelta(days=40 * index + 3, hours=index)
        pieces.append(
            replace(
                made,
                headline=headline,
                slug=slugify(headline),
                number=900 + index,
                published=published,
                updated=published + timedelta(days=2) if index == 2 else None,
                flags=(),
                tags=(),
                bylines=(),
                blocks=_without_signup(made.blocks),
                campaign=campaign,
                photo=photo(Writer("en", seed, f"plus/{index}"), topic) if index != 3 else None,
                video="pi11ow_film" if index == 3 else None,
            )
        )
    return pieces


def _without_signup(blocks: tuple[b.Block, ...]) -> tuple[b.Block, ...]:
    return tuple(block for block in blocks if not isinstance(block, b.Signup))


def archive(edition: Edition, seed: int) -> list[Story]:
    """Old pieces, whose own address has neither date nor number."""
    if edition != "en":
        return []
    subjects = ("rivers", "trade", "libraries", "trains")
    pieces = []
    for index, day in enumerate(ARCHIVE_DAYS):
        topic = topics("en")[subjects[index % len(subjects)]]
        made = story("archive", "en", topic, index * 9, seed)
        pieces.append(
            replace(
                made,
                number=500_000 + index,
                slug=f"{made.slug}-{day.year}",
                published=day,
                flags=("business",) if topic.name == "trade" else ("news",),
                bylines=REPORTERS["en"][index % 3 : index % 3 + index % 4],
                tags=(tag("Archive"),) if index % 3 == 0 else (),
            )
        )
    return pieces
