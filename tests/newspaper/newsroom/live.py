"""Live blogs: posts that only arrive as JSON, newest first on the page, oldest first in the file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.newspaper import blocks as b
from tests.newspaper.newsroom.cast import AGENCIES, REPORTERS, tag
from tests.newspaper.newsroom.embeds import EMBEDS
from tests.newspaper.newsroom.filing import SOMETIME
from tests.newspaper.newsroom.layouts import photo
from tests.newspaper.newsroom.writing import Topic, Writer, slugify, topics
from tests.newspaper.story import Edition, LivePost, Story

if TYPE_CHECKING:
    from datetime import datetime

    from tests.newspaper.story import Byline

# Headline, subject, number of posts; signed by a reporter, an agency or nobody.
BLOGS: dict[Edition, tuple[tuple[str, str, int], ...]] = {
    "en": (
        ("Ice Breaks Up Along the Great Rivers: As It Happened", "rivers", 48),
        ("Power Returns to the Border Districts: Live Updates", "power", 23),
        ("Budget Day: What We Know So Far", "reading", 7),
    ),
    "ru": (("Ледоход на больших реках: как это было", "reka", 21),),
}


def blogs(edition: Edition, seed: int) -> list[Story]:
    """Every live blog of the edition; posts get their times with `timed`, when the story has its own."""
    signed: tuple[tuple[Byline, ...], ...] = ((REPORTERS[edition][0],), (AGENCIES[edition][0],), ())
    return [
        _blog(edition, seed, topics(edition)[name], headline, count, signed[number])
        for number, (headline, name, count) in enumerate(BLOGS[edition])
    ]


def timed(posts: tuple[LivePost, ...], start: datetime, number: int) -> tuple[LivePost, ...]:
    """The posts with numbers of their own and times from the start on, a few minutes apart."""
    return tuple(
        LivePost(number * 100 + place, start + timedelta(minutes=7 * place - place % 5, seconds=place), post.blocks)
        for place, post in enumerate(posts)
    )


def _blog(edition: Edition, seed: int, topic: Topic, headline: str, count: int, bylines: tuple[Byline, ...]) -> Story:
    writer = Writer(edition, seed, f"live/{topic.name}")
    return Story(
        kind="live",
        edition=edition,
        headline=headline,
        slug=slugify(headline),
        published=SOMETIME,
        flags=topic.flags,
        blocks=(),
        language=edition,
        subtitle=writer.fill(topic.headlines[0]),
        intro=writer.fill(topic.leads[0]),
        tags=(tag(topic.tags[0]),),
        bylines=bylines,
        photo=photo(writer, topic),
        posts=tuple(LivePost(0, SOMETIME, _post(writer, topic, place)) for place in range(count)),
    )


def _post(writer: Writer, topic: Topic, place: int) -> tuple[b.Block, ...]:
    first, second, third = writer.sentences(topic, 3)
    match place % 9:
        case 2:
            return (b.html(first), b.Picture(photo(writer, topic)))
        case 4:
            return (b.html(first, second), EMBEDS[place % len(EMBEDS)])
        case 5:
            return (b.Html((b.Para(first), b.Bullets((second, third)))),)
        case 6:
            return (b.html(first), b.Related())
        case 7:
            return (
                b.Html((b.Subhead(3, topic.tags[0]), b.Para(first))),
                b.Pointer("https://example.org/t", "Elsewhere"),
            )
        case 8:
            return (b.Picture(photo(writer, topic, bare=True)), b.html(first))
    return (b.html(first, second),) if place % 2 else (b.html(first),)
