"""One crawl under a fault: run as an operator runs it, watched from outside, and its bucket compared with the truth."""

from __future__ import annotations

import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from mtcrawler.storage.location import Location
from mtcrawler.storage.read.verify import Problem, verify
from tests.fixtures.crawl import ROOT, articles, command, differences, environment
from tests.newspaper import Newspaper

SINCE = "2026-11-21"
MEMORY = 1536
"""MiB that all processes of a crawl may take together, without what they share."""
ENDED = 180
"""Seconds after which a crawl is taken to hang."""

Meddle = Callable[[psutil.Process], None]


@dataclass
class Watched:
    """How a crawl ended: its code, seconds, most memory in MiB, and what it said."""

    code: int
    seconds: float
    peak: float
    said: str = field(repr=False)


def watch(bucket: Location, folder: Path, arguments: dict[str, str], meddle: Meddle | None = None) -> Watched:
    """Crawl; `meddle` is called over and over with its process, as long as it runs. Arguments are those of `crawl`."""
    variables = {name[2:]: value for name, value in arguments.items() if name.startswith("E_")}
    given = {name: value for name, value in arguments.items() if not name.startswith("E_")}
    begun, peak = time.monotonic(), 0.0
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as said,
        subprocess.Popen(
            command("moscowtimes", **given),
            cwd=ROOT,
            env={**environment(bucket, folder), **variables},
            stdout=said,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
        watched = psutil.Process(process.pid)
        over = threading.Event()
        if meddle is not None:
            thread = threading.Thread(target=_meddle, args=(meddle, watched, over), daemon=True)
            thread.start()
        while process.poll() is None:
            peak = max(peak, _memory(watched))
            if time.monotonic() - begun > ENDED:
                process.kill()
            time.sleep(0.1)
        over.set()
        seconds = time.monotonic() - begun
        said.seek(0)
        return Watched(process.returncode, seconds, peak, said.read())


def browsers(process: psutil.Process, kind: str = "") -> list[psutil.Process]:
    """The crawl's browsers, or their processes of one kind such as "renderer"."""
    found = []
    for each in _tree(process):
        try:
            line = each.cmdline()
        except psutil.Error:
            continue
        mine = "--type=" in " ".join(line) if kind else not any(part.startswith("--type=") for part in line)
        if line and "chrom" in line[0] and mine and (not kind or f"--type={kind}" in line):
            found.append(each)
    return found


def wrong(bucket: Location, paper: Newspaper, *, without: str = "") -> str:
    """What is wrong in the bucket, in words: lost, twice, not the truth, or against the contract; "" for nothing.

    `without` is an address that need not be there; if it is, it has to be the truth.
    """
    stored = articles(bucket)
    truth = paper.expected()
    recent = {url for url in truth if url.partition(".com/")[2] >= SINCE.replace("-", "/")}
    problems: list[Problem] = []
    verify(bucket, problems.append)
    found = [f"lost {url}" for url in sorted((recent & paper.listed()["rss"]) - stored.keys() - {without})]
    for url, article in stored.items():
        if differs := differences(article, truth[url]):
            found.append(f"{url} differs in {', '.join(differs)}")
    return "; ".join([*found, *(f"{each.key}: {each.problem}" for each in problems)])


def _meddle(meddle: Meddle, process: psutil.Process, over: threading.Event) -> None:
    while not over.wait(0.05):
        try:
            meddle(process)
        except psutil.Error:
            continue


def _tree(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def _memory(process: psutil.Process) -> float:
    total = 0
    for each in [process, *_tree(process)]:
        try:
            total += int(each.memory_info().rss) - int(each.memory_info().shared)
        except psutil.Error:
            continue
    return total / (1 << 20)
