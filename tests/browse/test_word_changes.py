"""Two texts side by side: nothing is lost, what is the same is not marked, and it never takes long."""

from __future__ import annotations

import random
import time

import pytest

from mtcrawler.browse.views.word_changes import Pair, side_by_side, steps, words


@pytest.mark.parametrize("seed", range(5))
def test_both_sides_are_whole(seed: int) -> None:
    """Whatever the texts are, each side reads as its text, and what is the same on both is the same words."""
    chance = random.Random(seed)
    for _ in range(300):
        old, new = ([chance.choice("abcd") for _ in range(chance.randint(0, 14))] for _ in range(2))
        found = list(steps(old, new))
        assert [one for step in found for one in old[step.old]] == old
        assert [one for step in found for one in new[step.new]] == new
        assert all(old[step.old] == new[step.new] for step in found if step.same)


def test_words_are_marked_and_no_more() -> None:
    """Of an edit the words that changed are marked, on their own side."""
    pair = words("The bridge comes a year later, in 2031.", "The bridge comes two years later, in 2032.")
    assert [text for text, mark in pair.old or () if mark] == ["a year", "2031"]
    assert [text for text, mark in pair.new or () if mark] == ["two years", "2032"]
    pair = words("渡轮已经停航", "渡轮全部停航")
    assert [text for text, mark in pair.new or () if mark] == ["全部"]


def test_paragraphs_stand_beside_their_new_form() -> None:
    """A paragraph that was added has nothing beside it; one that was edited stands beside what it was."""
    old = "One stays.\n\nThe second paragraph is edited a little here.\n\nThree goes and leaves nothing."
    new = "One stays.\n\nNew, unlike any.\n\nThe second paragraph is edited a bit here."
    found = side_by_side(old, new)
    assert [pair.changed for pair in found] == [False, True, True, True]
    assert found[1] == Pair(None, [("New, unlike any.", True)])
    assert found[2].old is not None
    assert found[2].new is not None
    assert found[3].new is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a b " * 40_000, "b a c " * 30_000),
        (
            "\n".join(f"a {number} b" for number in range(5000)),
            "\n".join(f"b {7 * number} a" for number in range(5000)),
        ),
        ("\n".join("x y z " * 600 for _ in range(300)), "\n".join("x z y " * 600 for _ in range(300))),
        ("\n" * 100_000, "\n".join("ab" * 50_000)),
    ],
    ids=["one long line", "many lines", "long paragraphs", "nothing but lines"],
)
def test_hostile_texts_take_no_longer(old: str, new: str) -> None:
    """Texts made to be hard to compare are compared within seconds of this processor."""
    begin = time.process_time()
    side_by_side(old, new)
    assert time.process_time() - begin < 8
