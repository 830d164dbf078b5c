"""Pages that many articles redirect to: asked for once where they are none, and never in the way of the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.crawl.test_answers import BESIDE, DAY, OOPS
from tests.fixtures.crawl import articles
from tests.fixtures.moody import HOME, Moody, Said, accounts, crawled, moody, story

LOGIN = "/login?next=x"
LATER = "2026-11-21T12:00:00+00:00"
FADES = "<html><head><meta http-equiv=refresh content='0; url={}'></head><body></body></html>"


def leading(end: str, number: int = 6) -> dict[str, Said]:
    """Articles that redirect to this address."""
    return {f"{DAY}/{end[1:5]}-{n}": Said("", 302, headers={"Location": end}) for n in range(number)}


def listed(paper: Moody, *paths: str) -> None:
    """Have the paper name a good article, too."""
    paper.answers[f"{DAY}/ice"] = story("ice")
    paper.lists(f"{DAY}/ice", *paths)


@pytest.mark.parametrize(("end", "page", "fate"), [(LOGIN, BESIDE[LOGIN], "login page"), ("/lost", OOPS, "missing")])
def test_an_end_that_is_no_article_is_asked_for_once(
    end: str, page: Said, fate: str, bucket: Location, tmp_path: Path
) -> None:
    """A login page and an error page answer for every article that leads to them, and count as if each had asked."""
    paths = leading(end)
    with moody({**paths, end: page}) as paper:
        listed(paper, *paths)
        run, told = crawled(paper, bucket, tmp_path)
        assert accounts(told) == {"new": 1, fate: len(paths)}
        assert paper.hits[end] == 1
        errors = {one["name"]: one["count"] for one in told["errors"]}
        assert (run.code, errors) == ((0, {}) if fate == "missing" else (11, {fate: len(paths)})), run.said


def test_an_end_that_leads_further_is_asked_for_each_time(bucket: Location, tmp_path: Path) -> None:
    """A silent sign-in answers each article in its own way."""
    paths = leading("/check", 3)
    with moody({**paths, "/check": Said("", 302, headers={"Location": f"{DAY}/ice"})}) as paper:
        listed(paper, *paths)
        crawled(paper, bucket, tmp_path)
        assert paper.hits["/check"] == 3


@pytest.mark.parametrize(
    "page", [Said("<h1>500</h1>", 500), Said(FADES.format(LOGIN)), Said("%PDF-1.7", kind="application/pdf")]
)
def test_an_end_that_fails_or_fades_holds_up_nobody(page: Said, bucket: Location, tmp_path: Path) -> None:
    """Where an end fails, names another page or is a file, the run ends and each address has its fate."""
    paths = leading("/away", 4)
    with moody({**paths, "/away": page, LOGIN: BESIDE[LOGIN]}) as paper:
        listed(paper, *paths)
        run, told = crawled(paper, bucket, tmp_path, S_STALLED_AFTER="20", S_RETRY_TIMES="0")
        assert sum(accounts(told).values()) == 5
        assert run.code == (0 if page.kind == "application/pdf" else 11), run.said


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["http", "auto"])
def test_known_articles_that_all_lead_to_one_page_end_the_run(mode: str, bucket: Location, tmp_path: Path) -> None:
    """Articles that were stored and are asked for conditionally wait for no answer that nobody reads."""
    paths = leading(LOGIN, 3)
    first = {path: replace(story(path[-6:], day="2026-11-21"), headers={"ETag": f'"{path[-1]}"'}) for path in paths}
    with moody(first) as paper:
        listed(paper, *paths)
        crawled(paper, bucket, tmp_path, S_RENDER_MODE=mode)
        paper.answers |= {**paths, LOGIN: BESIDE[LOGIN]}
        given = {"S_RENDER_MODE": mode, "S_STALLED_AFTER": "30", "E_MTCRAWLER_NOW": LATER}
        run, told = crawled(paper, bucket, tmp_path, **given)
        assert accounts(told)["login page"] == 3, run.said
    assert len(articles(bucket)) == 4


def test_one_address_that_leads_nowhere_says_nothing_of_another(bucket: Location, tmp_path: Path) -> None:
    """A page of the site in the place of one article may be the very page that another address was asked for."""
    promo = story("promo")
    leads = {path: Said("", 302, headers={"Location": "/promo"}) for path in (f"{DAY}/a", "/go/b")}
    with moody({**leads, "/promo": promo}) as paper:
        _, told = crawled(paper, bucket, tmp_path, url=f"{HOME}{DAY}/a,{HOME}/go/b")
        assert accounts(told).get("new") == 1, told["counts"]["fates"]
