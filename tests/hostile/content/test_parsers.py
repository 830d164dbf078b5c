"""Laws of content: it is read, and never taken for the name of something to open."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, articles, crawl
from tests.fixtures.waiting import until
from tests.hostile.canary import Canary, HostileSite
from tests.hostile.content.parsers import PARSERS

NAMED = "/2026/11/22/a-boat-named-in-a-file-a90002"
FEED = f"<rss><channel><item><link>{NAMED}</link></item></channel></rss>"


def being_read(pipe: Path) -> bool:
    """Whether somebody waits for the other end of the pipe; they are let go."""
    try:
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    except OSError as err:
        if err.errno != errno.ENXIO:
            raise
        time.sleep(0.002)
        return False
    return True


@pytest.mark.slow
def test_no_parser_opens_what_it_is_given(tmp_path: Path) -> None:
    """A path, a file's or another address, bare or anywhere in a document, is opened by no parser that is given it."""
    pipe, names, said = tmp_path / "canary", tmp_path / "names", tmp_path / "said"
    os.mkfifo(pipe)
    canary = Canary("127.0.0.2")
    command = [sys.executable, "-m", "tests.hostile.content.parsers", str(pipe), f"http://127.0.0.2:{canary.port}/"]
    opened: set[str] = set()
    with (
        names.open("w") as out,
        said.open("w") as err,
        subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=err) as child,
    ):
        while child.poll() is None:
            before = canary.hits
            if being_read(pipe) or canary.hits > before:
                opened.update(names.read_text().split()[-1:])
    canary.close()
    assert (opened, canary.hits) == (set(), 0)
    assert child.returncode == 0, said.read_text()
    assert names.read_text().split() == list(PARSERS)


def test_a_pipe_that_is_opened_is_noticed(tmp_path: Path) -> None:
    """The canary of the test above counts: whoever opens the pipe waits for its other end, and is seen."""
    pipe = tmp_path / "canary"
    os.mkfifo(pipe)
    with subprocess.Popen(["/bin/cat", str(pipe)]):
        until(lambda: being_read(pipe))


def test_a_feed_that_is_the_name_of_a_file_is_no_feed(bucket: Location, tmp_path: Path) -> None:
    """What a file on this machine names is asked for by no crawl; a feed that names the file names one address, which
    is no article's, and the run tells of the other feeds that they are empty.
    """
    local = tmp_path / "local.xml"
    local.write_text(FEED)
    with HostileSite() as site:
        site.pages["/rss/all"] = str(local)
        given = {"site": site.origin, "sources": "rss", "since": "2026-11-20", "S_RENDER_MODE": "http"}
        given["E_MTCRAWLER_NOW"] = "2026-11-22T12:00:00+00:00"
        run = crawl("moscowtimes", bucket, tmp_path, **given)
        assert not {NAMED, str(local)} & set(site.asked)
        site.pages["/rss/all"] = FEED
        crawl("moscowtimes", bucket, tmp_path, **given)
        assert NAMED in site.asked
    assert run.code == 13, run.said
    assert "1 address matches no pattern of articles" in run.said
    assert "6 × odd answer" in run.last_line
    assert "6 sources could not be read (rss:" in run.last_line
    assert "rss:all" not in run.last_line
    assert articles(bucket) == {}


def test_a_crawl_has_no_parser_of_feeds_in_its_own_process() -> None:
    """Whatever a crawl imports, feedparser is not among it."""
    code = "import sys, scrapy.cmdline, spiders.moscowtimes; sys.exit('feedparser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
