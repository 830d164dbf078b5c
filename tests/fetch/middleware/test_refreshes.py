"""Pages that lead on by themselves, by a meta tag or a script: to a page, to themselves, in circles and without end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.crawl.test_answers import DAY
from tests.fixtures.moody import HOME, Said, accounts, crawled, moody, story


def leads(end: str, delay: int = 0) -> Said:
    """A page without a word that names another one."""
    return Said(f"<html><head><meta http-equiv=refresh content='{delay}; url={DAY}/{end}'></head><body></body></html>")


def runs(script: str) -> Said:
    """A page of a script alone."""
    return Said(f"<!doctype html><html><head><title>x</title><script>{script}</script></head><body></body></html>")


def renewed(name: str, content: str) -> Said:
    """A whole article that is to be shown anew after a while, or left."""
    page = story(name)
    return replace(page, body=str(page.body).replace("<head>", f"<head><meta http-equiv=refresh content='{content}'>"))


def paper(pages: Mapping[str, Said]) -> dict[str, Said]:
    """The pages under their addresses."""
    return {f"{DAY}/{name}": page for name, page in pages.items()}


@pytest.mark.parametrize("mode", ["http", "auto", "browser"])
def test_a_meta_tag_leads_once_wherever_it_leads(mode: str, bucket: Location, tmp_path: Path) -> None:
    """What leads to an article is that article, and so is one that is to be shown anew, or left after a minute.
    Circles, chains of thirty and what leads only to itself are named and counted, and nothing is asked for in vain.
    """
    good = {
        "moved": leads("ferry"),
        "waits": leads("late", 3),
        "short-0": leads("short-1"),
        "self": renewed("self", f"60; url={DAY}/self"),
        "soon": renewed("soon", f"3; url={HOME}{DAY}/soon#top"),
        "idle": renewed("idle", "60; url=/"),
    }
    ends = {"ferry": story("ferry"), "late": story("late"), "short-1": leads("short-2"), "short-2": story("second")}
    chain = {f"chain-{number}": leads(f"chain-{number + 1}") for number in range(1, 30)}
    bad = {"one": leads("two"), "chain-0": leads("chain-1"), "never": leads("never")}
    with moody(paper({**good, **ends, **bad, **chain, "two": leads("one"), "chain-30": story("last")})) as site:
        site.lists(*paper({**good, **bad}))
        run, told = crawled(site, bucket, tmp_path, S_RENDER_MODE=mode)
        assert (accounts(told), run.code) == ({"new": 6, "redirect loop": 2, "blocked": 1}, 11), run.said
        assert {one["name"]: one["count"] for one in told["errors"]} == {"redirect loop": 2, "blocked": 1}
        most = {} if mode == "http" else {f"{DAY}/one": 2, f"{DAY}/never": 4}
        if mode != "auto":  # which asks for what failed over HTTP in the browser, too
            assert {path for path, times in site.hits.items() if times > most.get(path, 1)} == set()
        assert (site.hits["/"], site.hits[f"{DAY}/chain-21"], max(site.hits.values()) <= 5) == (0, 0, True)


@pytest.mark.parametrize("times", [1, 3])
def test_scripts_in_a_circle_are_named(times: int, bucket: Location, tmp_path: Path) -> None:
    """Scripts that lead to each other or reload their page without end are cut; those that reload it once or up to
    three times, and set a cookie each time, are not.
    """
    # A cookie of its own each time, and the one that lets it in at last.
    lock = runs(
        "const times = (document.cookie.split('times=')[1] || '') + 'x'; document.cookie = `times=${times}; path=/`;"
        f"if (times.length === {times}) document.cookie = 'let=in; path=/'; location.reload()"
    )
    pages = {
        "one": runs(f"location.href = '{DAY}/two'"),
        "two": runs(f"location.href = '{DAY}/one'"),
        "again": runs("location.reload()"),
        "ferry": replace(story("ferry"), locked=lock),
    }
    with moody(paper(pages)) as site:
        site.lists(*(f"{DAY}/{name}" for name in ("one", "again", "ferry")))
        _, told = crawled(site, bucket, tmp_path, S_RENDER_MODE="browser", S_PAGE_PATIENCE="1")
        assert accounts(told) == {"new": 1, "redirect loop": 2}
        again, ferry = (site.hits.pop(f"{DAY}/{name}") for name in ("again", "ferry"))
        assert (again, ferry, max(site.hits.values()) <= 2) == (4, times + 1, True)


def test_a_mirror_is_asked_for_what_its_pages_lead_to(bucket: Location, tmp_path: Path) -> None:
    """An address of the publisher in a meta tag is asked of the mirror."""
    named = Said(f"<meta http-equiv=refresh content='0; url={HOME}{DAY}/ferry'>")
    with moody(paper({"moved": named, "ferry": story("ferry")})) as site:
        site.lists(f"{DAY}/moved")
        _, told = crawled(site, bucket, tmp_path)
        assert accounts(told) == {"new": 1}
