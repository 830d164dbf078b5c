"""The cases, tried: all those of a mode are crawled at once, and each has what it asks for."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from mtcrawler.answers.error_page import NOWHERE
from mtcrawler.storage.location import Location
from tests.web_cases.case import Case, Mode, cases
from tests.web_cases.edition import Crawled, crawled

CASES = cases()
MODES: tuple[Mode, ...] = ("http", "browser")
Crawl = Callable[[Mode], Crawled]


@pytest.fixture(scope="module")
def crawls(maker: tuple[Location, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """The crawl of all cases of a mode, made when it is first asked for."""
    location, client = maker
    made = []

    @cache
    def crawl_in(mode: Mode) -> Crawled:
        name = f"cases-{mode}-{secrets.token_hex(4)}"
        client.create_bucket(Bucket=name)
        made.append(name)
        shown = [case for case in CASES if mode in case.modes]
        return crawled(shown, mode, replace(location, bucket=name, label=name), tmp_path_factory.mktemp(name))

    yield crawl_in
    for name in made:
        client.delete_bucket(Bucket=name)


def value(article: dict[str, Any], name: str) -> Any:
    """The field of this dotted name."""
    found: Any = article
    for part in name.split("."):
        found = found[part]
    return found


@pytest.mark.parametrize(
    ("case", "mode"), [pytest.param(case, mode, id=f"{case.name}-{mode}") for case in CASES for mode in case.modes]
)
def test_a_case_holds(case: Case, mode: Mode, crawls: Crawl) -> None:
    """Exactly a case's articles are stored, each under its address, and what is asked for is what its site names."""
    done = crawls(mode)
    here = {url: one for url, one in done.stored.items() if f"/{case.name}/" in url}
    assert set(here) == set(case.stored), case.about
    for url, page in case.stored.items():
        assert here[url]["headline"] == page.title, case.about
        assert page.word in here[url]["text"], case.about
        assert {name: value(here[url], name) for name in page.fields} == page.fields, case.about
    asked = {path: number for path, number in done.asked.items() if path.startswith(f"/{case.name}/")}
    probes = {path for path in asked if path.endswith(NOWHERE)}  # one of the crawl, whichever case it falls to
    assert asked.keys() - probes == case.served.keys(), case.about
    most = {f"/{case.name}{path}": number for path, number in case.most.items()}
    assert {path: number for path, number in asked.items() if number > most.get(path, 1)} == {}, case.about


@pytest.mark.parametrize("mode", MODES)
def test_the_crawl_of_all_cases_is_done(mode: Mode, crawls: Crawl) -> None:
    """The crawl that shows them ends with 0, and each address that it found has a fate: that of what is stored."""
    run, counts = crawls(mode).run, crawls(mode).counts
    assert run.code == 0, run.said
    assert "Traceback" not in run.said
    assert sum(counts["found"].values()) == sum(counts["fates"].values())
    assert counts["fates"]["new"] == counts["stored"]["new"] == len(crawls(mode).stored)


def test_a_second_crawl_asks_for_no_page_again(crawls: Crawl) -> None:
    """Whatever an address is spelt like and whatever a page declares, an article that is known is left alone."""
    pages = {f"/{case.name}{page.path}" for case in CASES for page in case.pages}
    again = crawls("http").again
    assert again["/robots.txt"]
    assert pages & again.keys() == set()
