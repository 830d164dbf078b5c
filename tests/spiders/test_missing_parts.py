"""What answers in the place of a part: it is joined where it is the article's, and asked for again if it may come."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles
from tests.fixtures.moody import PROSE, Moody, Said, accounts, crawled, moody, story

PATH: Final = "/2026/11/20/light"
SECOND: Final = f"{PATH}?page=2"
MORE: Final = "The second part tells at length what the keeper of the light said when he was asked about it all."
NEXT: Final = f"<p><a href='{SECOND}'>Next page</a></p>"
FIRST: Final = story("light", more=NEXT)
OTHER: Final = story("snow", more="<p>Snow fell on the hills all night, said the warden of the hut.</p>")


def page(text: str, title: str = "The light | The Paper", headline: str = "The light") -> Said:
    """A page that declares nothing."""
    return Said(
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body><article><h1>{headline}</h1>"
        f"<p>{text}</p><p><a href='{PATH}'>Previous page</a></p></article></body></html>"
    )


def texts_of(bucket: Location, path: str = PATH) -> tuple[list[str], dict[str, Any]]:
    """The paragraphs of the article at a path, and who may read it."""
    (article,) = (one for one in articles(bucket).values() if one["canonical_url"].endswith(path))
    return [block["text"] for block in article["body"] if block["type"] == "paragraph"], article["access"]


def looked(paper: Moody, bucket: Location, var: Path, hour: int, **more: str) -> tuple[int, dict[str, Any]]:
    """A crawl at that hour of the day after: how it ended, and its record."""
    paper.hits.clear()
    now = f"2026-11-21T{hour}:00:00+00:00"
    found, told = crawled(paper, bucket, var, E_MTCRAWLER_NOW=now, S_RETRY_TIMES="0", **more)
    return found.code, told


def test_labels_of_the_pager_are_no_text(bucket: Location, tmp_path: Path) -> None:
    """An article of several parts says nowhere that there is a next page, or one before."""
    with moody({PATH: FIRST, SECOND: page(MORE)}) as paper:
        paper.lists(PATH)
        crawled(paper, bucket, tmp_path)
    texts, access = texts_of(bucket)
    assert texts == [f"Light: {PROSE}".strip(), MORE]
    assert access["complete"]


def test_no_part_is_lost_where_a_site_counts_from_nought(bucket: Location, tmp_path: Path) -> None:
    """Page 1 is the second part and page 2 the third where the links say so; all are joined."""
    row = f"<a href='{PATH}'>1</a> <a href='{PATH}?page=1'>2</a> <a href='{PATH}?page=2'>3</a>"
    third = MORE.replace("second", "third").replace("keeper", "master")
    pages = {PATH: story("light", more=f"<div class=pager>{row}</div>")}
    for number, text in ((1, MORE), (2, third)):
        pages[f"{PATH}?page={number}"] = Said(str(page(text).body).replace("</article>", f"{row}</article>"))
    with moody(pages) as paper:
        paper.lists(PATH)
        crawled(paper, bucket, tmp_path)
    assert texts_of(bucket)[0][-2:] == [MORE, third]


@pytest.mark.parametrize(
    "answer",
    [
        Said("", 302, headers={"Location": "/2026/11/20/snow"}),
        Said("", 302, headers={"Location": "/"}),
        page("I never liked that ferry, nor those who run it.", "Readers say", "Readers say"),
    ],
    ids="story home comments".split(),
)
def test_another_page_is_not_joined(bucket: Location, tmp_path: Path, answer: Said) -> None:
    """What is at another address, or has another headline, is no part: the article says that it is not complete."""
    front = Said("<title>The Paper</title><h1>The Paper</h1><p>All that is new today.</p>")
    with moody({"/": front, PATH: FIRST, SECOND: answer, "/2026/11/20/snow": OTHER}) as paper:
        paper.lists(PATH)
        crawled(paper, bucket, tmp_path)
    texts, access = texts_of(bucket)
    assert set(texts) <= {f"Light: {PROSE}".strip(), "Next page"}
    assert not access["complete"]


@pytest.mark.slow
def test_a_part_that_leads_to_the_first_is_none(bucket: Location, tmp_path: Path) -> None:
    """Where the next page is the first one again, the article is whole."""
    with moody({PATH: FIRST, SECOND: Said("", 302, headers={"Location": PATH})}) as paper:
        paper.lists(PATH)
        _, told = crawled(paper, bucket, tmp_path)
    assert texts_of(bucket)[1]["complete"]
    assert told["outcome"] == "done"


@pytest.mark.slow
@pytest.mark.parametrize("gone", [404, 410, None], ids=["404", "410", "robots.txt"])
def test_a_part_that_the_site_does_not_give_is_no_error(bucket: Location, tmp_path: Path, gone: int | None) -> None:
    """The article is stored as not complete and the part is counted; the run is done, and tries it not once more."""
    pages = {PATH: FIRST, SECOND: Said("<h1>Gone</h1>", gone) if gone else page(MORE)}
    if gone is None:
        pages["/robots.txt"] = Said("User-agent: *\nDisallow: /*?page=\n", kind="text/plain")
    with moody(pages) as paper:
        paper.lists(PATH)
        code, told = looked(paper, bucket, tmp_path, 12)
        assert (code, told["counts"]["errors"], told["counts"]["parts_withheld"]) == (0, {}, 1)
        assert accounts(told) == {"new": 1}
        assert accounts(looked(paper, bucket, tmp_path, 13)[1]) == {"not due": 1}
    evidence = [one["value"] for one in texts_of(bucket)[1]["evidence"] if one["signal"] == "part missing"]
    said = f"the site answered {gone}" if gone else "robots.txt forbids to ask for it"
    assert evidence == [f"part 2: {said}"]


@pytest.mark.slow
@pytest.mark.parametrize("day", ["2026-11-20", "2026-09-20"])
def test_the_next_run_asks_for_what_did_not_come(bucket: Location, tmp_path: Path, day: str) -> None:
    """An article of which a part failed is asked for again at once, however old it is, and once it is whole no more."""
    path = f"/{day.replace('-', '/')}/light"
    first = Said(str(FIRST.body).replace(PATH, path).replace("2026-11-20T", f"{day}T"))
    second = Said(str(page(MORE).body).replace(PATH, path))
    with moody({path: first, f"{path}?page=2": Said("Oops", 500)}) as paper:
        paper.lists(path)
        code, told = looked(paper, bucket, tmp_path, 12, since="2026-09-01")
        assert (code, told["counts"]["errors"]) == (11, {"PartMissing": 1})
        paper.answers[f"{path}?page=2"] = second
        code, told = looked(paper, bucket, tmp_path, 13)
        assert code == 0
        assert texts_of(bucket, path)[0][-1] == MORE
        assert texts_of(bucket, path)[1]["complete"]
        looked(paper, bucket, tmp_path, 14)
        assert path not in paper.hits
