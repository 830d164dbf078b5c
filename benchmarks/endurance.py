"""One long run: does it end, how fast is it in its last tenth, and how much memory does it hold by then?

`python -m benchmarks.endurance [PAGES] [MODE]` crawls that many articles (10,000) in one run, in the given RENDER_MODE.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.measuring.contenders import MODES, ROOT, Ours, scratch
from benchmarks.measuring.harness import PAGE, PATIENCE, read
from benchmarks.measuring.meter import Reading
from benchmarks.measuring.paper import Paper
from benchmarks.measuring.tenths import Sample, longest_pause, tenths
from mtcrawler.storage.embedded.server import Embedded

LEAST_RATE = 0.95  # of the first tenth's
MOST_MEMORY = 1.10  # of the second tenth's
MOST_MIB = 1536


@contextmanager
def counted(paper: Paper) -> Iterator[list[Sample]]:
    """How many pages were asked for, every half second while the context lasts."""
    samples: list[Sample] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.5):
            samples.append((time.monotonic(), paper.traffic().stories))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield samples
    finally:
        over.set()
        thread.join()


def verdict(reading: Reading, pages: list[Sample]) -> bool:
    """Prints the tenths and what was asked of them; whether all of it held."""
    parts = tenths(pages, reading.memory)
    print("| tenth | pages/s | memory MiB |\n|---|---|---|")
    for number, part in enumerate(parts, 1):
        print(f"| {number} | {part.rate:.2f} | {'' if part.memory is None else f'{part.memory:.0f}'} |")
    speed = parts[-1].rate / parts[0].rate
    second, last = parts[1].memory or 0.0, parts[-1].memory or 0.0
    laws = {
        f"it ended by itself (exit code {reading.code}, {reading.left} processes left)": reading.code in {0, 11},
        f"the last tenth was {speed:.3f} × as fast as the first, at least {LEAST_RATE}": speed >= LEAST_RATE,
        f"it held {last:.0f} MiB in the last tenth, {second:.0f} in the second, at most {MOST_MEMORY} ×": last
        <= MOST_MEMORY * second,
        f"it held {reading.peak:.0f} MiB at most, up to {MOST_MIB}": reading.peak <= MOST_MIB,
    }
    for law, holds in laws.items():
        print("holds: " if holds else "FAILS: ", law, sep="")
    print(f"longest pause between pages: {longest_pause(pages):.1f} s")
    return all(laws.values())


def main(pages: int, mode: str) -> int:
    """Crawl and judge; 1 where something did not hold."""
    store = Embedded(ROOT / "var" / "bench" / "store")
    store.up()
    try:
        with Paper(pages) as paper, scratch() as folder:
            # Lists of thousands of stories would be walked to their end; the sitemap names all but what is sponsored.
            ours = Ours(mode, {"sources": "sitemap"})
            started = ours.start(paper.contents, folder, 0.0, store)
            try:
                paper.traffic(anew=True)
                with counted(paper) as samples:
                    reading = read(started.command, started.environment, folder, PATIENCE + PAGE * pages)
                right = started.right()
            finally:
                started.clean()
    finally:
        store.down()
    seconds = reading.end - reading.begin
    print(
        f"{ours.name}: {pages} stories in {seconds:.0f} s, {reading.cpu / pages:.3f} CPU s each, {right} stored right"
    )
    print(f"load of the machine over 15 minutes: {os.getloadavg()[2]:.1f} on {os.cpu_count()} cores")
    return 0 if verdict(reading, samples) else 1


if __name__ == "__main__":
    asked = sys.argv[1:]
    sys.exit(main(int(asked[0]) if asked else 10_000, asked[1] if asked[1:] else MODES[0]))
