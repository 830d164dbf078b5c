"""Near-duplicates: found where a desk changed a word in ten, not where two pieces share a template."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.identity.ids import article_id
from mtcrawler.identity.neighbours import FRESH, Neighbours
from mtcrawler.identity.signatures import shingles, signature, similarity, triples, unpacked
from mtcrawler.storage.write.near_duplicates import ALIKE, WORTH_A_LOOK
from tests.newspaper.newsroom.writing import Writer, topics
from tests.newspaper.stories import edition
from tests.newspaper.truth import expected

if TYPE_CHECKING:
    from tests.newspaper.story import Edition


def copy(text: str, share: float, rng: random.Random) -> str:
    """The text with that share of its words replaced, as a desk does with agency copy."""
    words = text.split(" ")
    for at in rng.sample(range(len(words)), round(len(words) * share)):
        words[at] = f"changed{rng.randrange(10**6)}"
    return " ".join(words)


def found(index: Neighbours, texts: dict[str, str], text: str) -> set[str]:
    """What a crawl would call near-duplicates: looked up by signature, then compared by their words."""
    signed = signature(text)
    near = index.near(signed, WORTH_A_LOOK) if signed else []
    words = triples(shingles(text))
    return {one.id for one in near if similarity(words, triples(shingles(texts[one.id]))) >= ALIKE}


def test_nearly_all_agency_copy_is_found() -> None:
    """Of reports with every tenth word changed at least 98 % are found again, among all others."""
    rng = random.Random(7)
    reports = {}
    for seed, topic in itertools.product(range(30), topics("en").values()):
        writer = Writer("en", seed, f"report/{topic.name}")
        reports[article_id(f"{topic.name}/{seed}")] = " ".join(writer.sentences(topic, 14))
    index = Neighbours((identity, signed) for identity, text in reports.items() if (signed := signature(text)))
    assert len(index) > 300
    hits = sum(identity in found(index, reports, copy(text, 0.1, rng)) for identity, text in reports.items())
    assert hits / len(reports) >= 0.98


@pytest.mark.parametrize("name", ["en", "ru"])
def test_pieces_that_share_a_template_are_told_apart(name: Edition) -> None:
    """Of the pairs called similar in the whole paper at least 98 % are of one report, and all those are found."""
    stories = {article_id(str(place)): story for place, story in enumerate(edition(name))}
    texts = {identity: expected(story)["text"] for identity, story in stories.items()}
    index = Neighbours((identity, signed) for identity, text in texts.items() if (signed := signature(text)))
    pairs = {frozenset((one, other)) for one in texts for other in found(index, texts, texts[one]) - {one}}

    def near_duplicates(one: str, other: str) -> bool:
        a, b = stories[one], stories[other]
        return (a.wire is not None and a.wire == b.wire) or a.twin == b.slug or b.twin == a.slug

    true = {frozenset(pair) for pair in itertools.combinations(stories, 2) if near_duplicates(*pair)}
    assert true <= pairs
    assert len(true) / len(pairs) >= 0.98


def test_short_and_foreign_signatures_are_left_alone() -> None:
    """A text of a few words has no signature; one that was made in another way is never compared."""
    assert signature("Only a few words, as under a picture.") is None
    assert unpacked("m9:AAAA") is None
    index = Neighbours([(article_id("x"), "m9:AAAA")])
    assert len(index) == 0
    assert index.near("m9:AAAA", 0.1) == []


def test_a_newcomer_is_found_at_once_and_after_sorting() -> None:
    """Whether an article came just now or thousands ago makes no difference to being found."""
    text = " ".join(f"word{number}" for number in range(100))
    signed = signature(text)
    assert signed is not None
    index = Neighbours()
    index.add(article_id("here"), signed)
    assert [one.id for one in index.near(signed, 0.9)] == [article_id("here")]
    other = signature(" ".join(f"other{number}" for number in range(100)))
    assert other is not None
    for number in range(FRESH + 1):
        index.add(article_id(str(number)), other)
    assert [one.id for one in index.near(signed, 0.9)] == [article_id("here")]


@given(st.text())
def test_a_signature_depends_on_words_only(text: str) -> None:
    """The same words in other case, with other punctuation, have the same signature."""
    shouted = text.lower().replace(",", ";")
    assert signature(text.lower()) == signature(shouted)
