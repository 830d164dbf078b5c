"""A visit that finds nothing new at a glance tells all that a crawl would have told; all else is crawled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final

import pytest

from mtcrawler.storage.location import Location
from tests.discovery.memory.test_unchanged_sources import ONE, TWO, tagged
from tests.fixtures.crawl import Run, articles, crawl
from tests.fixtures.moody import TODAY, Moody, Said, manifests, moody, story
from tests.fixtures.store import s3_of

SOON, LATER = "2026-11-21T10:20:00+00:00", "2026-11-21T11:10:00+00:00"
DEFINITION: Final = """
spider = "{name}"
publisher = "The {name}"
origin = "{origin}"
hosts = ["{host}"]
languages = ["en"]
{more}
articles = [{{ match = '/20\\d\\d/\\d\\d/\\d\\d/[^/]+', examples = ["/2026/11/20/ice"] }}]
sources = [{sources}]
"""
SITEMAP: Final = '{ kind = "sitemap", address = "/map.xml" }'
GENTLE: Final = {
    "S_ALLOWED_NETWORKS": "127.0.0.0/8",
    "S_DOWNLOAD_DELAY": "0",
    "S_REFUSALS_MAX": "1",
    "S_AUTOTHROTTLE_ENABLED": "0",
}


class Papers:
    """Papers by name, each at an address of its own, all of them visited by one process at a time."""

    def __init__(self, bucket: Location, var: Path, served: ExitStack) -> None:
        self.bucket, self._var, self._served = bucket, var, served
        self.sites = var / "sites"
        self.sites.mkdir()
        self.of: dict[str, Moody] = {}
        self.more = dict[str, str]()

    def open(self, name: str, answers: dict[str, Said] | None = None, sources: str = SITEMAP, day: int = 20) -> Moody:
        """A paper with one story."""
        host = f"127.0.0.{2 + len(self.of)}"
        paper = self.of[name] = self._served.enter_context(moody({ONE: story(name, f"2026-11-{day}")}, host=host))
        paper.answers |= {"/map.xml": self.names(name, ONE), **(answers or {})}
        self.describe(name, sources)
        return paper

    def names(self, name: str, *paths: str) -> Said:
        """A sitemap of this paper."""
        told = "".join(f"<url><loc>{self.of[name].origin}{path}</loc></url>" for path in paths)
        return tagged(f"<urlset>{told}</urlset>")

    def describe(self, name: str, sources: str = SITEMAP, more: str = "") -> None:
        """Write its definition."""
        origin = self.of[name].origin
        host = origin.removeprefix("http://").partition(":")[0]
        told = DEFINITION.format(name=name, origin=origin, host=host, sources=sources, more=more)
        (self.sites / f"{host}.toml").write_text(told)

    def visit(self, now: str = TODAY, **arguments: str) -> tuple[Run, dict[str, dict[str, Any]]]:
        """Visit all of them; the manifests by their names."""
        path, before = self._var / "sites.csv", set(manifests(self.bucket))
        rows = (f"{paper.origin},{self.more.get(name, '2026-11-01')}" for name, paper in self.of.items())
        path.write_text("\n".join(("url,since", *rows)))
        given = {"E_MTCRAWLER_NOW": now, "E_MTCRAWLER_SITES": str(self.sites), "S_RENDER_MODE": "http", **GENTLE}
        run = crawl("news", self.bucket, self._var, sites=str(path), **{**given, **arguments})
        told = [one for key, one in manifests(self.bucket).items() if key not in before]
        return run, {one["spider"]: one for one in told}

    def put(self, key: str, body: bytes) -> None:
        """Put an object into the bucket."""
        s3_of(self.bucket).put_object(Bucket=self.bucket.bucket, Key=key, Body=body)


@pytest.fixture
def papers(bucket: Location, tmp_path: Path) -> Iterator[Papers]:
    """No paper yet."""
    with ExitStack() as served:
        yield Papers(bucket, tmp_path, served)


def glances(told: dict[str, dict[str, Any]]) -> dict[str, str]:
    """What the glance came to, by paper; "" where there was none."""
    return {name: next(iter(one["counts"]["glance"]), "") for name, one in told.items()}


@pytest.mark.slow
def test_nothing_new_is_seen_at_a_glance(papers: Papers, bucket: Location, tmp_path: Path) -> None:
    """Its manifest, last line and exit code are those of a crawl that finds nothing new, and it says that it was a
    glance; only the sources were asked, as the crawl asks them, and with the robots.txt's delay between two.
    """
    feed = '{ kind = "feed", address = "/feed" }'
    paper = papers.open(
        "paper", {"/robots.txt": Said("User-agent: *\nCrawl-delay: 1", kind="text/plain")}, f"{SITEMAP}, {feed}"
    )
    items = f"<item><link>{paper.origin}{ONE}</link></item>"
    paper.answers["/feed"] = tagged(f"<rss version='2.0'><channel>{items}</channel></rss>")
    run, _ = papers.visit()
    assert run.code == 0, run.said
    before = len(paper.asked)
    run, told = papers.visit(SOON)
    assert (run.code, glances(told)) == (0, {"paper": "nothing-new"}), run.said
    (first, path, agent), (second, other, _) = paper.asked[before:]
    assert ({path, other}, "mtcrawler" in agent, second - first >= 0.9) == ({"/map.xml", "/feed"}, True, True)
    run, crawled = papers.visit(SOON, S_RETRY_TIMES="3")
    assert run.code == 0, run.said
    own, quiet = told["paper"], crawled["paper"]
    for one in (own, quiet):
        for name in ("run_id", "started_at", "finished_at", "hosts", "rendering"):
            del one[name]
        del one["store"]["conditional_writes"], one["profile"]["at"], one["counts"]["glance"]
    assert own == quiet


@pytest.mark.slow
def test_whatever_is_not_as_it_was_is_crawled(papers: Papers, bucket: Location, tmp_path: Path) -> None:
    """Where a source has changed, is gone or is refused, robots.txt has changed, an article is due, the definition or
    what is asked is another one, the site is crawled as ever; it is not asked at all while another run has its turn.
    """
    for name in ("same", "changed", "gone", "refused", "rules", "defined", "asked", "busy"):
        papers.open(name)
    papers.open("due", day=21)
    run, told = papers.visit()
    assert (run.code, set(glances(told).values())) == (0, {""}), run.said
    changed, gone = papers.of["changed"].answers, papers.of["gone"].answers
    changed |= {TWO: story("fog"), "/map.xml": papers.names("changed", ONE, TWO)}
    gone["/map.xml"] = Said("No.", 404)
    refused, rules = papers.of["refused"].answers, papers.of["rules"].answers
    again = refused["/map.xml"]
    refused["/map.xml"] = Said("", 429, headers={"Retry-After": "2"}, held=None)
    rules["/robots.txt"] = Said("User-agent: *\nDisallow: /map.xml", kind="text/plain")
    papers.describe("defined", more='zone = "Europe/London"')
    papers.more["asked"] = "2026-11-02"
    lease = {
        "token": "x",
        "run_id": "o",
        "host": "h",
        "seconds": 3600,
        "renewed": LATER,
        "since": LATER,
        "spider": "busy",
    }
    papers.put("leases/v1/busy.json", json.dumps(lease).encode())
    hits = {name: len(paper.asked) for name, paper in papers.of.items()}
    run, told = papers.visit(LATER)
    assert glances(told) == {
        "same": "nothing-new",
        "changed": "changed",
        "gone": "changed",
        "refused": "refused",
        "rules": "rules",
        "defined": "",
        "asked": "",
        "due": "",
    }, run.said
    asked = {name: [path for _, path, _ in paper.asked[hits[name] :]] for name, paper in papers.of.items()}
    assert asked["same"] == ["/robots.txt", "/map.xml"]
    assert asked["busy"] == []
    assert told["due"]["counts"]["found"] == {"recheck": 1}
    assert told["changed"]["counts"]["stored"]["new"] == 1
    assert (told["gone"]["counts"]["unreadable"], told["rules"]["counts"]["disallowed"]) == ({"sitemap": 1}, 1)
    times = [at for at, path, _ in papers.of["refused"].asked[hits["refused"] :]]
    assert times[2] - times[1] >= 1.9, asked["refused"]
    assert len(articles(bucket)) == 10
    refused["/map.xml"] = again
    run, told = papers.visit(LATER)
    assert glances(told)["changed"] == "nothing-new"
