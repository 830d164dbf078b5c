"""Walls in a crawl: told and left standing, opened only by a reader's own session, and not asked for twice."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from mtcrawler.cli import main
from mtcrawler.storage.location import Location
from tests.access.gazette import served
from tests.fixtures.crawl import Run, articles, crawl
from tests.fixtures.store import Contents

SPAN = {"since": "2026-11-01", "S_SPIDER_MODULES": "tests.access.gazette"}

OTHERS = '{"cookies": [{"name": "a", "value": "b", "domain": ".other.example", "path": "/"}]}'


def run(bucket: Location, var: Path, origin: str, **arguments: str) -> Run:
    """A crawl of the Gazette."""
    return crawl("gazette", bucket, var, site=origin, **SPAN, **arguments)


def session(var: Path, domain: str, *, expires: int = -1, value: str = "yes") -> None:
    """Keeps a session as an operator would, from a cookies.txt; then its cookies run out at this time."""
    cookies = var / "cookies.txt"
    line = "\t".join([domain, "FALSE", "/", "FALSE", "0", "subscriber", value])
    cookies.write_text(f"# Netscape HTTP Cookie File\n{line}\n")
    assert main(["--var", str(var), "login", "127.0.0.1", "--import", str(cookies)], {}) == 0
    kept = var / "sessions" / "127.0.0.1.json"
    kept.write_text(kept.read_text("utf-8").replace('"expires": -1', f'"expires": {expires}'), "utf-8")


def test_a_walled_article_is_what_every_reader_gets_and_says_so(bucket: Location, tmp_path: Path) -> None:
    """Behind a paywall the open part is stored as a part, with tier and evidence, and nothing that is kept back."""
    with served("paywall") as (origin, _):
        assert run(bucket, tmp_path, origin).code == 0
    stored = articles(bucket).values()
    assert len(stored) == 6
    for article in stored:
        assert article["access"]["complete"] is False
        assert article["access"]["tier"] == "subscription"
        assert article["access"]["evidence"]
        assert "subscribers how the vote went" not in json.dumps(article["body"])
        assert "Subscribe" not in article["text"]


@pytest.mark.slow
def test_walled_articles_can_be_left_out(bucket: Location, tmp_path: Path) -> None:
    """With WALLED_ARTICLES=skip no part is stored, and the change feed tells of each."""
    with served("paywall") as (origin, _):
        assert run(bucket, tmp_path, origin, S_WALLED_ARTICLES="skip").code == 0
    contents = Contents.of(bucket)
    assert contents.articles == {}
    assert len([change for change in contents.changes if change.change == "walled"]) == 6


@pytest.mark.slow
def test_a_meter_that_trips_is_not_tried_again(bucket: Location, tmp_path: Path) -> None:
    """Once the meter is reached the site's other articles are not asked for in this run."""
    with served("meter") as (origin, hits):
        done = run(bucket, tmp_path, origin, S_RENDER_TABS="1")
        assert "The paywall meter was reached" in done.said
        assert sum(number for path, number in hits.items() if path.startswith("/2026")) < 6
    assert {article["access"]["tier"] for article in articles(bucket).values()} == {"metered"}


@pytest.mark.slow
def test_a_subscriber_reads_what_the_subscription_gives(bucket: Location, tmp_path: Path) -> None:
    """With a reader's session the articles are whole; the session is a secret and in no log and no object."""
    session(tmp_path, "127.0.0.1")
    file = tmp_path / "sessions" / "127.0.0.1.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with served("paywall") as (origin, _):
        done = run(bucket, tmp_path, origin)
    assert done.code == 0, done.said
    assert all("what it will cost" in one["text"] and one["access"]["complete"] for one in articles(bucket).values())
    assert "subscriber=yes" not in done.said
    assert "sessions" not in done.said


@pytest.mark.slow
def test_a_session_that_no_longer_opens_is_named_and_the_run_goes_on(bucket: Location, tmp_path: Path) -> None:
    """A signed-in page that turns into a walled one: named once, the articles stored as parts, the exit code 17."""
    session(tmp_path, "127.0.0.1", value="no")
    with served("paywall") as (origin, _):
        done = run(bucket, tmp_path, origin)
    assert done.code == 17, done.said
    assert done.said.count("although a session is used") == 1
    assert len(articles(bucket)) == 6


@pytest.mark.slow
def test_a_session_that_has_run_out_is_named_at_the_start(bucket: Location, tmp_path: Path) -> None:
    """All its cookies are past their time: named, not used, the exit code 17."""
    session(tmp_path, "127.0.0.1", expires=1_000_000_000)
    with served("paywall") as (origin, _):
        done = run(bucket, tmp_path, origin)
    assert done.code == 17, done.said
    assert "all its cookies have run out" in done.said


@pytest.mark.parametrize(
    ("mode", "text", "told"),
    [
        (0o644, '{"cookies": []}', "others may read it"),
        (0o600, "x", "no storage state"),
        (0o600, OTHERS, "no cookies of"),
    ],
)
def test_a_session_file_that_is_none_or_no_secret_is_refused(
    mode: int, text: str, told: str, bucket: Location, tmp_path: Path
) -> None:
    """Nothing starts with a session that others can read, or that is none."""
    file = tmp_path / "sessions" / "127.0.0.1.json"
    file.parent.mkdir()
    file.write_text(text)
    file.chmod(mode)
    done = run(bucket, tmp_path, "http://127.0.0.1:9")
    assert (done.code, told in done.said) == (2, True), done.said


def test_without_a_screen_signing_in_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No window can be shown: one line that names the import."""
    assert main(["--var", str(tmp_path), "login", "127.0.0.1"], {}) == 15
    assert "--import" in capsys.readouterr().err
    assert main(["--var", str(tmp_path), "login", "../x"], {}) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_over_plain_http_nothing_is_taken_that_may_be_kept_back(bucket: Location, tmp_path: Path) -> None:
    """Without a browser nobody sees where the free part ends: the articles are left out, and said to be."""
    with served("paywall") as (origin, _):
        done = run(bucket, tmp_path, origin, S_RENDER_MODE="http")
    assert done.code == 10, done.said
    assert articles(bucket) == {}
    assert "no body" in done.said
