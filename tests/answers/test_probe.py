"""What comes of pages that do not say what they are while the site does not say how its error page looks."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles
from tests.fixtures.moody import HOME, PROSE, Moody, Said, accounts, crawled, moody

DAY = "/2026/11/20"
NOWHERE = f"{DAY}/no-such-page-asks-mtcrawler"
FRONT = Said("<title>The Paper</title><p>All of today's news.</p>")
SAILED = Said("<title>The Paper</title><h1>This has sailed</h1><p>Nobody knows where it went, try another.</p>")
PLAIN = Said(
    "<!doctype html><html lang=en><head><title>The ferry</title></head><body><article><h1>The ferry</h1>"
    f"<p>{PROSE}</p><p>{PROSE.replace('ferry', 'boat').replace('island', 'mainland')}</p>"
    "<p>The council meets on Friday to say what it will cost, and who pays for it when the ice has gone.</p></article>"
)


def run(paper: Moody, bucket: Location, var: Path, day: str) -> tuple[int, dict[str, int]]:
    """The exit code of a crawl at noon of that day, and its accounts."""
    found, told = crawled(paper, bucket, var, E_MTCRAWLER_NOW=f"2026-11-{day}T12:00:00+00:00")
    return found.code, accounts(told)


@pytest.mark.slow
@pytest.mark.parametrize(
    "fails", [Said("<h1>500</h1>", 500), Said("<title>Just a moment...</title><script>x</script>")]
)
def test_where_the_site_fails_to_say_how_pages_wait_and_are_named(
    fails: Said, bucket: Location, tmp_path: Path
) -> None:
    """Nothing undeclared is stored or remembered until the site has answered for an address that cannot exist."""
    with moody({"/": FRONT, f"{DAY}/ferry": PLAIN, f"{DAY}/gone": SAILED, NOWHERE: fails}) as paper:
        paper.lists(f"{DAY}/ferry", f"{DAY}/gone")
        assert run(paper, bucket, tmp_path, "21") == (13, {"not compared": 2})
        assert articles(bucket) == {}
        paper.answers[NOWHERE] = SAILED
        assert run(paper, bucket, tmp_path, "21") == (0, {"new": 1, "missing": 1})
    assert set(articles(bucket)) == {f"{HOME}{DAY}/ferry"}


@pytest.mark.slow
def test_a_site_that_always_fails_so_is_believed_after_days(bucket: Location, tmp_path: Path) -> None:
    """A site that answers 500 for what it does not have loses no article by it."""
    with moody({"/": FRONT, f"{DAY}/ferry": PLAIN, NOWHERE: Said("<h1>500</h1>", 500)}) as paper:
        paper.lists(f"{DAY}/ferry")
        assert run(paper, bucket, tmp_path, "21") == (13, {"not compared": 1})
        assert run(paper, bucket, tmp_path, "23") == (13, {"not compared": 1})
        assert run(paper, bucket, tmp_path, "25") == (0, {"new": 1})


@pytest.mark.parametrize("status", [420, 429, 503])
def test_a_site_that_asks_to_wait_is_asked_again(status: int, bucket: Location, tmp_path: Path) -> None:
    """To be told to wait is no answer for an address that cannot exist: it is asked for again, and no page is lost."""
    busy = Said("<h1>Sailed</h1>", 404, first=Said("<h1>Busy</h1>", status))
    with moody({"/": FRONT, f"{DAY}/ferry": PLAIN, NOWHERE: busy}) as paper:
        paper.lists(f"{DAY}/ferry")
        assert run(paper, bucket, tmp_path, "21") == (0, {"new": 1})
        assert paper.hits[NOWHERE] == 2


@pytest.mark.parametrize(
    "says",
    [
        Said("<h1>Forbidden</h1>", 403),
        Said("no such page", kind="text/plain"),
        Said("", 302, headers={"Location": "/"}),
    ],
)
def test_a_site_may_say_in_many_ways_that_it_has_no_page(says: Said, bucket: Location, tmp_path: Path) -> None:
    """Another refusal, a file or a redirect is an answer, and no article waits for another."""
    with moody({"/": FRONT, "/sailed": SAILED, f"{DAY}/ferry": PLAIN, NOWHERE: says}) as paper:
        paper.lists(f"{DAY}/ferry")
        assert run(paper, bucket, tmp_path, "21") == (0, {"new": 1})
