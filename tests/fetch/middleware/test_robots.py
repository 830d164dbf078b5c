"""robots.txt holds for every request of a crawl, however many wait for it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.fetch.middleware.robots import state_said_by
from mtcrawler.fetch.politeness.report import RobotsState
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles
from tests.fixtures.crawl import crawl as crawl_paper
from tests.hostile.answers import Answer
from tests.hostile.canary import HostileSite
from tests.hostile.pages import PATH, article
from tests.runs.site import crawl, manifest, serve


def test_all_who_wait_for_robots_txt_obey_it(tmp_path: Path) -> None:
    """Of requests that were waiting while robots.txt was fetched, each is held to it, and not only the first."""
    forbidden = [f"private/{number}" for number in range(8)]
    with serve() as site:
        crawl(tmp_path, "paper", "-a", f"site={site.origin}", "-a", f"paths=say/one,{','.join(forbidden)}")
    counts = manifest(tmp_path)["counts"]
    assert (counts["disallowed"], counts["statuses"]) == (8, {"200": 1})


@pytest.mark.parametrize(
    ("state", "statuses"),
    [
        (RobotsState.READ, (200,)),
        (RobotsState.NONE, (400, 401, 403, 404, 410, 451)),
        (RobotsState.UNAVAILABLE, (202, 204, 206, 300, 304, 429, 500, 503, 599)),
    ],
)
def test_only_a_whole_answer_is_a_robots_txt(state: RobotsState, statuses: tuple[int, ...]) -> None:
    """A challenge, no content or an unasked 304 is no file that allows everything, and no 4xx but 429 forbids."""
    assert {state_said_by(status) for status in statuses} == {state}


def test_robots_txt_is_fetched_once_for_its_rules_and_its_sitemaps(bucket: Location, tmp_path: Path) -> None:
    """The source that reads its sitemaps gets what the rules were read from, also where a kept copy serves."""
    with HostileSite() as site:
        names = f"User-agent: *\nDisallow: /private\nSitemap: {site.origin}/of-robots.xml\n"
        site.answers["/robots.txt"] = [Answer(names.encode(), "text/plain"), Answer(b"Busy", status=503)]
        site.pages["/of-robots.xml"] = f"<urlset><url><loc>{site.origin}{PATH}</loc></url></urlset>"
        site.pages[PATH] = article()
        given = {"site": site.origin, "sources": "sitemap", "since": "2020-01-01", "S_RETRY_TIMES": "0"}
        for run in ("one", "two"):
            site.asked.clear()
            done = crawl_paper("moscowtimes", bucket, tmp_path / run, E_RENDER_MODE="http", **given)
            assert done.code == 0, done.said
            assert site.asked.count("/of-robots.xml") == 1, done.said
            assert site.asked.count("/robots.txt") == 1
    assert len(articles(bucket)) == 1
