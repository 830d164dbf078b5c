"""Laws of the model: what it is made of, how it is evaluated, and that it can be trusted to be what it says."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import numpy as np
import pytest

from benchmarks.extraction import FOLDERS, fold_model
from mtcrawler.extraction.any_site.confidence import cautious
from mtcrawler.extraction.body.features import VERSION
from mtcrawler.extraction.body.model import WEIGHTS, Model, chosen
from mtcrawler.extraction.body.segments import segments_of
from mtcrawler.extraction.body.trees import Trees, likelihood
from mtcrawler.markup.document import parsed
from tests.extraction.any_site.pages import STORY, URL, page, paragraphs
from tools.training.samples import samples_of

MANIFEST = WEIGHTS.with_name("manifest.json")


def a_tree() -> Trees:
    """One tree: below 1.5 in the second column -1, else below 0.5 in the first 2, else 3."""
    arrays = {
        "t_feature": np.array([1, -1, 0, -1, -1]),
        "t_threshold": np.array([1.5, 0, 0.5, 0, 0]),
        "t_left": np.array([1, 1, 3, 3, 4]),
        "t_value": np.array([0, -1.0, 0, 2.0, 3.0]),
        "t_roots": np.array([0]),
        "t_start": np.array(0.25),
        "t_depth": np.array(2),
    }
    return Trees(arrays, "t")


def test_a_row_ends_on_the_leaf_that_its_values_lead_to() -> None:
    """A value up to the threshold goes left, a larger one right, and the leaf's value is added to the start."""
    rows = np.array([[0.0, 1.5], [0.5, 2.0], [0.6, 2.0]], np.float32)
    assert a_tree().log_odds(rows).tolist() == [-0.75, 2.25, 3.25]
    assert likelihood(np.array([0.0])).tolist() == [0.5]


def test_weights_of_other_features_are_refused() -> None:
    """A model that was learned from other features does not read pages wrongly: it says what to do."""
    with np.load(WEIGHTS) as arrays, pytest.raises(ValueError, match="make train"):
        Model({**arrays, "version": np.array(VERSION + 1)})


def test_the_model_is_small_and_says_where_it_comes_from() -> None:
    """The weights have at most a megabyte; the manifest names sets, licences and scores, and nothing of the pages."""
    told = json.loads(MANIFEST.read_text("utf-8"))
    assert WEIGHTS.stat().st_size <= 1_000_000
    assert told["features"] == VERSION
    assert all(one["licence"] and one["from"] and one["pages"] for one in told["sets"].values())
    assert all(score > 0.9 for score in told["scores"]["text F1"].values())


def test_lists_are_no_articles_and_news_are() -> None:
    """On unseen hosts at most 3 % of lists are called articles; at most 1 % of news and 7 % of guides are refused."""
    told = json.loads(MANIFEST.read_text("utf-8"))
    kind, sets = told["scores"]["kind"], told["sets"]
    assert (kind["listing called article"] + kind["collection called article"]) / 2 <= 0.03
    news = {name: sets[name]["pages"] for name in ("aeb", "atf", "ff-dev")}
    assert sum(kind[f"{name} refused"] * pages for name, pages in news.items()) <= 0.01 * sum(news.values())
    assert kind["wcxb-dev refused"] <= 0.07


@pytest.mark.parametrize("fold", range(4))
def test_every_fold_has_a_model_for_measuring(fold: int) -> None:
    """Each quarter of the hosts has a model that did not see it."""
    assert Path(FOLDERS / f"{fold}.npz").stat().st_size <= 1_000_000
    assert fold_model(fold).words


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("one<br><br>two <b>three</b><br>four", ["one", "two three\nfour"]),
        ("<div>a<p>b</p>c</div>", ["a", "b", "c"]),
        ("<span>a<div>b</div></span>c", ["a", "b", "c"]),
        ("<p>a<script>x</script><style>y</style>b</p>", ["ab"]),
        ("<p>a<span class='visually-hidden'> for machines</span></p>", ["a"]),
        ("<p>a<span style='position: absolute; clip: rect(0px, 0px, 0px, 0px)'>, new tab</span></p>", ["a"]),
        ("<p>a<span style='clip-path: inset(50%)'>, new tab</span></p>", ["a"]),
        ("<h3><button>a</button></h3><p>b</p><button>c</button>", ["a", "b"]),
        ("<p data-mtcrawler-hidden>a</p><p>b</p>", ["b"]),
        ("<nav><a>menu</a></nav><p>b</p>", ["b"]),
        (f"<nav><a>menu</a><main><p>{STORY[0]}</p></main></nav>", ["menu", STORY[0]]),
        ("<p></p> <p>\xa0</p>", []),
    ],
    ids="breaks loose inline scripts machines clipped inset unfolding unseen menu unclosed empty".split(),
)
def test_a_segment_is_a_run_of_text(markup: str, texts: list[str]) -> None:
    """Blocks and double line breaks part the text of a page; what nobody sees is none."""
    assert [segment.text for segment in segments_of(parsed(f"<html><body>{markup}</body></html>")).texts] == texts


def test_a_sure_text_is_said_to_be_sure_with_caution() -> None:
    """Up to 0.8 a text is said to be as likely right as the model takes it; more than 0.9 is said of fewer texts."""
    assert [cautious(given) for given in (0.0, 0.3, 0.8, 1.0)] == [0.0, 0.3, 0.8, 1.0]
    assert cautious(0.969) < 0.9 <= cautious(0.971) < 0.95
    told = [cautious(step / 100) for step in range(101)]
    assert told == sorted(told)


def test_segments_know_how_much_of_them_is_linked_and_bold() -> None:
    """The shares are of the characters that are no blanks at the ends."""
    (segment,) = segments_of(parsed("<p>abcd<a>efgh</a><b>ijkl<a>mnop</a></b></p>")).texts
    assert (segment.linked, segment.strong) == (0.5, 0.5)


def test_depth_costs_nothing() -> None:
    """A page that nests as deep as the parser allows is walked without recursion."""
    assert [one.text for one in segments_of(parsed("<div>" * 1500 + "deep")).texts] == ["deep"]


def test_a_page_that_teaches_is_chosen_from_as_one_that_is_read(tmp_path: Path) -> None:
    """Without their page, too, the segments of a sample tell what one flow says twice, quotations and code."""
    shown = paragraphs(STORY[:3]) + "<pre>lamp = 22</pre>" + paragraphs((*STORY[3:], STORY[0]))
    row = {"id": "1", "url": URL, "html": page(shown), "text": "\n".join(STORY)}
    with lzma.open(tmp_path / "own.jsonl.xz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    (sample,) = samples_of(tmp_path / "own.jsonl.xz")
    found = [sample.page.segments[index].text for index in chosen(sample.page, sample.ours)]
    assert found == [*STORY[:3], "lamp = 22", *STORY[3:], STORY[0]]
