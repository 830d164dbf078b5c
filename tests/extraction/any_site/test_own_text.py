"""Laws of what stays though every article has it: what stands among an article's own text is no clutter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from mtcrawler.model.article import text_of
from tests.extraction.any_site.test_site_memory import BACKGROUND, BOX, THINGS, read, story, taught

QUESTIONS: Final = ("Which place would you never leave?", "Who taught you the most about work?", "What do you regret?")
STEP: Final = "Preheat the oven to 180 degrees and line a tray with paper."
SALT: Final = "Salt and black pepper"
HOME: Final = "He lives in Ostervik with his wife."


def answers(thing: str, heading: str = "<p>{}</p>") -> str:
    """A questionnaire whose questions are those of every week."""
    told = zip(QUESTIONS, story(f"{thing}s"), strict=True)
    return "".join(f"{heading.format(question)}<p>{answer}</p>" for question, answer in told)


def recipe(thing: str) -> str:
    """A recipe with lines that every recipe has, in its list and among its steps."""
    lead, *rest = story(f"{thing}s")
    return f"<p>{lead}</p><ul><li>{SALT}</li><li>500 grams of ripe {thing}s</li></ul><p>{STEP}</p><p>{rest[0]}</p>"


def kept(every: int, inside: Callable[[str], str], *more: str) -> list[str]:
    """What is read of an article of which each `every`th before had the same lines."""
    taught_by = [
        read(thing, *(more if number % every == 0 else ()), inside=inside(thing) if number % every == 0 else "")
        for number, thing in enumerate(THINGS)
    ]
    one = read("mirror", *more, inside=inside("mirror"), memory=taught(*taught_by))
    return text_of(one.body).splitlines()


@pytest.mark.parametrize("every", [1, 2, 3])
@pytest.mark.parametrize("heading", ["<p>{}</p>", "<p><strong>{}</strong></p>", "<div class=ask><p>{}</p></div>"])
def test_questions_that_return_every_week_stay(every: int, heading: str) -> None:
    """A question that every article asks stays over its answer, in whatever element."""
    said = kept(every, lambda thing: answers(thing, heading))
    assert [line for line in said if line in QUESTIONS] == list(QUESTIONS)


@pytest.mark.parametrize("every", [1, 2])
def test_lines_that_every_recipe_has_stay(every: int) -> None:
    """A line that returns in each recipe stays in a list with lines of its own, and as a step between two others."""
    said = "\n".join(kept(every, recipe))
    assert (SALT in said, STEP in said) == (True, True)


def test_background_between_paragraphs_stays() -> None:
    """A paragraph that half of the articles have, or all, is part of a story that goes on after it."""
    for every in (1, 2):
        assert BACKGROUND in kept(every, lambda thing: f"<p>{story(f'{thing}s')[0]}</p><p>{BACKGROUND}</p>")


def test_a_last_line_that_half_of_the_articles_have_stays() -> None:
    """A short last line that stands on every second article ends a story; what ends all of them is clutter."""
    assert kept(2, lambda thing: "", HOME)[-1] == HOME
    assert BOX not in kept(1, lambda thing: "", BOX)


def test_a_box_among_the_paragraphs_goes() -> None:
    """What every article has in an element of its own is left out between two paragraphs, too."""
    box = f"<div class=box><p>{BOX}</p></div>"
    assert BOX not in kept(1, lambda thing: f"<p>{story(f'{thing}s')[0]}</p>{box}")


@pytest.mark.parametrize("tag", ["h4", "p"])
def test_a_plea_longer_than_the_story_goes_whole(tag: str) -> None:
    """What stands on nearly all articles in a box of its own goes however short the story around it is, with its
    heading and with lines of a word or two.
    """
    sentences = (BOX, f"{BACKGROUND} The paper asks for more.", f"{BACKGROUND} It thanks those who give.")
    plea = "".join(f"<p>{sentence}</p>" for sentence in sentences * 2)
    box = f"<div class=message><{tag}>A message from the paper:</{tag}><p>Dear readers,</p>{plea}</div>"
    said = kept(1, lambda thing: f"<p>{story(f'{thing}s')[0]}</p>{box}<p>{story(f'{thing}s')[1]}</p>")
    assert not {"A message from the paper:", "Dear readers,", *sentences} & set(said)
    assert {story("mirrors")[0], story("mirrors")[1]} <= set(said)


def test_of_a_text_of_which_most_returns_nothing_goes() -> None:
    """Where what other articles have is more than half of what the model takes, all of it stays: no article is emptied
    by the memory of its site.
    """
    pleas = tuple(
        f"Our readers pay for this {name} together, and the next issue of it depends on whether you join them before "
        f"the {name} goes to press on Friday, said the board of the {name} last week."
        for name in ("paper", "weekly", "journal", "review", "bulletin")
    )
    memory = taught(*(read(thing, *pleas) for thing in THINGS[:6]))
    assert set(pleas) <= set(text_of(read(THINGS[6], *pleas, memory=memory).body).splitlines())
    assert pleas[0] not in text_of(read(THINGS[6], pleas[0], memory=memory).body)
