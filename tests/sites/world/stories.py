"""The stories of one site, which are the truth that its pages are read against; each is unlike every other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any, Final
from urllib.parse import quote

from tests.sites.world.languages import Language, ascii_of, language

NOW: Final = datetime(2026, 11, 21, 10, tzinfo=UTC)
"""When the world is crawled."""
YOUNG, OLD = 16, 8
"""Stories of the last week, and older ones."""
DAYS: Final = 7


@dataclass(frozen=True)
class Picture:
    """A photo with its words."""

    path: str
    caption: str
    credit: str


@dataclass(frozen=True)
class Story:
    """One article: `blocks` are as the bucket has them; `section` is its name in addresses, and as readers see it."""

    number: int
    slug: str
    headline: str
    summary: str
    section: tuple[str, str]
    authors: tuple[str, ...]
    at: datetime
    tags: tuple[str, ...]
    picture: Picture | None
    blocks: tuple[dict[str, Any], ...]

    @property
    def young(self) -> bool:
        """Whether it is one of the last week."""
        return self.number % 100 < YOUNG


@dataclass(frozen=True)
class Habits:
    """How a newsroom writes: `plain` ones use no headings, lists or tables; `pictured` is the share with a photo."""

    language: str
    zone: float = 0
    slugs: str = "latin"
    plain: bool = False
    pictured: float = 0.8
    embeds: bool = True
    first: int = 48200


def written(seed: str, habits: Habits) -> list[Story]:
    """The stories of the site with this seed, newest first."""
    random, words = Random(f"stories {seed}"), language(habits.language)
    seen: set[str] = set()
    return [_story(number, random, words, habits, seen) for number in range(YOUNG + OLD)]


def _story(number: int, random: Random, words: Language, habits: Habits, seen: set[str]) -> Story:
    headline = next(one for one in iter(lambda: words.headline(random), "") if one not in seen)
    seen.add(headline)
    hours = 3 + number * (DAYS * 24 - 30) / YOUNG if number < YOUNG else 24 * (DAYS + 3 + 4 * (number - YOUNG))
    at = (NOW - timedelta(hours=hours, minutes=random.randrange(50))).replace(second=random.randrange(60))
    tags = tuple(dict.fromkeys(words.few(random) for _ in range(3)))
    picture = _picture(number, random, words) if random.random() < habits.pictured else None
    shift = timedelta(hours=habits.zone)
    local = at.astimezone(UTC) + shift
    return Story(
        number=number,
        slug=_slug(random, headline, habits.slugs),
        headline=headline,
        summary=words.sentence(random),
        section=random.choice(list(words.sections.items())),
        authors=tuple(random.sample(words.people, random.choice((1, 1, 1, 2)))),
        at=local.replace(tzinfo=_zone(habits.zone)),
        tags=tags,
        picture=picture,
        blocks=tuple(_blocks(number, random, words, habits)),
    )


def _zone(hours: float) -> timezone:
    return timezone(timedelta(hours=hours))


def _slug(random: Random, headline: str, slugs: str) -> str:
    if slugs == "native":
        return quote("-".join(headline.split()))
    latin = ascii_of(headline)
    if slugs == "latin" and latin.count("-") >= 2:
        return latin
    english = language("en")
    return "-".join(random.choice(english.words[kind]) for kind in ("adjectives", "nouns", "verbs", "nouns"))


def _picture(number: int, random: Random, words: Language, place: str = "lead") -> Picture:
    return Picture(
        f"/media/{place}-{number}-{random.randrange(10**6)}.jpg", words.sentence(random), random.choice(words.people)
    )


def _blocks(number: int, random: Random, words: Language, habits: Habits) -> Iterator[dict[str, Any]]:
    """Three to twenty-five paragraphs, and between them what a newsroom puts there."""
    paragraphs = random.choice((3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 18, 25))
    for at in range(paragraphs):
        yield {"type": "paragraph", "text": words.paragraph(random)}
        if habits.plain or at in {0, paragraphs - 1}:
            continue
        yield from _between(number * 100 + at, random, words, habits)


def _between(number: int, random: Random, words: Language, habits: Habits) -> Iterator[dict[str, Any]]:
    dice = random.random()
    if dice < 0.16:
        yield {"type": "heading", "level": 2, "text": words.few(random)}
    elif dice < 0.21:
        yield {"type": "list", "ordered": dice < 0.18, "items": [words.sentence(random) for _ in range(3)]}
    elif dice < 0.26:
        yield {"type": "quote", "text": words.sentence(random), "cite": None}
    elif dice < 0.28:
        yield {"type": "table", "rows": [[words.few(random), str(random.randrange(10, 99))] for _ in range(3)]}
    elif dice < 0.33:
        photo = _picture(number, random, words, "inline")
        yield {"type": "image", "url": photo.path, "caption": photo.caption, "credit": photo.credit}
    elif dice < 0.35 and habits.embeds:
        yield {"type": "embed", "url": f"https://www.youtube.com/embed/{random.randrange(16**8):08x}abc"}
