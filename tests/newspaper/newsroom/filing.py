"""The newsroom: turns a subject into a story of a kind, with blocks of every type spread over the edition."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tests.newspaper import blocks as b
from tests.newspaper.newsroom.cast import AGENCIES, COLUMNISTS, HOSTS, REPORTERS, tag
from tests.newspaper.newsroom.layouts import Copy, laid_out, photo
from tests.newspaper.newsroom.writing import Writer, slugify
from tests.newspaper.story import Edition, Photo, Story

if TYPE_CHECKING:
    from mtcrawler.model.article import Kind
    from tests.newspaper.newsroom.writing import Topic
    from tests.newspaper.story import Byline, Flag

SOMETIME = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in until the edition gives every story its time."""
TITLES: dict[Edition, str] = {"en": "{town}, {month}", "ru": "В {town}, {season}"}


def story(kind: Kind, edition: Edition, topic: Topic, index: int, seed: int) -> Story:
    """A story of the kind on the subject; its index decides which block types it has."""
    writer = Writer(edition, seed, f"{kind}/{topic.name}/{index}")
    headline = writer.fill(writer.rng.choice(topic.headlines))
    base = Story(
        kind=kind,
        edition=edition,
        headline=headline,
        slug=slugify(headline),
        published=SOMETIME,
        flags=_flags(kind, topic),
        blocks=_body(writer, topic, index, short=kind in {"gallery", "video", "podcast"}),
        language=edition,
        subtitle=writer.fill(writer.rng.choice(topic.leads)).rstrip(".") if index % 4 == 1 else "",
        intro=writer.fill(writer.rng.choice(topic.sentences)) if index % 5 == 2 else "",
        tags=tuple(tag(title) for title in topic.tags[: writer.rng.randint(0, len(topic.tags))]),
        bylines=_bylines(writer, kind, index),
        photo=photo(writer, topic, bare=index % 17 == 11) if index % 13 != 7 else None,
    )
    match kind:
        case "gallery":
            return replace(base, photo=None, images=_gallery(writer, topic))
        case "video":
            return replace(base, photo=None, video=f"{slugify(headline)[:4].replace('-', '_')}{index:04}xyz")
        case "podcast":
            player = f"https://player.soundhouse.example/embed/{1000 + index}?theme=light&autoplay=0"
            return replace(base, photo=None, audio=player)
    return base


def _flags(kind: Kind, topic: Topic) -> tuple[Flag, ...]:
    match kind:
        case "opinion":
            return ("opinion", *(flag for flag in topic.flags if flag == "ukraine_war"))
        case "podcast":
            return ("news",)
    return topic.flags


def _bylines(writer: Writer, kind: Kind, index: int) -> tuple[Byline, ...]:
    rng, edition = writer.rng, writer.edition
    if kind == "opinion":
        return tuple(rng.sample(COLUMNISTS[edition], 2 if index % 6 == 5 else 1))
    if kind == "podcast":
        return (rng.choice(HOSTS[edition]),)
    match index % 10:
        case 0 | 3 | 6:
            return ()
        case 1:
            return (rng.choice(AGENCIES[edition]),)
        case 4:
            return (rng.choice(REPORTERS[edition]), AGENCIES[edition][0])
        case 7:
            return tuple(rng.sample(REPORTERS[edition], 2))
        case 9:
            return tuple(rng.sample(REPORTERS[edition], 3))
    return (rng.choice(REPORTERS[edition]),)


def _gallery(writer: Writer, topic: Topic) -> tuple[Photo, ...]:
    shots = []
    for number in range(writer.rng.randint(4, 9)):
        shot = photo(writer, topic, bare=number == 3)
        shots.append(replace(shot, title=writer.fill(TITLES[writer.edition]) if number % 2 else ""))
    return tuple(shots)


def _body(writer: Writer, topic: Topic, index: int, *, short: bool) -> tuple[b.Block, ...]:
    count = 6 if short else writer.rng.randint(7, 10)
    lead, *rest = [writer.fill(writer.rng.choice(topic.leads)), *writer.sentences(topic, count)]
    opening = b.Html((_linked(lead, index), *(b.Para(text) for text in rest[:2])))
    if not short:
        return laid_out(Copy(writer, topic, index, opening, tuple(rest[2:-2]), tuple(rest[-2:])))
    ending = b.html(*rest[2:])
    return (opening, ending) if index % 2 else (b.Html((*opening.pieces, *ending.pieces)),)


def _linked(text: str, index: int) -> b.Para:
    """A lead in which some words are a link, bold or a footnote sign, as leads often are."""
    phrase = " ".join(text.split(" ")[2:5])
    tags = ("a", "", "strong", "em")
    mark = tags[index % len(tags)]
    return b.Para(text, (b.Mark(mark, phrase, "/news" if mark == "a" else None),)) if mark else b.Para(text)
