"""`mtcrawler worker` as an operator runs it: served sites, crawled to the bucket when they are due."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from mtcrawler.cli import main
from mtcrawler.commands.worker import visit_seconds
from mtcrawler.config.reading import settings_of
from mtcrawler.storage.embedded.ports import free_ports
from mtcrawler.storage.location import Location
from tests.crawl.several.test_several import STORIES, courier
from tests.fixtures.crawl import FORKS, _run, articles, environment
from tests.fixtures.moody import TODAY, manifests
from tests.fixtures.store import s3_of
from tests.fixtures.waiting import until
from tests.fleet.stand_in import asked


@contextmanager
def working(given: dict[str, str], out: Path) -> Iterator[Any]:
    """A worker in a process of its own, which is gone afterwards; what it says is in `out`."""
    process = FORKS.Process(target=_run, args=(["worker"], given, str(out)))
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


@pytest.fixture
def given(bucket: Location, dsn: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a worker, and of the commands that steer it."""
    (tmp_path / "sites").mkdir()
    return {
        **environment(bucket, tmp_path),
        "FLEET_DSN": dsn,
        "RENDER_MODE": "http",
        "MTCRAWLER_NOW": TODAY,
        "MTCRAWLER_SITES": str(tmp_path / "sites"),
    }


def metrics(port: int) -> set[str]:
    """The names and labels that are served."""
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return {line.rpartition(" ")[0] for line in answer.read().decode().splitlines() if not line.startswith("#")}


def listed(folder: Path, *sites: str) -> str:
    """A file that lists these sites."""
    path = folder / "sites.csv"
    path.write_text("\n".join(("url,since", *(f"{site},2026-11-01" for site in sites))))
    return str(path)


def test_sites_are_crawled_to_the_bucket(
    given: dict[str, str], dsn: str, bucket: Location, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A worker crawls the sites of a list; each is due again by what it had; a site that is made due is visited again
    and has nothing new. METRICS_PORT serves the worker's numbers alone. SIGTERM ends the worker with 0. A database made
    anew from the bucket knows the sites, and when they were visited.
    """
    out, port = tmp_path / "out", free_ports(["x"])["x"]
    with courier("127.0.0.2") as one, courier("127.0.0.3") as two:
        assert main(["fleet", "sync", listed(tmp_path, one.origin, two.origin)], given) == 0
        with working({**given, "METRICS_PORT": str(port)}, out) as process:
            until(lambda: len(asked(dsn, "SELECT id FROM visit")) == 2, seconds=60)
            wanted = {'mtcrawler_fleet_sites{state="all"}', 'mtcrawler_fleet_visits_total{outcome="done"}'}
            until(lambda: wanted <= metrics(port))
            assert all(name.startswith("mtcrawler_fleet_") for name in metrics(port))
            waits = asked(dsn, "SELECT extract(epoch FROM next_due - now())::float AS wait FROM site")
            assert all(300 < row["wait"] <= 86400 for row in waits)
            asked(dsn, "UPDATE site SET next_due = now() WHERE name LIKE '127.0.0.2%%'")
            until(lambda: len(asked(dsn, "SELECT id FROM visit")) == 3, seconds=60)
            process.terminate()
            process.join(60)
            assert process.exitcode == 0, out.read_text("utf-8")
    told = asked(dsn, "SELECT outcome, articles FROM visit ORDER BY id")
    assert [tuple(row.values()) for row in told] == [("done", 2), ("done", 2), ("done", 0)]
    assert len(articles(bucket)) == 2 * len(STORIES)
    said = out.read_text("utf-8")
    assert "Traceback" not in said
    assert "Visiting the fleet's sites when they are due, 10 at a time, until SIGTERM" in said
    assert said.rstrip().endswith("3 visits; what was not done is given back.")
    before = asked(dsn, "SELECT name, url FROM site ORDER BY name")
    assert {one["site"] for one in manifests(bucket).values()} == {row["url"] for row in before}
    asked(dsn, "DROP TABLE site, fleet")
    capsys.readouterr()
    assert main(["fleet", "rebuild"], {**given, "ALLOWED_NETWORKS": "127.0.0.0/8"}) == 0
    assert json.loads(capsys.readouterr().out) == {"sites": 2, "remembered": 2}
    assert asked(dsn, "SELECT name, url FROM site WHERE visited IS NOT NULL ORDER BY name") == before


@pytest.mark.slow
def test_a_site_that_is_crawled_elsewhere_is_put_back(
    given: dict[str, str], dsn: str, bucket: Location, tmp_path: Path
) -> None:
    """A visit that finds its site's lease taken is put back and comes again soon, until it is free; nothing is asked of
    the site meanwhile, and it counts as no failure. A port for metrics that is taken is told once, and hinders nothing.
    """
    said = {"token": "another", "run_id": "other", "host": "elsewhere", "seconds": 3600, "renewed": TODAY}
    with courier("127.0.0.2") as site:
        name = site.origin.removeprefix("http://")
        key = f"leases/v1/news-{name.replace(':', '-')}.json"
        body = json.dumps({**said, "spider": "news", "since": "2026-11-21T09:59:00+00:00"}).encode()
        s3_of(bucket).put_object(Bucket=bucket.bucket, Key=key, Body=body)
        assert main(["fleet", "sync", listed(tmp_path, site.origin)], given) == 0
        host, _, port = name.partition(":")
        with working({**given, "METRICS_ADDRESS": host, "METRICS_PORT": port}, tmp_path / "out"):
            until(lambda: asked(dsn, "SELECT outcome FROM visit") != [], seconds=60)
            assert not site.hits
            state = "SELECT outcome, failures, next_due < now() + interval '15 s' AS soon FROM site"
            assert asked(dsn, state) == [{"outcome": "busy", "failures": 0, "soon": True}]
            s3_of(bucket).delete_object(Bucket=bucket.bucket, Key=key)
            asked(dsn, "UPDATE site SET next_due = now()")
            until(lambda: asked(dsn, "SELECT outcome FROM site") == [{"outcome": "done"}], seconds=60)
    assert len(articles(bucket)) == len(STORIES)
    assert (tmp_path / "out").read_text("utf-8").count(f"Serving metrics on {name}: ") == 1


@pytest.mark.parametrize(("whole", "seconds", "grace"), [(300, 255, 45), (60, 30, 30), (3600, 3555, 45)])
def test_a_visit_takes_no_longer_than_it_may(whole: int, seconds: float, grace: float) -> None:
    """A visit is asked to end early enough to end in good order within FLEET_VISIT_SECONDS, and not before half of
    them: a site that hangs holds its place no longer.
    """
    settings = settings_of({"FLEET_VISIT_SECONDS": whole, "STOP_GRACE": 30, "STORE_CLOSING_SECONDS": 15})
    assert visit_seconds(settings) == (seconds, grace)
