"""The Gazette as it is at a moment: stories that appear, are edited and are taken away, and its sources."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Final

HOME: Final = "https://www.gazette.example"
BEGIN: Final = datetime(2026, 11, 1, 6, tzinfo=UTC)
APART: Final = timedelta(hours=5)
"""Time between two stories."""
LISTED: Final = timedelta(days=8)
"""How long a story stands in the sources."""
NOUNS: Final = "ferry quay bridge market tower mill orchard tram harbour lantern chapel meadow".split()
VERBS: Final = "reopens closes moves grows returns waits shines sinks votes sings".split()
ERROR: Final = (
    "<!doctype html><html lang=en><title>Page not found - The Gazette</title><body><main><h1>Page not found</h1>"
    "<p>The page that you are looking for is not here any more.</p></main></body></html>"
)


@dataclass(frozen=True)
class Story:
    """One story: when it appears, when its text is edited, and when it is taken away; the latter may be never."""

    number: int
    path: str
    headline: str
    appears: datetime
    edited: datetime | None
    removed: datetime | None

    def changed(self, now: datetime) -> datetime:
        """When it was last changed."""
        return self.edited if self.edited and self.edited <= now else self.appears

    def paragraphs(self, now: datetime) -> list[str]:
        """Its text."""
        edition = "second" if self.changed(now) != self.appears else "first"
        chance = random.Random(f"{self.number} {edition}")
        return [
            f"In its {edition} telling, story {self.number} of the Gazette says that the {chance.choice(NOUNS)} "
            f"{chance.choice(VERBS)} {chance.randint(2, 400)} days after the {chance.choice(NOUNS)}, part {part}."
            for part in range(5)
        ]

    def page(self, now: datetime) -> str:
        """Its page."""
        text = "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs(now))
        return (
            f"<!doctype html><html lang=en><head><title>{self.headline} - The Gazette</title>"
            f'<link rel=canonical href="{HOME}{self.path}"></head><body><nav><a href="/latest">Latest</a></nav>'
            f'<main><article><h1>{self.headline}</h1><time datetime="{self.appears.isoformat()}">'
            f"{self.appears:%d %B %Y}</time><div class=text>{text}</div></article></main></body></html>"
        )


def stories(seed: int, until: datetime) -> list[Story]:
    """Every story that appears before this moment, oldest first; one in five is edited, one in nine taken away."""
    chance, made = random.Random(seed), []
    for number in range(int((until - BEGIN) / APART) + 1):
        appears = BEGIN + number * APART
        later = appears + timedelta(hours=chance.randint(4, 90))
        noun, verb = chance.choice(NOUNS), chance.choice(VERBS)
        fate = chance.random()
        made.append(
            Story(
                number=number,
                path=f"/{appears:%Y/%m/%d}/{noun}-{verb}-{number}",
                headline=f"The {noun} {verb}, says report {number}",
                appears=appears,
                edited=later if fate < 0.2 else None,
                removed=later if fate > 0.89 else None,
            )
        )
    return made


@dataclass(frozen=True)
class Issue:
    """The paper at one moment."""

    told: tuple[Story, ...]
    now: datetime

    @classmethod
    def at(cls, all_stories: list[Story], now: datetime) -> Issue:
        """What has appeared by then."""
        return cls(tuple(story for story in all_stories if story.appears <= now), now)

    @property
    def there(self) -> dict[str, Story]:
        """Stories whose pages are there, by path."""
        return {story.path: story for story in self.told if not (story.removed and story.removed <= self.now)}

    @property
    def removed(self) -> set[str]:
        """Paths of the stories that were taken away."""
        return {story.path for story in self.told} - self.there.keys()

    @property
    def listed(self) -> list[Story]:
        """What the sources name, newest first."""
        return [story for story in reversed(self.there.values()) if self.now - story.appears <= LISTED]

    def page(self, path: str) -> tuple[str, str] | None:
        """The kind and the body of what is at this path; None for what is not there."""
        if path == "/robots.txt":
            return "text/plain", f"User-agent: *\nAllow: /\nSitemap: {HOME}/map.xml\n"
        if path == "/map.xml":
            entries = "".join(
                f"<url><loc>{HOME}{one.path}</loc><lastmod>{one.changed(self.now).isoformat()}</lastmod></url>"
                for one in self.listed
            )
            space = "http://www.sitemaps.org/schemas/sitemap/0.9"
            return "application/xml", f'<?xml version="1.0"?><urlset xmlns="{space}">{entries}</urlset>'
        if path == "/feed":
            items = "".join(
                f"<item><title>{one.headline}</title><link>{HOME}{one.path}</link>"
                f"<pubDate>{format_datetime(one.appears)}</pubDate></item>"
                for one in self.listed[:15]
            )
            return "application/rss+xml", f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
        if path == "/latest":
            links = "".join(f'<li><a href="{one.path}">{one.headline}</a></li>' for one in self.listed[:10])
            return "text/html", f"<!doctype html><title>Latest</title><ul class=stories>{links}</ul>"
        story = self.there.get(path)
        return ("text/html", story.page(self.now)) if story else None
