"""Articles that go on over several pages: joined in order, once, and never passed off as whole where a part lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.fixtures.moody import HOME, Moody, Said, accounts, crawled, described_in, moody

PATH: Final = "/2026/11/20/how-the-lighthouse-was-built"
TEXTS: Final = [
    [
        f"Part {part}, line {line}: the masons of the old town carried the stones for the lighthouse over the ice, and "
        f"nobody who saw it that winter forgot the number {part * 100 + line} that was cut into the last of them."
        for line in range(1, 5)
    ]
    for part in range(1, 5)
]
BYLINE: Final = "Ingrid Solheim"


def part(number: int, last: int, *, repeats: bool = True) -> Said:
    """A part of the article with links to the others; each repeats the first line of the first."""
    lines = TEXTS[number - 1] if number == 1 or not repeats else [TEXTS[0][0], *TEXTS[number - 1]]
    told = "".join(f"<p>{line}</p>" for line in lines)
    links = "".join(f"<a href='{PATH}{f'?page={one}' if one > 1 else ''}'>{one}</a> " for one in range(1, last + 1))
    return Said(
        "<!doctype html><html lang=en><head><title>How the lighthouse was built</title>"
        "<meta property=og:type content=article>"
        '<meta property="article:published_time" content="2026-11-20T09:00:00+01:00"></head><body>'
        f"<article><h1>How the lighthouse was built</h1><p class=byline>By {BYLINE}</p>{told}"
        f"<div class=pagination>{links}</div></article><footer><p>All rights reserved.</p></footer></body></html>"
    )


def parted(last: int) -> dict[str, Said]:
    """The pages of an article of so many parts."""
    return {f"{PATH}{f'?page={number}' if number > 1 else ''}": part(number, last) for number in range(1, last + 1)}


def lines_of(article: dict[str, Any]) -> list[str]:
    """The paragraphs of a stored article."""
    return [block["text"] for block in article["body"] if block["type"] == "paragraph"]


def of_described(paper: Moody, bucket: Location, var: Path) -> dict[str, Any]:
    paper.lists(PATH)
    _, told = crawled(paper, bucket, var)
    return told


def of_undescribed(paper: Moody, bucket: Location, var: Path) -> dict[str, Any]:
    """The front page leads to the article and, as some lists do, to one of its parts."""
    paper.answers["/"] = Said(
        f"<html lang=en><body><h1>News</h1><ul><li><a href='{PATH}?page=3'>How it was built, in the end</a></li>"
        f"<li><a href='{PATH}'>How the lighthouse was built</a></li></ul></body></html>"
    )
    crawl("news", bucket, var, site=paper.origin, S_RENDER_MODE="http", E_MTCRAWLER_NOW="2026-11-21T10:00:00+00:00")
    return {}


@pytest.mark.parametrize("crawls", [of_described, of_undescribed], ids=["described", "undescribed"])
def test_parts_are_joined_in_their_order(bucket: Location, tmp_path: Path, crawls: Any) -> None:
    """One article has the text of all parts, what is repeated once; a part found by itself is no second article."""
    with moody(parted(3)) as paper:
        crawls(paper, bucket, tmp_path)
        (article,) = articles(bucket).values()
        assert lines_of(article) == [*TEXTS[0], *TEXTS[1], *TEXTS[2]]
        assert article["access"]["complete"]
        assert article["canonical_url"].endswith(PATH)


@pytest.mark.parametrize(
    "broken",
    [
        Said("<h1>Oops</h1>", 500),
        Said("", 200),
        Said("<h1>Half", headers={"Content-Length": "99"}),
    ],
    ids=str,
)
def test_half_an_article_is_not_passed_off_as_whole(bucket: Location, tmp_path: Path, broken: Said) -> None:
    """Where a part does not come the article has what is there, says that it is not complete and why; the run, too."""
    with moody({**parted(3), f"{PATH}?page=2": broken}) as paper:
        told = of_described(paper, bucket, tmp_path)
    (article,) = articles(bucket).values()
    assert lines_of(article) == TEXTS[0]
    assert not article["access"]["complete"]
    (evidence,) = (one for one in article["access"]["evidence"] if one["signal"] == "part missing")
    assert evidence["value"].startswith("part 2: ")
    assert told["outcome"] == "partial"
    assert told["counts"]["errors"] == {"PartMissing": 1}
    assert accounts(told) == {"new": 1}


@pytest.mark.parametrize("last", [3, 2])
def test_a_part_is_not_asked_for_again_once_its_article_is_stored(bucket: Location, tmp_path: Path, last: int) -> None:
    """A part that a source names is an alternate of its article, and the next run knows it."""
    with moody(parted(3)) as paper:
        paper.lists(f"{PATH}?page={last}")
        _, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {"new": 1, "alternate": 1}
        before = dict(paper.hits)
        _, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {"not due": 1}
        assert {path for path in paper.hits if path.startswith(PATH) and paper.hits[path] != before[path]} == set()


def test_a_part_whose_article_is_refused_is_stored_as_a_part(bucket: Location, tmp_path: Path) -> None:
    """Where the whole article is known not to come, its part is kept, and says that it is not the whole."""
    with moody({**parted(3), PATH: Said("<h1>404</h1>", 404)}) as paper:
        paper.lists(PATH)
        crawled(paper, bucket, tmp_path)
        paper.lists(f"{PATH}?page=3")
        _, told = crawled(paper, bucket, tmp_path)
    (article,) = articles(bucket).values()
    assert TEXTS[2][0] in lines_of(article)
    assert not article["access"]["complete"]
    assert accounts(told) == {"new": 1, "not due": 1}


@pytest.mark.slow
def test_a_part_has_the_fate_of_its_article(bucket: Location, tmp_path: Path) -> None:
    """A part whose article turns out to be missing is not counted as kept, and is asked for again."""
    with moody({**parted(3), PATH: Said("<h1>404</h1>", 404)}) as paper:
        paper.lists(f"{PATH}?page=3")
        _, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {"missing": 2}
        paper.answers[PATH] = part(1, 3)
        _, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_NOW="2026-11-23T10:00:00+00:00")
        assert accounts(told) == {"new": 1, "alternate": 1}


def test_a_last_page_that_shows_the_first_again_ends_the_article(bucket: Location, tmp_path: Path) -> None:
    """A link to a next page that only repeats what was there adds nothing, and nothing is missing."""
    again = part(1, 2)
    with moody({PATH: again, f"{PATH}?page=2": again}) as paper:
        told = of_described(paper, bucket, tmp_path)
    (article,) = articles(bucket).values()
    assert lines_of(article) == TEXTS[0]
    assert article["access"]["complete"]
    assert told["outcome"] == "done"


def test_parts_have_an_end(bucket: Location, tmp_path: Path) -> None:
    """An article whose parts never end is stored with as many as are fetched at most, as not complete."""
    endless = {
        f"{PATH}{f'?page={number}' if number > 1 else ''}": Said(
            "<html lang=en><head><title>The log</title></head><body><article><h1>The log</h1>"
            f"<p>Day {number}: the sea was calm in the morning, and by the evening {number} boats had come home.</p>"
            f"<a href='{PATH}?page={number + 1}'>Next page</a></article></body></html>"
        )
        for number in range(1, 60)
    }
    with moody(endless) as paper:
        of_described(paper, bucket, tmp_path)
        assert sum(path.startswith(PATH) for path in paper.hits) == 30
    (article,) = articles(bucket).values()
    assert len(lines_of(article)) == 30
    assert [one["value"] for one in article["access"]["evidence"] if one["signal"] == "part missing"] == [
        "part 31: the article has more than 30 parts"
    ]


def test_a_part_that_is_asked_for_says_that_it_is_one(bucket: Location, tmp_path: Path) -> None:
    """Whoever asks for a part by its address gets it, as a part and not as the whole article."""
    sites = described_in(tmp_path / "sites")
    with moody(parted(3)) as paper:
        crawled(paper, bucket, tmp_path, url=f"{HOME}{PATH}?page=2", E_MTCRAWLER_SITES=sites)
    (article,) = articles(bucket).values()
    assert not article["access"]["complete"]
    assert TEXTS[1][0] in lines_of(article)
