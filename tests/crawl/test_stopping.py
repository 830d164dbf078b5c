"""A run that is asked to stop ends in time, whatever its pages are doing, and with everything that was read."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from mtcrawler.commands.crawl import TWINS
from mtcrawler.runs.process.heartbeat import folder
from mtcrawler.storage.layout import ERROR_PAGES
from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from mtcrawler.storage.s3.client import Client
from tests.fixtures.crawl import ROOT, articles, command, crawl, environment
from tests.fixtures.moody import PROSE, Moody, Said, accounts, crawled, described_in, manifests, moody, story

GRACE = 2.0
TDM = "/.well-known/tdmrep.json"
# Beyond the grace: the last writes, the manifest, the browser's end, on a busy machine.
ENDING = 20.0


class Stuck(BaseHTTPRequestHandler):
    """Never answers about one article; the page of the other never lets the browser have a word."""

    asked: set[str] = set()
    closing = threading.Event()

    def do_GET(self) -> None:
        """Answer, or not."""
        article = "-a9000" in self.path
        if article:
            self.asked.add(self.path)
        if self.path.endswith("1"):
            self.closing.wait()
        body = b"<!doctype html><h1>Stuck</h1><script>for(;;);</script>" if article else b""
        self.send_response(200 if article else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
        """Keep quiet."""


@pytest.mark.slow
def test_a_run_that_stalls_ends_with_its_reason(bucket: Location, tmp_path: Path) -> None:
    """Where nothing comes of pending work for STALLED_AFTER seconds the run ends with 20, and its manifest says so."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stuck)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    given = {"S_STOP_GRACE": "1", "S_STALLED_AFTER": "3", "S_RENDER_MODE": "http"}
    run = crawl("moscowtimes", bucket, tmp_path, site=origin, url=f"{origin}/2026/11/20/never-a90001", **given)
    server.shutdown()
    server.server_close()
    assert run.code == 20, run.said
    assert "no progress" in run.last_line
    with Bucket(bucket) as reader:
        assert [one["outcome"] for one in reader.manifests()] == ["stalled"]


@pytest.mark.slow
def test_a_run_that_is_stopped_asks_for_nothing_new(bucket: Location, tmp_path: Path) -> None:
    """After the first signal what waits for the site's next turn is never asked for: it ends at once and is counted as
    not reached; the line says how many requests are really under way.
    """
    asked, answering = threading.Semaphore(0), threading.Event()
    paths: list[str] = []

    class Slow(Stuck):
        def do_GET(self) -> None:
            if "-a9100" in self.path:
                paths.append(self.path)
                asked.release()
                answering.wait(60)
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    urls = [f"{origin}/2026/11/20/later-a9100{number}" for number in range(5)]
    # The second would be asked for three seconds after the first, and each further one three seconds after that.
    slowly = {"S_DOWNLOAD_DELAY": "3", "S_DOWNLOAD_DELAY_JITTER": "0", "S_AUTOTHROTTLE_ENABLED": "0"}
    given = {**slowly, "S_ROBOTSTXT_OBEY": "0", "S_RENDER_MODE": "http", "S_STOP_GRACE": "120"}
    line = command("moscowtimes", site=origin, url=" ".join(urls), **given)
    with subprocess.Popen(
        line, cwd=ROOT, env=environment(bucket, tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert asked.acquire(timeout=60)
        process.send_signal(signal.SIGTERM)
        said = ""
        while "Asked to stop" not in said:
            said = process.stderr.readline()
            assert process.poll() is None
        answering.set()
        _, rest = process.communicate(timeout=120)
    server.shutdown()
    server.server_close()
    assert "the requests in progress (1)" in said
    assert process.returncode == 16, rest
    assert len(paths) == 1, paths
    with Bucket(bucket) as reader:
        (manifest,) = reader.manifests()
    assert manifest["outcome"] == "stopped"
    assert manifest["counts"]["fates"] == {"missing": 1, "not reached": 4}
    assert "RunStopped" not in manifest["counts"]["errors"]


def stopped(paper: Moody, reached: str, bucket: Location, var: Path, spider: str, **given: str) -> str:
    """What a crawl says that is stopped as soon as an address was asked for; what waits has two seconds to wait."""
    slowly = {"S_DOWNLOAD_DELAY": "2", "S_DOWNLOAD_DELAY_JITTER": "0", "S_AUTOTHROTTLE_ENABLED": "0"}
    line = command(spider, site=paper.origin, since="2026-11-01", S_RENDER_MODE="http", **slowly, **given)
    variables = {"MTCRAWLER_SITES": described_in(var / "sites"), "MTCRAWLER_NOW": "2026-11-21T10:00:00+00:00"}
    with (
        (var / "said").open("wb") as log,
        subprocess.Popen(line, cwd=ROOT, env={**environment(bucket, var), **variables}, stdout=log, stderr=log) as run,
    ):
        ends = time.monotonic() + 60
        while reached not in paper.hits:
            assert run.poll() is None, (var / "said").read_text()
            assert time.monotonic() < ends
            time.sleep(0.02)
        run.send_signal(signal.SIGTERM)
        code = run.wait(60)
    said = (var / "said").read_text()
    assert code == 16, said
    return said


@pytest.mark.slow
def test_an_article_whose_part_a_stop_ends_is_left_to_the_next_run(bucket: Location, tmp_path: Path) -> None:
    """It is neither stored in half nor counted as failed: it is not reached, and the next run stores it whole."""
    whole, other = "/2026/11/20/light", "/2026/11/20/snow"
    pages = {
        whole: story("light", more=f"<p><a href='{whole}?page=2'>Next page</a></p>"),
        f"{whole}?page=2": story("light", more=f"<p>{PROSE.upper()}</p>"),
        other: story("snow"),
    }
    with moody(pages) as paper:
        stopped(paper, other, bucket, tmp_path, "paper", url=f"{paper.origin}{whole} {paper.origin}{other}")
        (told,) = manifests(bucket).values()
        assert accounts(told)["not reached"] >= 1
        assert told["counts"]["errors"] == {}
        assert all("light" not in address for address in articles(bucket))
        _, told = crawled(paper, bucket, tmp_path, url=paper.origin + whole)
    assert accounts(told) == {"new": 1}
    assert next(one for url, one in articles(bucket).items() if url.endswith(whole))["access"]["complete"]


@pytest.mark.slow
def test_a_site_is_not_said_to_fail_because_of_a_stop(bucket: Location, tmp_path: Path) -> None:
    """Where the address that cannot exist was not asked for, its page is not reached, and nothing is remembered."""
    bare, other = "/2026/11/20/bare", "/2026/11/20/snow"
    page = Said(f"<html lang=en><title>Bare</title><article><h1>Bare</h1><p>{PROSE}</p><p>{PROSE}</p></article>")
    with moody({bare: page, other: story("snow")}) as paper:
        stopped(paper, other, bucket, tmp_path, "paper", url=f"{paper.origin}{bare} {paper.origin}{other}")
        (told,) = manifests(bucket).values()
        assert accounts(told)["not reached"] >= 1
        assert told["counts"]["errors"] == {}
    client = Client(bucket)
    notes = list(client.keys(ERROR_PAGES))
    client.close()
    assert notes == []


def test_every_address_that_was_asked_for_by_name_is_accounted_for_after_a_stop(
    bucket: Location, tmp_path: Path
) -> None:
    """A run that is stopped before it has asked for any of six addresses says of each that it was not reached."""
    paths, answers = [f"/2026/11/20/story{number}" for number in range(6)], threading.Event()
    with moody({TDM: Said("[]", held=answers)}) as paper:
        urls = " ".join(f"{paper.origin}{path}" for path in paths)
        stopped(paper, TDM, bucket, tmp_path, "paper", url=urls, S_STOP_GRACE="1")
        answers.set()
        (told,) = manifests(bucket).values()
    assert (told["counts"]["found"], accounts(told)) == ({"url": 6}, {"not reached": 6})
    assert {*told["not_kept"].values()} == {"not reached"}
    assert len(told["not_kept"]) == 6


@pytest.mark.slow
def test_places_that_are_only_tried_are_left_after_a_stop(bucket: Location, tmp_path: Path) -> None:
    """A site that nobody has described is not taken for one that failed, nor asked at the next usual place."""
    with moody({"/": Said("<title>Courier</title>")}) as paper:
        said = stopped(paper, "/", bucket, tmp_path, "news")
        assert len(paper.hits.keys() & {"/sitemap.xml", "/sitemap_index.xml", "/feed", "/rss"}) == 0, paper.hits
    (told,) = manifests(bucket).values()
    assert "before its turn" not in said
    assert told["counts"]["errors"] == {}
    assert accounts(told) == {}


@pytest.mark.slow
@pytest.mark.parametrize("times", [1, 2])
def test_pages_that_hang_do_not_keep_a_run_from_ending(times: int, bucket: Location, tmp_path: Path) -> None:
    """SIGTERM ends a run whose pages hang within its grace, with 16 and a manifest; a second one ends it at once."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Stuck)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    Stuck.asked.clear()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    urls = [f"{origin}/2026/11/20/never-a9000{number}" for number in (1, 2)]
    line = command("moscowtimes", S_STOP_GRACE=str(GRACE if times == 1 else 600), site=origin, url=" ".join(urls))
    with subprocess.Popen(
        line, cwd=ROOT, env=environment(bucket, tmp_path), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        while len(Stuck.asked) < 2:
            assert process.poll() is None
            time.sleep(0.05)
        [crawler] = psutil.Process(process.pid).children()
        heartbeat = folder() / str(crawler.pid)
        assert heartbeat.exists()
        begun = time.monotonic()
        process.send_signal(signal.SIGTERM)
        if times == 2:
            assert process.stderr is not None
            while "Asked to stop" not in process.stderr.readline():
                assert process.poll() is None
            while time.monotonic() - begun < TWINS + 0.5:  # until then a second one is the first, sent to a group
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=120)
        took = time.monotonic() - begun
    server.shutdown()
    server.server_close()
    assert process.returncode == 16, said
    assert times == 2 or not heartbeat.exists()
    assert took < GRACE + ENDING, said
    with Bucket(bucket) as reader:
        assert [one["outcome"] for one in reader.manifests()] == (["stopped"] if times == 1 else [])
