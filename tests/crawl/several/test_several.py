"""Several sites in one process: each is crawled as by a process of its own, and what befalls one befalls no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import datetime
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.fixtures.moody import TODAY, Moody, Said, described_in, manifests, moody
from tests.fixtures.store import s3_of

WORDS: Final = (
    "ropes lamps doors stairs bells chairs maps boats nets sails cups plates books stoves wheels gates hinges tiles "
    "beams bricks windows shutters carpets curtains mirrors ladders buckets barrels baskets hammers nails saws planes "
    "anchors oars flags"
).split()
SPAN: Final = {"since": "2026-11-01", "E_MTCRAWLER_NOW": TODAY, "S_RENDER_MODE": "http"}
PAPER: Final = {f"/2026/11/20/{name}": name for name in ("ferry", "tower")}
STORIES: Final = {f"/news/the-{name}-opens-again-in-spring-4821": name for name in ("mill", "pier")}
DESCRIBED: Final = """
spider = "{name}"
publisher = "The {name}"
origin = "{origin}"
hosts = ["{host}"]
languages = ["en"]
articles = [{{ match = '/news/[^/]+', examples = ["/news/ice"] }}]
sources = [{{ kind = "sitemap", address = "/map.xml" }}]
"""


@contextmanager
def courier(host: str, **answers: Said) -> Iterator[Moody]:
    """A site that nobody has described, whose front page leads to its stories; each host has words of its own."""
    links = "".join(f'<li><a href="{path}">The {name} opens again in spring</a></li>' for path, name in STORIES.items())
    front = Said(f"<html lang=en><head><title>News</title></head><body><h1>News</h1><ul>{links}</ul></body></html>")
    pages = {"/": front, **{path: _page(name, host) for path, name in STORIES.items()}}
    with moody({**pages, **{f"/{name}": said for name, said in answers.items()}}, host=host) as site:
        yield site


def _page(name: str, host: str) -> Said:
    """A story with sentences that no other site and no other story has."""
    words = sorted(WORDS, key=lambda word: sha256(f"{host} {name} {word}".encode()).digest())
    told = "".join(
        f"<p>The {name} has {' and '.join(words[n : n + 9])}, as its keeper says.</p>" for n in range(0, 36, 9)
    )
    return Said(
        f"<html lang=en><head><title>The {name}</title><meta property=og:type content=article>"
        '<meta property="article:published_time" content="2026-11-20T09:00:00+01:00"></head><body>'
        f"<article><h1>The {name} opens again in spring</h1>{told}</article></body></html>"
    )


def file_of(folder: Path, *rows: str) -> str:
    """A CSV file that lists these sites."""
    path = folder / "sites.csv"
    path.write_text("\n".join(("url,mirror,ALLOWED_NETWORKS", *rows)))
    return str(path)


def without_chance(article: dict[str, Any]) -> dict[str, Any]:
    """An article but for what no two runs have in common."""
    return {**article, "provenance": {**article["provenance"], "run_id": "", "fetched_at": ""}}


def ends(bucket: Location) -> dict[str, tuple[Any, ...]]:
    """How each run ended and what it counted, by the sum of all that it found and its spider."""
    told = manifests(bucket).values()
    return {
        f"{one['spider']} {sorted(one['hosts'])}": (one["outcome"], one["exit_code"], one["counts"], one["message"])
        for one in told
    }


@pytest.fixture
def another(maker: tuple[Location, Any], bucket: Location) -> Iterator[Location]:
    """A second bucket."""
    name = f"{bucket.bucket}-2"
    maker[1].create_bucket(Bucket=name)
    yield Location(bucket.endpoint_url, name, "", bucket.region, bucket.access_key, bucket.secret_key, label=name)
    maker[1].delete_bucket(Bucket=name)


def summary_in(var: Path) -> dict[str, Any]:
    """The summary that a process wrote."""
    (path,) = (var / "state").glob("visits-*.json")
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def test_each_site_is_crawled_as_by_itself(bucket: Location, another: Location, tmp_path: Path) -> None:
    """A described site, an unknown one, one that refuses everything and one whose definition is wrong, in one process:
    bucket, manifests and exit codes are those of single runs, and every line of the log names its site.
    """
    sites = Path(described_in(tmp_path / "sites"))
    (sites / "wrong.example.toml").write_text('spider = "wrong"\nhosts = ["wrong.example"]\n')
    given = {**SPAN, "E_MTCRAWLER_SITES": str(sites)}
    with (
        moody({path: _page(name, "paper") for path, name in PAPER.items()}, host="127.0.0.2") as paper,
        courier("127.0.0.3") as unknown,
        moody({}, Said("No.", 403), host="127.0.0.4") as closed,
    ):
        paper.lists(*PAPER)
        rows = f"paper.example,{paper.origin},", unknown.origin, closed.origin, "wrong.example"
        run = crawl(
            "news", bucket, tmp_path, sites=file_of(tmp_path, *rows), S_LOG_JSON="1", S_PROGRESS_ENABLED="0", **given
        )
        # Each in a process of its own; at the same time, as most of it is their start.
        with ThreadPoolExecutor() as pool:
            singles = [("paper", paper), ("news", unknown), ("news", closed)]
            alone = [
                pool.submit(crawl, spider, another, tmp_path / str(place), site=site.origin, **given)
                for place, (spider, site) in enumerate(singles)
            ]
        assert [one.result().code for one in alone] == [0, 0, 12]
    found, expected = articles(bucket), articles(another)
    assert len(found) == len(PAPER) + len(STORIES)
    assert {url: without_chance(article) for url, article in found.items()} == {
        url: without_chance(article) for url, article in expected.items()
    }
    assert ends(bucket) == ends(another)
    said = [json.loads(line) for line in run.said.splitlines()]
    summary = summary_in(tmp_path)
    assert run.code == summary["exit_code"] == 2, run.said
    names = ["paper.example", *(site.origin.removeprefix("http://") for site in (unknown, closed)), "wrong.example"]
    assert [(visit["site"], visit["exit_code"], visit["articles"]) for visit in summary["visits"]] == list(
        zip(names, (0, 0, 12, 2), (2, 2, 0, 0), strict=True)
    )
    runs = {visit["site"]: visit["run_id"] for visit in summary["visits"]}
    assert {line["site"] for line in said[:-1]} == set(names)
    assert all(line["run"] == runs[line["site"]] for line in said[:-1] if runs[line["site"]])
    assert said[-1]["outcomes"] == {"done": 2, "blocked": 1, "refused": 1}
    assert "wrong.example.toml" in summary["visits"][-1]["message"]


def test_what_one_site_may_reach_no_other_may(bucket: Location, tmp_path: Path) -> None:
    """ALLOWED_NETWORKS of one site of a process opens nothing to the others, though they run at the same time."""
    sites = tmp_path / "sites"
    sites.mkdir()
    with moody({}, Said("<urlset/>", kind="application/xml"), host="127.0.0.9") as canary, ExitStack() as served:
        rows = []
        for name, host, allowed in (("one", "127.0.0.2", "127.0.0.2"), ("two", "127.0.0.3", '"127.0.0.3,127.0.0.9"')):
            leads = Said("", 302, headers={"Location": f"{canary.origin}/for-{name}.xml"})
            origin = served.enter_context(moody({"/map.xml": leads}, host=host)).origin
            (sites / f"{host}.toml").write_text(DESCRIBED.format(name=name, origin=origin, host=host))
            rows.append(f"{origin},,{allowed}")
        given = {**SPAN, "E_MTCRAWLER_SITES": str(sites), "S_DOWNLOAD_DELAY": "0"}
        run = crawl("news", bucket, tmp_path, sites=file_of(tmp_path, *rows), **given)
    assert [path for path in canary.hits if path.startswith("/for-")] == ["/for-two.xml"], run.said
    refused = [line for line in run.said.splitlines() if "guard: [127.0.0.2] Connecting to 127.0.0.9" in line]
    assert refused, run.said


@pytest.mark.slow
def test_no_more_sites_at_once_than_are_allowed(bucket: Location, tmp_path: Path) -> None:
    """With CONCURRENT_SITES=2 two sites of four are crawled at a time, never three; each run has a name of its own."""
    with ExitStack() as served:
        named = ",".join(served.enter_context(courier(f"127.0.0.{number}")).origin for number in range(2, 6))
        run = crawl("news", bucket, tmp_path, site=named, S_CONCURRENT_SITES="2", S_RUN_ID="nightly", **SPAN)
    assert run.code == 0, run.said
    told = list(manifests(bucket).values())
    assert sorted(one["run_id"] for one in told) == [f"nightly-{number}" for number in range(1, 5)]
    spans = [tuple(datetime.fromisoformat(one[at]) for at in ("started_at", "finished_at")) for one in told]
    assert any(_overlap(pair) for pair in combinations(spans, 2))
    assert not any(_overlap(three) for three in combinations(spans, 3))


def _overlap(spans: tuple[tuple[datetime, ...], ...]) -> bool:
    return max(span[0] for span in spans) < min(span[1] for span in spans)


def test_a_faulty_list_starts_nothing(tmp_path: Path, bucket: Location) -> None:
    """All faults of a file are told, a line each, with its line and what to do, and no site is asked."""
    path = tmp_path / "sites.toml"
    with courier("127.0.0.2") as site:
        path.write_text(f"[[site]]\nurl = '{site.origin}'\nsine = '1d'\n[[site]]\nurl = 'ftp://x.example'\n")
        run = crawl("news", bucket, tmp_path, sites=str(path), **SPAN)
        assert not site.hits
    assert run.code == 2
    unknown, wrong = run.said.splitlines()
    assert unknown.startswith(f"reading {path}, line 1: there is no key 'sine'. Did you mean since? Known are")
    assert wrong.startswith(f"{path}, line 4: Reading the argument site=ftp://x.example: it is no site's address.")


def test_a_site_that_is_crawled_elsewhere_costs_itself_alone(bucket: Location, tmp_path: Path) -> None:
    """A site that is listed while another process crawls it is told as busy; the others are stored, and 19 remains."""
    with courier("127.0.0.2") as one, courier("127.0.0.3") as two:
        busy = two.origin.removeprefix("http://").replace(":", "-")
        s3_of(bucket).put_object(Bucket=bucket.bucket, Key=f"leases/v1/news-{busy}.json", Body=_lease(busy))
        run = crawl("news", bucket, tmp_path, site=f"{one.origin},{two.origin}", **SPAN)
    assert run.code == 19, run.said
    assert len(articles(bucket)) == len(STORIES)
    assert run.said.splitlines()[-2].startswith(
        f"{two.origin.removeprefix('http://')}: 0 articles, busy (exit code 19)"
    )


def _lease(spider: str) -> bytes:
    said = {"token": "another", "spider": spider, "run_id": "other", "host": "elsewhere", "seconds": 3600}
    return json.dumps({**said, "since": "2026-11-21T09:59:00+00:00", "renewed": TODAY}).encode()
