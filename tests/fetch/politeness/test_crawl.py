"""Laws of a guest, in whole crawls: robots.txt by RFC 9309, and a site that asks to be left alone for a while."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mtcrawler.fetch.politeness.robots_copies import Copies, Copy
from mtcrawler.model import clock
from mtcrawler.storage.layout import robots_key
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import Run, articles, crawl
from tests.fixtures.store import SITE
from tests.hostile.answers import Answer
from tests.hostile.canary import HostileSite
from tests.hostile.pages import PATH, article

RULES = b"User-agent: *\nDisallow: /private\nCrawl-delay: 0.5\n"
DOWN = Answer(b"Busy", "text/plain", status=503)
ROBOTS = "/robots.txt"


def crawled(site: HostileSite, bucket: Location, var: Path, mode: str = "http", **given: str) -> tuple[Run, Any]:
    """A crawl of one article, and its manifest."""
    site.pages[PATH] = article()
    run = crawl("moscowtimes", bucket, var, site=site.origin, url=site.origin + PATH, E_RENDER_MODE=mode, **given)
    with Bucket(bucket) as reader:
        return run, next(iter(reader.manifests()))


@pytest.mark.slow
def test_a_copy_of_the_rules_serves_for_a_day(bucket: Location, client: Client, tmp_path: Path) -> None:
    """What one run read serves another machine's run while the file cannot be fetched, its delay too; an older copy
    does not, and then nothing is asked for. The manifest tells all of it.
    """
    with HostileSite() as site:
        site.answers[ROBOTS] = [Answer(RULES, "text/plain"), DOWN]
        first, told = crawled(site, bucket, tmp_path / "one")
        assert first.code == 0, first.said
        (host,) = told["hosts"].values()
        assert host["robots"] == {"state": "read", "said": "the site answered 200", "asked_delay": 0.5, "delay": 0.5}

        assert "0.5 s between requests, by robots.txt" in first.said

        second, told = crawled(site, bucket, tmp_path / "two")
        assert second.code == 0, second.said
        (host,) = told["hosts"].values()
        assert (host["robots"]["state"], host["robots"]["delay"]) == ("copy", 0.5)

        kept = Copies.model_validate_json(client.get(robots_key(SITE)).body).files  # type: ignore[union-attr]
        old = {origin: Copy(at=clock.now() - timedelta(hours=25), text=one.text) for origin, one in kept.items()}
        client.put(robots_key(SITE), Copies(files=old).model_dump_json().encode())
        site.asked.clear()
        third, told = crawled(site, bucket, tmp_path / "three")
        assert third.code == 12, third.said
        assert set(site.asked) == {ROBOTS}
        assert "robots.txt could not be fetched" in third.last_line
        (host,) = told["hosts"].values()
        assert (host["robots"]["state"], told["counts"]["disallowed"] > 0) == ("unavailable", True)
        assert "RobotsUnreadable" in told["counts"]["errors"]
        assert told["counts"]["fates"] == {"RobotsUnreadable": 1}
        assert "robots.txt forbids it or cannot be fetched" in third.said


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["http", "browser"])
def test_a_site_that_asks_for_a_wait_gets_it(mode: str, bucket: Location, tmp_path: Path) -> None:
    """429 with Retry-After is waited for, the page is asked for again, and the article stored: whole, with exit 0."""
    with HostileSite() as site:
        busy = Answer(b"Later", status=429, headers={"Retry-After": "1"})
        site.answers[PATH] = [busy, busy, Answer(article().encode())]
        run, told = crawled(site, bucket, tmp_path, mode)
    assert run.code == 0, run.said
    assert len(articles(bucket)) == 1
    (host,) = told["hosts"].values()
    assert (host["refused"], host["longest_asked"], host["given_up"]) == (2, 1.0, False)
    assert host["waited"] >= 1.5


def test_a_site_that_refuses_for_ever_is_given_up(bucket: Location, tmp_path: Path) -> None:
    """After REFUSALS_MAX waits the run ends as blocked, by name, with few requests; a redirect of robots.txt to another
    host is followed, and a page in its place forbids nothing.
    """
    with HostileSite() as site, HostileSite() as other:
        other.pages["/rules"] = "<!doctype html><p>There is no such page.</p>"
        site.answers[ROBOTS] = [Answer.away(f"{other.origin}/rules")]
        site.answers[PATH] = [Answer(b"Never", status=429)]
        given = {"S_REFUSALS_MAX": "2", "E_ALLOWED_NETWORKS": "127.0.0.1"}
        run, told = crawled(site, bucket, tmp_path, **given)
        asked = site.asked.count(PATH)
    assert run.code == 12, run.said
    assert asked == 3
    assert "HostRefuses" in told["counts"]["errors"], json.dumps(told["counts"])
    assert told["hosts"][site.origin.removeprefix("http://")]["given_up"]
    assert other.asked == ["/rules"]


@pytest.mark.parametrize(("mode", "code", "stored"), [("http", 11, 0), ("auto", 0, 1)])
def test_a_header_that_plain_http_does_not_read(
    mode: str, code: int, stored: int, bucket: Location, tmp_path: Path
) -> None:
    """A header of 20 kB fails by name over plain HTTP, and in auto the browser reads the page; the rules are read with
    it in any mode.
    """
    long = {"X-Policy": "p" * 20_000}
    with HostileSite() as site:
        site.answers[ROBOTS] = [Answer(RULES, "text/plain", headers=long)]
        site.answers[PATH] = [Answer(article().encode(), headers=long)]
        run, told = crawled(site, bucket, tmp_path, mode)
    assert len(articles(bucket)) == stored, run.said
    assert (run.code != 0) is (code != 0), run.said
    assert ("HeaderTooLarge" in told["counts"]["errors"]) is (mode == "http")
    (host,) = told["hosts"].values()
    assert host["robots"]["state"] == "read"
