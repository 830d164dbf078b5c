"""Laws of what other programs inherit from a crawl: nothing that opens anything."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from mtcrawler.storage.embedded.server import Embedded
from tests.fixtures.crawl import ROOT, articles, command, environment
from tests.hostile.answers import OpenAnswer
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
ENDED = 240.0
"""Seconds after which the crawl should have ended, on a busy machine too."""
OURS = ("AWS_", "S3_", "MTCRAWLER_", "SCRAPY_", "RENDER_")

NOTING = """
import json, os, sys

def noting(event, given):
    if event in {{"subprocess.Popen", "os.posix_spawn", "os.exec", "os.system"}}:
        own = given[-1] if event != "os.system" and given[-1] is not None else os.environ
        variables = {{os.fsdecode(name): os.fsdecode(value) for name, value in own.items()}}
        with open({0!r}, "a") as file:
            file.write(json.dumps([" ".join(map(str, given[:2])), variables]) + "\\n")

sys.addaudithook(noting)
"""
"""Has a Python process write down each program that it starts, with what that gets as its environment."""


def inherited(process: psutil.Process, crawl: list[str]) -> dict[psutil.Process, tuple[str, dict[str, str]]]:
    """The name and the environment of every program below this one.

    The crawl itself is left out, and so is what is about to become another program and still looks like it, or became
    one while it was looked at: until then its environment is its parent's.
    """
    found = {}
    with suppress(psutil.Error):
        for child in process.children(recursive=True):
            with suppress(psutil.Error):
                command, name, variables = child.cmdline(), child.name(), child.environ()
                if command and command != crawl and child.cmdline() == command and child.is_running():
                    found[child] = name, variables
    return found


@pytest.mark.slow
def test_no_program_that_a_crawl_starts_inherits_a_secret(tmp_path: Path) -> None:
    """Neither the store, the driver, the browser nor anything else, however short-lived, has a key, a token or a
    setting of ours in its environment.
    """
    seen: dict[psutil.Process, tuple[str, dict[str, str]]] = {}
    said, started, store = tmp_path / "said", tmp_path / "started", Embedded(tmp_path / "store")
    (tmp_path / "sitecustomize.py").write_text(NOTING.format(str(started)))
    with HostileSite() as site:
        page = OpenAnswer(article().encode())
        site.answers[PATH] = [page]
        site.pages["/rss/all"] = f"<rss><channel><item><link>{PATH}</link></item></channel></rss>"
        line = command("moscowtimes", site=site.origin, sources="rss", since="2026-11-20", S_RENDER_MODE="browser")
        path = {"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}
        given = {**environment(None, tmp_path), **GIVEN, **path, "MTCRAWLER_NOW": "2026-11-22T12:00:00+00:00"}
        with (
            said.open("wb") as log,
            subprocess.Popen(line, cwd=ROOT, env=given, stdout=log, stderr=subprocess.STDOUT) as crawl,
        ):
            ends = time.monotonic() + ENDED
            while crawl.poll() is None:
                if time.monotonic() > ends:
                    crawl.kill()
                shown = PATH in site.asked  # then all are there
                seen |= inherited(psutil.Process(crawl.pid), line)
                if shown:
                    page.seen.set()
                time.sleep(0.01)  # the crawl needs the processor, too
    try:
        stored, keys = articles(store.up()), store.up()
    finally:
        store.down(wait=0)
    assert len(stored) == 1, said.read_text()
    told = [(name, variables) for name, variables in seen.values()]
    told += [(name, variables) for name, variables in map(json.loads, started.read_text().splitlines())]
    for program in ("node", "chrom", "weed", "python"):
        assert any(program in name for name, _ in told), [name for name, _ in told]
    for name, variables in told:
        secret = [one for one, value in variables.items() if {CANARY, keys.secret_key, keys.access_key} & {value}]
        assert not [one for one in variables if CANARY in variables[one]] + secret, name
        assert not [one for one in variables if one.startswith(OURS)], name


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
