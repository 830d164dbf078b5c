"""Laws of a crawl that something holds: it ends by force, in time, with its reason and the place where it hung."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from mtcrawler.storage.location import Location
from mtcrawler.storage.read.reader import Bucket
from tests.fixtures.crawl import ROOT, command, environment
from tests.fixtures.waiting import until
from tests.hostile.canary import HostileSite

pytestmark = pytest.mark.slow

ARTICLE = "/2026/11/22/a-boat-that-held-on-a90001"
PAGE = f"""<link rel=canonical href=https://www.themoscowtimes.com{ARTICLE}>
<article class=article><header class=article__header><h1>A boat</h1></header></article>"""
STARTED = 120.0
"""Seconds after which a crawl should have come to its page, on a busy machine too."""
ENDED = 60.0
"""Seconds after which a crawl should have been ended, on a busy machine too."""


@contextmanager
def crawling(
    spider: str, bucket: Location, var: Path, origin: str, ignored: signal.Signals | None = None, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """A crawl of one page of that spider's; killed at the end if it still runs."""
    given = {"S_SPIDER_MODULES": "tests.hostile.serving.holding", "S_RENDER_MODE": "http", "site": origin}
    line = command(spider, url=origin + ARTICLE, **given, **settings)

    def hear() -> None:
        for number in {signal.SIGINT, signal.SIGHUP} - {ignored}:  # whoever runs the tests may ignore them
            signal.signal(number, signal.SIG_DFL)

    with subprocess.Popen(
        line,
        cwd=ROOT,
        env=environment(bucket, var),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear,  # noqa: PLW1509 - no thread of ours holds a lock
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def crawler_of(process: subprocess.Popen[str]) -> psutil.Process:
    """The process that crawls: the supervisor's only child."""
    supervisor = psutil.Process(process.pid)
    until(lambda: bool(supervisor.children()) or process.poll() is not None, seconds=STARTED)
    assert process.poll() is None
    return supervisor.children()[0]


def wait_until_held(process: subprocess.Popen[str], site: HostileSite) -> psutil.Process:
    """Wait until the page was fetched and its reading has taken three seconds of the processor; returns the crawler."""
    crawler = crawler_of(process)
    until(lambda: ARTICLE in site.asked or process.poll() is not None, seconds=STARTED)
    assert process.poll() is None, process.communicate()[1]
    begun = crawler.cpu_times().user
    until(lambda: process.poll() is not None or crawler.cpu_times().user >= begun + 3, seconds=STARTED)
    assert process.poll() is None
    return crawler


@pytest.fixture
def site() -> Iterator[HostileSite]:
    """A site with one article."""
    with HostileSite() as made:
        made.pages[ARTICLE] = PAGE
        yield made


@pytest.mark.parametrize("spider", ["pattern", "loop"])
def test_a_crawl_that_is_held_ends_by_itself(spider: str, site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """Where Python does nothing for UNRESPONSIVE_AFTER seconds the run is ended with 20, and the place is named."""
    with crawling(spider, bucket, tmp_path, site.origin, S_UNRESPONSIVE_AFTER="4") as process:
        _, said = process.communicate(timeout=ENDED)
    assert process.returncode == 20, said
    assert "Python did not answer for 4 s (it was in subtitle, holding.py line" in (
        last := said.rstrip().rpartition("\n")[2]
    )
    assert "called from draft_of, drafting.py line" in last
    [kept] = tmp_path.rglob("unresponsive-*.txt")
    assert "holding.py" in kept.read_text()
    assert kept.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("spider", "sign"), [("pattern", signal.SIGTERM), ("loop", signal.SIGINT)])
def test_a_signal_always_works(
    spider: str, sign: signal.Signals, site: HostileSite, bucket: Location, tmp_path: Path
) -> None:
    """SIGTERM and SIGINT end a crawl whose interpreter is held, with 16 and one line, and nothing of it is left."""
    with crawling(spider, bucket, tmp_path, site.origin) as process:
        crawler = wait_until_held(process, site)
        process.send_signal(sign)
        _, said = process.communicate(timeout=ENDED)
    assert process.returncode == 16, said
    assert "Python did not answer the signal" in said.rstrip().rpartition("\n")[2]
    assert not crawler.is_running()


def test_nothing_outlives_a_supervisor_that_is_killed(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """A crawl ends with the process that the operator started, also where that is killed."""
    with crawling("pattern", bucket, tmp_path, site.origin) as process:
        crawler = wait_until_held(process, site)
        process.kill()
        process.communicate(timeout=ENDED)
        with suppress(psutil.NoSuchProcess):
            crawler.wait(ENDED)
    assert not crawler.is_running()


def test_a_crawl_that_the_system_kills_is_told(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """A crawl that is killed from outside ends with that signal, and a line says so."""
    with crawling("pattern", bucket, tmp_path, site.origin) as process:
        wait_until_held(process, site).kill()
        _, said = process.communicate(timeout=ENDED)
    assert process.returncode == -signal.SIGKILL
    assert "it was ended by SIGKILL" in said.rstrip().rpartition("\n")[2]
    assert "run out of memory" in said


def test_a_crawl_that_is_paused_is_left_alone(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """A crawl that was stopped with SIGSTOP cannot answer and is not ended for it."""
    with crawling("loop", bucket, tmp_path, site.origin, S_UNRESPONSIVE_AFTER="3") as process:
        crawler = crawler_of(process)
        crawler.suspend()
        stopped = time.monotonic()
        while time.monotonic() - stopped < 6:
            assert process.poll() is None
            time.sleep(0.1)
        crawler.resume()
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=ENDED)
    assert process.returncode == 16, said


@contextmanager
def waiting(
    site: HostileSite, bucket: Location, var: Path, ignored: signal.Signals | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A sound crawl that waits, as its site may be asked once a minute; with a signal ignored, as by nohup."""
    given = {"S_DOWNLOAD_DELAY": "60", "S_AUTOTHROTTLE_ENABLED": "0", "S_UNRESPONSIVE_AFTER": "8"}
    before = signal.signal(ignored, signal.SIG_IGN) if ignored else None  # a process inherits what is ignored
    try:
        with crawling("loop", bucket, var, site.origin, ignored, **given, S_STOP_GRACE="1") as process:
            until(lambda: bool(site.asked) or process.poll() is not None, seconds=STARTED)
            assert process.poll() is None, process.communicate()[1]
            yield process
    finally:
        if ignored:
            signal.signal(ignored, before)


def ended(process: subprocess.Popen[str], sign: signal.Signals) -> str:
    """What a crawl says that is asked to stop; it ends with 16, and not by force."""
    process.send_signal(sign)
    _, said = process.communicate(timeout=ENDED)
    assert process.returncode == 16, said
    assert "Python did not answer" not in said
    return said


def test_a_pause_of_all_is_no_silence(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """A crawl that is paused whole for longer than it may be silent (Ctrl-Z, docker pause) goes on afterwards."""
    with waiting(site, bucket, tmp_path) as process:
        both = (psutil.Process(process.pid), crawler_of(process))
        for each in both:
            each.suspend()
        paused = time.monotonic()
        while time.monotonic() - paused < 11:
            assert process.poll() is None
            time.sleep(0.1)
        for each in both:
            each.resume()
        ended(process, signal.SIGTERM)


def test_a_signal_to_all_at_once_is_one(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """A signal that reaches the crawl twice, from its supervisor and from the group, is one request to stop."""
    with waiting(site, bucket, tmp_path) as process:
        crawler_of(process).send_signal(signal.SIGTERM)
        time.sleep(0.02)
        assert "stopped" in ended(process, signal.SIGTERM)
    with Bucket(bucket) as reader:
        assert [one["outcome"] for one in reader.manifests()] == ["stopped"]


def test_a_crawl_whose_output_nobody_reads_is_left_alone(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """A crawl that waits for a pager to take its output is not ended for it, and goes on when it is read."""
    given = {"S_SPIDER_MODULES": "tests.hostile.serving.holding", "S_UNRESPONSIVE_AFTER": "4", "S_LOG_LEVEL": "DEBUG"}
    line = command(
        "loop", site=site.origin, S_DOWNLOAD_DELAY="60", S_AUTOTHROTTLE_ENABLED="0", S_STOP_GRACE="1", **given
    )
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    with subprocess.Popen(line, cwd=ROOT, env=environment(bucket, tmp_path), stdout=writing, stderr=writing) as process:
        os.close(writing)
        full = select.poll()
        full.register(reading, select.POLLIN)
        assert full.poll(ENDED * 1000)
        waited = time.monotonic()
        while time.monotonic() - waited < 12:
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        with os.fdopen(reading, "rb") as said:
            told = said.read().decode()
        assert process.wait(ENDED) == 16, told
    assert "Python did not answer" not in told


def test_streams_that_are_closed_keep_no_crawl_from_starting(bucket: Location, tmp_path: Path) -> None:
    """A crawl whose output was closed beforehand begins and ends as ever."""
    line = ["/bin/sh", "-c", 'exec "$@" >&- 2>&-', "sh", *command("loop", site="http://127.0.0.1:9")]
    given = {**environment(bucket, tmp_path), "SCRAPY_PROJECT": "test"}
    asked = [*line, "-s", "SPIDER_MODULES=tests.hostile.serving.holding"]
    assert subprocess.run(asked, cwd=ROOT, env=given, check=False, timeout=ENDED).returncode == 13


def test_a_hang_up_is_a_signal_to_stop(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """A terminal that is closed ends a crawl in good order."""
    with waiting(site, bucket, tmp_path) as process:
        assert "stopped" in ended(process, signal.SIGHUP)


def test_who_asks_for_no_hang_up_has_none(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """Under nohup a crawl goes on when its terminal is closed."""
    with waiting(site, bucket, tmp_path, signal.SIGHUP) as process:
        for each in (process.pid, crawler_of(process).pid):
            psutil.Process(each).send_signal(signal.SIGHUP)
        hung_up = time.monotonic()
        while time.monotonic() - hung_up < 3:
            assert process.poll() is None
            time.sleep(0.1)
        ended(process, signal.SIGTERM)


def test_a_signal_before_the_crawl_began_is_one_line(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """SIGTERM while the crawl is still being prepared ends it with 16 and one line."""
    with crawling("loop", bucket, tmp_path, site.origin) as process:
        crawler_of(process)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=ENDED)
    assert process.returncode == 16, said
    assert "Traceback" not in said


def test_the_supervisor_knows_no_keys(site: HostileSite, bucket: Location, tmp_path: Path) -> None:
    """The supervisor has an environment of its own, and its last words are JSON where the log is."""
    with crawling("pattern", bucket, tmp_path, site.origin, S_UNRESPONSIVE_AFTER="4", S_LOG_JSON="1") as process:
        crawler_of(process)
        until(lambda: "supervisor" in " ".join(psutil.Process(process.pid).cmdline()))
        assert psutil.Process(process.pid).environ() == {}
        _, said = process.communicate(timeout=ENDED)
    told = json.loads(said.rstrip().rpartition("\n")[2])
    assert told["level"] == "ERROR"
    assert told["spider"] == "pattern"
