"""The editions and their truth: enough stories, the same every time, of every kind and with every block."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import TypeAdapter

from mtcrawler.model.article import Block, Kind, text_of
from tests.newspaper import blocks as b
from tests.newspaper.addresses import SITES, story_path
from tests.newspaper.clutter import clutter_in
from tests.newspaper.newsroom import first
from tests.newspaper.newsroom.embeds import EMBEDS
from tests.newspaper.stories import edition, with_first
from tests.newspaper.truth import clean, expected

if TYPE_CHECKING:
    from tests.newspaper.story import Edition, Story

EDITIONS: tuple[Edition, ...] = ("en", "ru")
ORIGINAL = Path(__file__).parents[4] / "shared" / "data"


@pytest.fixture(params=EDITIONS)
def stories(request: pytest.FixtureRequest) -> tuple[Story, ...]:
    return edition(request.param)


def shingles(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[place : place + 3]) for place in range(len(words) - 2)}


def test_enough_stories_over_two_years() -> None:
    """At least 240 English and 30 Russian dated stories reach from November 2024 to 22 November 2026."""
    for name, least in (("en", 240), ("ru", 30)):
        times = [story.published for story in edition(name) if story.regular]
        assert len(times) >= least
        assert times == sorted(times, reverse=True)
        assert f"{times[0]:%Y-%m-%d}" == "2026-11-22"
        assert f"{times[-1]:%Y-%m}" == "2024-11"
    months = {f"{story.published:%Y-%m}" for story in edition("en") if story.regular}
    assert len(months) == 25


def test_the_same_seed_gives_the_same_newspaper() -> None:
    """A seed decides every word of both editions, and another seed gives others."""
    for name in EDITIONS:
        again = edition.__wrapped__(name)
        assert again == edition(name)
        assert [expected(story) for story in again] == [expected(story) for story in edition(name)]
    assert edition("en", 1)[5].headline != edition("en")[5].headline or edition("en", 1)[5] != edition("en")[5]


def test_every_address_is_one_storys_own(stories: tuple[Story, ...]) -> None:
    """Numbers, slugs of dated stories and canonical addresses are unique."""
    assert len({story.number for story in stories}) == len(stories)
    assert len({story_path(story) for story in stories}) == len(stories)
    slugs = [story.slug for story in stories if story.regular]
    assert len(set(slugs)) == len(slugs)


def test_every_kind_occurs() -> None:
    """The English edition has every kind the contract knows but "other", with galleries and videos to page through."""
    kinds = Counter(story.kind for story in edition("en"))
    assert set(kinds) == set(get_args(Kind)) - {"other"}
    assert kinds["gallery"] > 20
    assert kinds["video"] > 20
    assert {"news", "opinion", "gallery", "video", "podcast", "live", "sponsored"} <= {
        story.kind for story in edition("ru")
    }


def test_every_block_occurs() -> None:
    """Every type of block, piece and embed occurs, and every flag of the desk."""
    found = [block for story in edition("en") for block in story.blocks]
    assert {type(block) for block in found} == set(b.TYPE_NAMES)
    pieces = {type(piece) for block in found if isinstance(block, b.Html) for piece in block.pieces}
    assert pieces == set(get_args(b.Piece))
    assert {block for block in found if isinstance(block, b.Foreign)} == set(EMBEDS)
    assert {flag for story in edition("en") for flag in story.flags} >= {"lecture_series", "ukraine_war", "city"}


def test_every_sort_of_byline_and_update_occurs() -> None:
    """Stories have no name, one or three, the paper's or an agency's; updates show only after ten minutes."""
    stories = edition("en")
    assert {0, 1, 2, 3} <= {len(story.bylines) for story in stories}
    names = {byline.name for story in stories for byline in story.bylines if not byline.person}
    assert {"AFP", "The Moscow Times"} <= names
    updated = [story for story in stories if story.updated]
    assert any(story.shows_update for story in updated)
    early = [story for story in updated if story.updated and story.updated - story.published < timedelta(minutes=10)]
    assert early
    assert not any(story.shows_update for story in early)


def test_agencies_and_the_paper_are_no_authors() -> None:
    """The truth names people only, all of them, and on a live blog the first one only."""
    for story in edition("en"):
        names = [author["name"] for author in expected(story)["authors"]]
        assert not {"AFP", "Reuters", "The Moscow Times"} & set(names)
        if story.kind not in {"live", "advertorial"}:
            assert len(names) == sum(byline.person for byline in story.bylines)


def test_a_live_blog_is_long() -> None:
    """One live blog has at least 45 posts, which come in order of time."""
    longest = max(edition("en"), key=lambda story: len(story.posts))
    assert len(longest.posts) >= 45
    times = [post.time for post in longest.posts]
    assert times == sorted(times)


def test_the_archive_keeps_historic_offsets() -> None:
    """Archive pieces carry Moscow's offset of their own day: three hours or four."""
    offsets = {expected(story)["published_at"][-6:] for story in edition("en") if story.archived}
    assert offsets == {"+03:00", "+04:00"}


def test_only_wire_copy_looks_alike() -> None:
    """Stories made from one report share most word triples, no other two share half, and one pair is identical."""
    stories = [story for name in EDITIONS for story in edition(name)]
    sets = [shingles(expected(story)["text"]) for story in stories]
    identical = 0
    for right, story in enumerate(stories):
        for left, other in enumerate(stories[:right]):
            alike = len(sets[left] & sets[right]) / max(1, len(sets[left] | sets[right]))
            if story.wire and story.wire == other.wire:
                assert 0.75 < alike < 1
            elif alike == 1:
                identical += 1
                assert {story.twin, other.twin} & {story.slug, other.slug}
                assert expected(story)["content_hash"] == expected(other)["content_hash"]
            else:
                assert alike < 0.5, (story.headline, other.headline)
    assert identical == 1


def test_the_truth_is_clean_and_complete(stories: tuple[Story, ...]) -> None:
    """Every record is free of invisible characters and clutter, valid as blocks, and adds up with itself."""
    blocks: TypeAdapter[list[Block]] = TypeAdapter(list[Block])
    for story in stories:
        record = expected(story)
        assert record["headline"]
        assert record["text"]
        assert json.dumps(record)
        for text in strings({**record, "text": None}):
            assert clean(text) == text
        assert not clutter_in(record["text"], story.edition)
        assert text_of(blocks.validate_python(record["body"])) == record["text"]
        assert record["canonical_url"].startswith(SITES[story.edition][0])


def strings(value: Any) -> list[str]:
    """Every string inside a record."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in strings(part)]


def test_oddities_are_there() -> None:
    """Odd characters, long words, right-to-left names, a wrong charset and ten megabytes occur in English."""
    written = "".join(
        piece.text
        for story in edition("en")
        for block in story.blocks
        if isinstance(block, b.Html)
        for piece in block.pieces
        if isinstance(piece, b.Para)
    )
    for sign in "\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff\u202f\u2007“”‘’«»—−👩ד":
        assert sign in written, f"U+{ord(sign):04X}"
    assert max(map(len, written.split())) > 200
    assert {story.declared for story in edition("en")} == {None, "windows-1251"}
    assert max(story.padding for story in edition("en")) >= 10_000_000
    assert {story.language for story in edition("en")} == {"en", "ru"}


def test_the_first_article_has_the_shape_of_the_original() -> None:
    """It has a photo with caption and credit, eight paragraphs and nobody's name."""
    record = expected(edition("en")[0])
    assert [block["type"] for block in record["body"]] == ["paragraph"] * 8
    assert record["authors"] == []
    assert record["image"]["caption"] == first.CAPTION
    assert record["image"]["credit"] == first.CREDIT


@pytest.mark.skipif(not ORIGINAL.is_dir(), reason="the original is not ours to copy; it lies beside the repository")
def test_the_original_takes_the_first_place() -> None:
    """Where the original lies beside the repository, its record is what the first article becomes."""
    wanted = json.loads((ORIGINAL / first.RECORD_FILE).read_text("utf-8"))
    stories = with_first(edition("en"), first.original(ORIGINAL))
    record = expected(stories[0])
    assert record["headline"] == wanted["headline"]
    assert [block["text"] for block in record["body"]] == wanted["paragraphs"]
    assert {key: record["image"][key] for key in wanted["image"]} == wanted["image"]
    assert record["kind"] == wanted["kind"]
    assert not [line for line in wanted["lines_that_must_not_appear"] if line in record["text"].splitlines()]
    assert stories[1:] == edition("en")[1:]
