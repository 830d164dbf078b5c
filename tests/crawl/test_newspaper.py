"""The whole newspaper: everything stored, each field true, nothing twice, whichever way its pages are fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from mtcrawler.storage.embedded.server import Embedded
from mtcrawler.storage.layout import MODE_HISTORY, RUNS, mode_history_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.notes import keep, recall
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import Run, articles, crawl, differences, objects
from tests.fixtures.moody import accounts
from tests.fixtures.store import SITE, fresh_bucket, remove_bucket
from tests.newspaper import Newspaper

ALL = "1990-01-01"
NO_BROWSER = "/no/such/browser"
HOW = {"provenance", "overlays"}  # how an article came to us


@dataclass(frozen=True)
class Crawled:
    """A bucket after a crawl of a whole edition, where that edition is still served, and the run's manifest."""

    bucket: Location
    paper: Newspaper
    run: Run
    told: dict[str, Any]


@pytest.fixture(scope="module")
def paper() -> Iterator[Newspaper]:
    """The English edition."""
    with Newspaper("en", modal="inline") as paper:
        yield paper


def crawled(seaweed: Embedded, paper: Newspaper, var: Path, mode: str) -> Iterator[Crawled]:
    """The whole edition in a bucket of its own."""
    bucket = fresh_bucket(seaweed)
    run = crawl("moscowtimes", bucket, var, site=paper.origin, since=ALL, S_RENDER_MODE=mode)
    yield Crawled(bucket, paper, run, manifest(bucket))
    remove_bucket(bucket)


@pytest.fixture(scope="module")
def shown(seaweed: Embedded, paper: Newspaper, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Every page in the browser."""
    yield from crawled(seaweed, paper, tmp_path_factory.mktemp("shown"), "browser")


@pytest.fixture(scope="module")
def chosen(seaweed: Embedded, paper: Newspaper, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """Every page as auto mode chooses."""
    yield from crawled(seaweed, paper, tmp_path_factory.mktemp("chosen"), "auto")


def manifest(bucket: Location) -> dict[str, Any]:
    """The manifest of the only, or of the latest, run."""
    client = Client(bucket)
    try:
        latest = max(key for key in client.keys(RUNS) if key.endswith("manifest.json"))
        stored = client.get(latest)
    finally:
        client.close()
    assert stored is not None
    told: dict[str, Any] = json.loads(stored.body)
    return told


def untrue(bucket: Location, paper: Newspaper) -> dict[str, Any]:
    """The stored articles that are not the truth, with the fields in which they are not."""
    truth = paper.expected()
    return {url: found for url, article in articles(bucket).items() if (found := differences(article, truth[url]))}


@pytest.mark.slow
def test_a_second_run_adds_nothing(shown: Crawled, tmp_path: Path) -> None:
    """Every article lands with every field equal to the truth, twins once, no clutter; again, and nothing is new."""
    everything_is_true(shown)
    before = objects(shown.bucket)
    run = crawl("moscowtimes", shown.bucket, tmp_path, site=shown.paper.origin, since=ALL, S_RENDER_MODE="browser")
    assert run.code == 0, run.said
    assert objects(shown.bucket) == before


def test_the_russian_edition_is_stored_as_it_is(bucket: Location, tmp_path: Path) -> None:
    """On a site that names its own addresses, too, every article is the truth, and a second run adds nothing."""
    with Newspaper("ru", base="self", modal="inline") as paper:
        seen = []
        for _ in range(2):
            run = crawl("moscowtimes_ru", bucket, tmp_path, site=paper.origin, since=ALL)
            everything_is_true(Crawled(bucket, paper, run, manifest(bucket)))
            seen.append(objects(bucket))
        assert seen[0] == seen[1]


def everything_is_true(done: Crawled) -> None:
    """The whole edition is in the bucket."""
    truth, twins, clutter = done.paper.expected(), done.paper.twins, set(done.paper.clutter)
    assert done.run.code == 0, done.run.said
    accounts(done.told)
    stored = articles(done.bucket)
    assert len(stored) == len(truth) - len(twins)
    assert all(len({one, other} & set(stored)) == 1 for one, other in twins)
    assert untrue(done.bucket, done.paper) == {}
    assert [line for one in stored.values() for line in one["text"].split("\n") if line in clutter] == []


@pytest.mark.slow
def test_auto_mode_gives_what_the_browser_gives(shown: Crawled, chosen: Crawled) -> None:
    """In auto mode each article equals browser mode's to the letter, most without a browser, and each is kept once."""
    everything_is_true(chosen)
    twins = {url for pair in shown.paper.twins for url in pair}
    ours, theirs = articles(chosen.bucket), articles(shown.bucket)
    assert set(ours) - twins == set(theirs) - twins
    for url in set(ours) & set(theirs):
        # Which of two near-duplicates comes first is chance in either mode.
        apart = HOW | {"similar_to", "cluster_id"}
        assert {k: v for k, v in ours[url].items() if k not in apart} == {
            k: v for k, v in theirs[url].items() if k not in apart
        }
    shown_here = sum(article["provenance"]["rendered"] == "browser" for article in ours.values())
    assert shown_here <= chosen.told["counts"]["rendered"] <= len(ours) / 4
    assert chosen.told["counts"]["fetched"] == shown.told["counts"]["fetched"]
    assert {article["provenance"]["rendered"] for article in theirs.values()} == {"browser"}


def test_the_choice_and_its_grounds_are_in_the_manifest(chosen: Crawled) -> None:
    """Each template says how its pages are fetched, how many were compared and agreed, and why any was shown."""
    told = chosen.told
    templates = told["rendering"]["templates"]
    assert told["rendering"]["mode"] == "auto"
    assert sum(one["shown"] for one in templates.values()) == told["counts"]["rendered"]
    for name, one in templates.items():
        live = name.startswith("live-")
        assert one["choice"] == ("learning" if live else "http"), name
        assert (one["compared"], one["differs"]) == (one["equal"], {})
        assert one["compared"] == (0 if live else one["shown"])
        assert set(one["reasons"]) == {"live"} if live else one["reasons"]["not known yet"] == 3


def test_what_was_learned_is_known_to_a_fresh_container(chosen: Crawled, tmp_path: Path) -> None:
    """On a machine that knows nothing a page of a template that was learned is fetched without any browser."""
    urls = [url for url, one in chosen.paper.expected().items() if one["kind"] == "news"][:8]
    run = crawl("moscowtimes", chosen.bucket, tmp_path, site=chosen.paper.origin, url=" ".join(urls))
    assert run.code == 0, run.said
    told = manifest(chosen.bucket)
    (template,) = told["rendering"]["templates"].values()
    assert template["plain"] + template["shown"] == len(urls)
    assert set(template["reasons"]) <= {"sample"}
    assert template["shown"] <= 1


@pytest.mark.slow
def test_a_template_that_changes_is_shown_at_once(chosen: Crawled, bucket: Location, tmp_path: Path) -> None:
    """Where from some page on only scripts put the text in, that page and those after it are the truth all the same."""
    carry_history(chosen.bucket, bucket)
    news = [url for url, one in chosen.paper.expected().items() if one["kind"] == "news"]
    before, after = news[:4], news[6:12]
    changed = date(*map(int, urlsplit(news[5]).path.split("/")[1:4]))
    with Newspaper("en", modal="none", scripted=changed) as paper:
        run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, url=" ".join(before + after))
    assert run.code == 0, run.said
    assert untrue(bucket, paper) == {}
    how = {url: one["provenance"]["rendered"] for url, one in articles(bucket).items()}
    assert [how[url] for url in before].count("http") >= len(before) - 1  # one may be a sample
    assert {how[url] for url in after} == {"browser"}
    (template,) = manifest(bucket)["rendering"]["templates"].values()
    assert (template["choice"], template["differs"].keys()) == ("browser", {"body"})
    assert "differs in body" in run.said


def carry_history(here: Location, there: Location) -> None:
    """Take what was learned to another bucket."""
    source, target = Client(here), Client(there)
    kept = recall(source, mode_history_key(SITE))
    body = kept.body if kept else None
    assert body is not None
    keep(target, mode_history_key(SITE), lambda _: body)
    source.close()
    target.close()


def test_over_plain_http_no_browser_is_needed(paper: Newspaper, bucket: Location, tmp_path: Path) -> None:
    """With RENDER_MODE=http nobody looks for a browser; news, live blogs and wrong character sets are the truth."""
    truth = paper.expected()
    wrong = [story.slug for story in paper.stories if story.declared]
    kinds = {one["kind"]: url for url, one in truth.items()}
    urls = {*kinds.values(), *(url for url in truth if any(slug in url for slug in wrong))}
    how = {"S_RENDER_MODE": "http", "S_MTCRAWLER_BROWSER": NO_BROWSER, "url": " ".join(urls)}
    run = crawl("moscowtimes", bucket, tmp_path, site=paper.origin, **how)
    assert run.code == 0, run.said
    stored = articles(bucket)
    assert set(stored) == urls
    assert untrue(bucket, paper) == {}
    assert {one["provenance"]["rendered"] for one in stored.values()} == {"http"}
    assert manifest(bucket)["rendering"] == {"mode": "http", "templates": {}}
    client = Client(bucket)
    assert list(client.keys(MODE_HISTORY)) == []
    client.close()


def test_a_live_blog_is_shown_and_whole(paper: Newspaper, chosen: Crawled) -> None:
    """Auto mode shows live blogs in the browser, and every post is there."""
    live = [url for url, one in paper.expected().items() if one["kind"] == "live"]
    stored = articles(chosen.bucket)
    assert live
    for url in live:
        assert stored[url]["provenance"]["rendered"] == "browser", urlsplit(url).path
        assert [block["type"] for block in stored[url]["body"]].count("post") == len(paper.expected()[url]["body"])
