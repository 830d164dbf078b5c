"""The editions: every story of the English and the Russian newspaper, newest first, the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from tests.newspaper import blocks as b
from tests.newspaper.addresses import story_path
from tests.newspaper.newsroom import first, live, oddities, paid, wire
from tests.newspaper.newsroom.filing import story
from tests.newspaper.newsroom.paid import MOSCOW
from tests.newspaper.newsroom.writing import topics

if TYPE_CHECKING:
    from mtcrawler.model.article import Kind
    from tests.newspaper.story import Edition, Story

NEWEST = datetime(2026, 11, 22, 19, 40, tzinfo=MOSCOW)
DAYS = 728
SEED = 1992

# How many stories of a kind the routine fills the pages with, beside those that are written for a reason.
ROUTINE: dict[Edition, dict[Kind, int]] = {
    "en": {"news": 124, "opinion": 26, "analysis": 16, "gallery": 23, "video": 22, "podcast": 12, "sponsored": 5},
    "ru": {"news": 22, "opinion": 5, "gallery": 2, "video": 2, "podcast": 1, "sponsored": 1},
}
# Which subjects a kind is about; all others are for news and for pictures.
SUBJECTS: dict[Edition, dict[Kind, tuple[str, ...]]] = {
    "en": {"opinion": ("views",), "analysis": ("reading",)},
    "ru": {"opinion": ("vzglyad",)},
}
FIRST_NUMBER: dict[Edition, int] = {"en": 90_000, "ru": 150_000}


@cache
def edition(name: Edition, seed: int = SEED) -> tuple[Story, ...]:
    """All stories of an edition: the dated ones newest first, then advertorials, then the archive."""
    regular = _complete(_dated(_ordered(name, seed)), name)
    others = _others(name, seed, regular)
    return (*_pointing(regular, [made for made in others if made.archived]), *others)


def with_first(stories: tuple[Story, ...], leader: Story) -> tuple[Story, ...]:
    """The same edition with another text as its first article, at the same number and time."""
    old = stories[0]
    return (replace(leader, number=old.number, published=old.published), *stories[1:])


def _pointing(regular: list[Story], archived: list[Story]) -> list[Story]:
    """The stories, some with a box that links to an archived one: nothing else on the site does."""
    for made, old in zip([made for made in regular if made.kind == "news"][5::4], archived, strict=False):
        pointer = b.Pointer(story_path(old), old.headline)
        regular[regular.index(made)] = replace(made, blocks=(*made.blocks, pointer))
    return regular


def _others(name: Edition, seed: int, regular: list[Story]) -> list[Story]:
    others = paid.archive(name, seed)
    if name == "en":
        others = [*paid.advertorials(seed, NEWEST), *others]
    return [replace(made, blocks=_linked(made.blocks, regular[place])) for place, made in enumerate(others)]


def _ordered(name: Edition, seed: int) -> list[Story]:
    """Stories in the order of the pages; those made from one report stand together."""
    subjects = SUBJECTS[name]
    reserved = {subject for names in subjects.values() for subject in names}
    common = tuple(topic for topic in topics(name) if topic not in reserved)
    groups: list[list[Story]] = []
    for kind, count in ROUTINE[name].items():
        choice = subjects.get(kind, common)
        for index in range(count):
            topic = topics(name)[choice[index % len(choice)]]
            groups.append([story(kind, name, topic, index + 3 * (index // len(choice)), seed)])
    groups += wire.groups(name, seed)
    groups += [[made] for made in live.blogs(name, seed)]
    if name == "en":
        groups += [[made] for made in oddities.oddities(seed)]
        groups.append(wire.repeated(name))
    else:
        groups += [[made] for made in oddities.russian(name)]
    random.Random(f"{seed}/{name}/order").shuffle(groups)
    if name == "en":
        groups.insert(0, [first.ours()])
    return [made for group in groups for made in group]


def _dated(stories: list[Story]) -> list[Story]:
    """Times from the newest back over two years, closer together the newer they are; every fifth story is updated."""
    count = len(stories)
    dated = []
    for place, made in enumerate(stories):
        back = timedelta(days=DAYS * (place / (count - 1)) ** 1.6)
        published = (NEWEST - back).replace(second=place % 60 if place % 3 else 0, microsecond=0)
        updated = None
        if place % 5 == 3:
            updated = published + timedelta(minutes=(5, 42, 190, 1500)[place // 5 % 4])
        dated.append(replace(made, published=published, updated=updated))
    return dated


def _complete(stories: list[Story], name: Edition) -> list[Story]:
    """Stories with numbers, addresses of their own and links to one another."""
    count = len(stories)
    taken: set[str] = set()
    complete = []
    for place, made in enumerate(stories):
        number = FIRST_NUMBER[name] + 4 * (count - place) + place % 3
        slug = made.slug
        for again in range(2, count):
            if slug not in taken:
                break
            slug = f"{made.slug}-{again}"
        taken.add(slug)
        complete.append(replace(made, number=number, slug=slug, posts=live.timed(made.posts, made.published, number)))
    return [
        replace(
            made,
            blocks=_linked(made.blocks, complete[(place + 3) % count]),
            posts=tuple(
                replace(post, blocks=_linked(post.blocks, complete[(place + 5) % count])) for post in made.posts
            ),
        )
        for place, made in enumerate(complete)
    ]


def _linked(blocks: tuple[b.Block, ...], target: Story) -> tuple[b.Block, ...]:
    return tuple(b.Related(target.headline, target.slug) if isinstance(block, b.Related) else block for block in blocks)
