"""Laws of what the model knows around a segment: its neighbours' likelihood, and the text that the page declares."""

from __future__ import annotations

import numpy as np
import pytest

from mtcrawler.extraction.any_site.edges import is_tail
from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.body.context import context_of
from mtcrawler.extraction.body.declared_text import LEAST, declared_in
from mtcrawler.extraction.body.features import lift_of
from mtcrawler.extraction.body.model import OPEN, second_likelihood
from mtcrawler.extraction.body.neighbours import kinds_of, reach, shifted, windowed
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.body.trees import Trees, likelihood
from mtcrawler.extraction.body.words import words_of
from mtcrawler.markup.document import parsed
from tests.extraction.any_site.pages import STORY, URL, linked, page


def observed(markup: str) -> Observation:
    return Observation(parsed(f"<html><body>{markup}</body></html>"), [], [])


def test_a_heading_knows_how_likely_the_text_under_it_is() -> None:
    """The likelihood of the next text that is no heading, and of the last one before, is among a segment's features."""
    seen = observed(f"<p>{STORY[0]}</p><h2>The vote</h2><h3>At night</h3><p>{STORY[1]}</p><p>menu</p>")
    rows = context_of(seen, np.array([2.0, 0.0, 0.0, 3.0, -3.0]))
    for value in likelihood(np.array([2.0, 3.0])):
        assert any(np.allclose(rows[1:3, column], value) for column in range(rows.shape[1]))


def test_a_page_without_text_has_no_rows() -> None:
    """Nothing is divided by nothing where a page is empty or says one thing alone."""
    assert len(context_of(observed(""), np.zeros(0))) == 0
    assert np.isfinite(context_of(observed("<p>one</p>"), np.array([1.0]))).all()


def test_words_against_all_of_a_page_are_none_against_its_story() -> None:
    """Where words and names speak against every text alike, the likeliest paragraphs get the benefit, and no others."""
    seen = observed(f"<ul><li>Home</li></ul><div>{'<br><br>'.join(STORY)}</div><p>{STORY[0]} So they say.</p>")
    sums = np.array([-29.0, *(-17.0 for _ in STORY), -24.0])
    assert (lift_of(seen, sums), lift_of(seen, sums + 20.0)) == (17.0, 0.0)
    assert lift_of(observed("<ul><li>Home</li></ul>"), np.array([-9.0])) == 0.0


def test_the_second_trees_leave_alone_what_is_lost() -> None:
    """A segment that the first trees are sure of not to be the article's is not asked about again."""
    leaf = {"feature": [-1], "threshold": [0.0], "left": [0], "value": [5.0], "roots": [0], "start": 0.0, "depth": 0}
    trees = Trees({f"t_{name}": np.array(value) for name, value in leaf.items()}, "t")
    seen = observed("<p>one</p><p>two</p>")
    odds = np.array([OPEN - 1, OPEN + 1])
    found = second_likelihood(trees, seen, np.zeros((2, 1), np.float32), odds)
    assert found.tolist() == likelihood(np.array([OPEN - 1, 5.0])).tolist()


def test_shares_of_a_declared_text_are_those_of_runs_of_four_words() -> None:
    """A segment knows which share of it the declared text says, a short one whether it stands there at all."""
    lines = [STORY[0], f"{STORY[1]} Read more about it here.", "the council", "Share"]
    words = [words_of(line) for line in lines]
    found = declared_in(" ".join(STORY), words)
    assert found.words == len(words_of(" ".join(STORY)))
    assert (found.shares[0], found.shares[2:]) == (1.0, [0.5, 0.0])
    assert 0.7 < found.shares[1] < 1.0


def test_a_summary_is_no_declared_text() -> None:
    """A few declared words say nothing of what the text is."""
    assert declared_in("word " * (LEAST - 1), [["word"]]) == (0, [])


def test_what_is_declared_reaches_the_model_without_markup() -> None:
    """The model is told of the text in JSON-LD as plain text, of this article alone."""
    head = linked(articleBody=f"<p>{' '.join(STORY)}</p>", url=URL)
    read = AnySiteExtractor(undescribed("https://paper.example")).extract(page(head=head), URL, {})
    shares = dict(zip(read.observation.plain, read.observation.declared.shares, strict=True))
    assert [shares[" ".join(words_of(text))] for text in STORY] == [1.0] * len(STORY)


@pytest.mark.parametrize(
    ("by", "moved"), [(1, [0, 1, 2]), (-1, [2, 3, 0]), (5, [0, 0, 0])], ids=["before", "after", "beyond"]
)
def test_neighbours_past_an_end_are_nothing(by: int, moved: list[int]) -> None:
    """A column is moved along the page, and what would come from beyond its ends is 0."""
    assert shifted(np.array([1, 2, 3]), by).tolist() == moved


def test_sums_and_distances_end_with_the_page() -> None:
    """A window holds the segments on both sides; the nearest likely paragraphs are those at the distance they have."""
    assert windowed(np.array([1.0, 2.0, 4.0, 8.0]), 1).tolist() == [3.0, 7.0, 14.0, 12.0]
    ahead, behind, share = reach(np.array([0.1, 0.9, 0.1]), np.array([100.0, 100.0, 100.0])).T
    assert (ahead.tolist()[:2], behind.tolist()[1:]) == ([1.0, 0.0], [0.0, 1.0])
    assert share.tolist() == sorted(share.tolist())


def test_what_is_marked_alike_is_of_one_kind() -> None:
    """Segments with the same tag and names in the same sort of element are of one kind, with other names of another."""
    seen = observed("<div><p class='a'>one</p><p class='a'>two</p><p class='b'>three</p></div>")
    one, two, three = kinds_of(seen)
    assert one == two != three


def test_a_link_and_a_label_in_one_segment_end_no_text() -> None:
    """Lines of one segment after the text that are links, or in bold what heads them, are none of it; a sentence is."""
    ends = ["<a href='/p'>Print</a><br><b>Read more</b>", "<a href='/p'>Print</a> it.", "<b>Ostervik</b> said no"]
    assert [is_tail(observed(f"<div>{one}</div>").segments[0], bare=True) for one in ends] == [True, False, False]
