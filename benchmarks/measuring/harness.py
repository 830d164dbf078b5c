"""One measurement: a contender reads the newspaper once, and everything is counted that this costs."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.measuring.contenders import Contender, scratch
from benchmarks.measuring.meter import Reading
from benchmarks.measuring.paper import Paper
from mtcrawler.storage.embedded.server import Embedded

PATIENCE = 60.0  # seconds beside those for the pages
PAGE = 6.0  # seconds a page may take before the contender is given up


@dataclass(frozen=True)
class Measure:
    """What one reading of the newspaper took. Seconds, MiB; bytes are those of bodies, as the newspaper sent them.

    `seconds` begin with the first request and end with the process, everything stored; `whole` begins with the process.
    CPU and memory are those of the contender's whole tree of processes, the browser's included; what the newspaper and
    the S3 server used is apart.
    """

    contender: str
    pages: int
    right: int
    code: int | None
    seconds: float
    whole: float
    cpu: float
    peak: float
    requests: int
    body_bytes: int
    paper_cpu: float
    store_cpu: float
    seen: dict[str, float]
    left: int


def measured(contender: Contender, paper: Paper, store: Embedded, *, delay: float = 0.0) -> Measure:
    """Lets it read the newspaper once, from a cold start; `delay` is in seconds between requests."""
    pages = len(paper.contents.stories)
    with scratch() as folder:
        started = contender.start(paper.contents, folder, delay, store)
        try:
            paper.traffic(anew=True)
            paper_before, store_before = paper.cpu, cpu_of(store)
            # Beside the pages there are lists, feeds and sitemaps to ask for, at the same pace.
            seconds = PATIENCE + PAGE * pages + delay * (2 * pages + 100)
            reading = read(started.command, started.environment, folder, seconds)
            traffic = paper.traffic()
            paper_cpu, store_cpu = paper.cpu - paper_before, cpu_of(store) - store_before
            right = started.right()
            if reading.code != 0:
                said = (folder / "said.txt").read_text(errors="replace").splitlines()[-15:]
                print(f"{contender.name} ended with {reading.code}; it said last:", *said, sep="\n", file=sys.stderr)
        finally:
            started.clean()
    return Measure(
        contender=contender.name,
        pages=pages,
        right=right,
        code=reading.code,
        seconds=reading.end - (traffic.first or reading.begin),
        whole=reading.end - reading.begin,
        cpu=max(reading.cpu, sum(reading.seen.values())),
        peak=reading.peak,
        requests=traffic.requests,
        body_bytes=traffic.body_bytes,
        paper_cpu=paper_cpu,
        store_cpu=store_cpu,
        seen=reading.seen,
        left=reading.left,
    )


def read(command: list[str], environment: dict[str, str], folder: Path, seconds: float) -> Reading:
    """The meter's reading of a command, which gets so many seconds; what it says goes to `said.txt` in the folder."""
    report, root = folder / "reading.json", Path(__file__).parents[2]
    meter = [sys.executable, "-m", "benchmarks.measuring.meter", str(report), str(seconds)]
    with (folder / "said.txt").open("wb") as said:
        subprocess.run([*meter, *command], cwd=root, env=environment, stdout=said, stderr=subprocess.STDOUT, check=True)
    kept = json.loads(report.read_text())
    return Reading(**{**kept, "memory": [(at, used) for at, used in kept["memory"]]})


def cpu_of(store: Embedded) -> float:
    """CPU seconds the S3 server has used so far."""
    pid = store.status().pid
    if pid is None:
        return 0.0
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
