"""Laws of what other programs inherit from a crawl: nothing that opens anything."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import psutil

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, articles, command, environment
from tests.hostile.answers import Answer
from tests.hostile.canary import HostileSite
from tests.hostile.pages import PATH, article

CANARY = "canary-e9b1f0"
GIVEN = {
    "AWS_CANARY": CANARY,
    "S3_SECRET": CANARY,
    "MTCRAWLER_TOKEN": CANARY,
    "GITHUB_TOKEN": CANARY,
    "PLAYWRIGHT_SERVICE_ACCESS_TOKEN": CANARY,
    "HTTPS_PROXY": f"http://user:{CANARY}@127.0.0.1:9",
}
OURS = ("AWS_", "S3_", "MTCRAWLER_", "SCRAPY_", "RENDER_")


@dataclass(frozen=True)
class Held(Answer):
    """An answer that waits until everybody has been looked at."""

    seen: threading.Event = field(default_factory=threading.Event)

    def write(self, handler: BaseHTTPRequestHandler) -> None:
        """Wait, and send it."""
        self.seen.wait(60)
        super().write(handler)


def inherited(process: psutil.Process, crawl: list[str]) -> dict[psutil.Process, dict[str, str]]:
    """The environment of every program below this one; the crawl itself, and what is about to become another program
    and still looks like it, are left out.
    """
    found = {}
    with suppress(psutil.Error):
        for child in process.children(recursive=True):
            with suppress(psutil.Error):
                if child.cmdline() and child.cmdline() != crawl:
                    found[child] = child.environ()
    return found


def test_no_program_that_a_crawl_starts_inherits_a_secret(bucket: Location, tmp_path: Path) -> None:
    """Neither the driver nor any process of the browser has a key, a token or a setting of ours in its environment."""
    seen: dict[psutil.Process, dict[str, str]] = {}
    names: set[str] = set()
    with HostileSite() as site:
        page = Held(article().encode())
        site.answers[PATH] = [page]
        line = command("moscowtimes", site=site.origin, url=site.origin + PATH, S_RENDER_MODE="browser")
        given = {**environment(bucket, tmp_path), **GIVEN, "RENDER_MODE": "browser"}
        with subprocess.Popen(line, cwd=ROOT, env=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as crawl:
            process = psutil.Process(crawl.pid)
            while crawl.poll() is None:
                found = inherited(process, line)
                seen |= found
                for each in found:
                    with suppress(psutil.Error):
                        names.add(each.name())
                if "node" in names and any("chrom" in name or "headless" in name for name in names):
                    page.seen.set()
    assert len(articles(bucket)) == 1
    assert "node" in names
    assert any("chrom" in name or "headless" in name for name in names), names
    secrets = {CANARY, bucket.secret_key, bucket.access_key}
    for process, variables in seen.items():
        told = [name for name, value in variables.items() if any(secret and secret in value for secret in secrets)]
        assert not told, (process, told)
        assert not [name for name in variables if name.startswith(OURS)], process


def test_asking_for_a_browser_hands_no_secret_on(tmp_path: Path) -> None:
    """What is started only to be looked at, by `doctor` or before a crawl, has the same environment."""
    program = tmp_path / "chromium-headless-shell"
    told = tmp_path / "told"
    program.write_text(f"#!/bin/sh\nenv > {told}\n")
    program.chmod(0o755)
    asked = [sys.executable, "-m", "mtcrawler.fetch.browser.browser", str(program)]
    given = {**environment(None, tmp_path), **GIVEN}
    subprocess.run(asked, cwd=ROOT, env=given, capture_output=True, check=False)
    assert "PATH=" in told.read_text()
    assert CANARY not in told.read_text()
