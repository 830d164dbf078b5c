"""What popups cost a crawl: the newspaper with every popup on and with none, in turn; same articles or it fails.

python -m benchmarks.measuring.popups [ROUNDS [MODE]]; as the crawl comes (RENDER_MODE auto), or every page in the
browser.
"""

from __future__ import annotations

import sys
from statistics import median
from typing import Any

from benchmarks.measuring.contenders import ROOT, scratch
from benchmarks.measuring.harness import PAGE, PATIENCE, read
from mtcrawler.storage.embedded.server import Embedded
from tests.fixtures.crawl import articles, command, environment
from tests.fixtures.store import fresh_bucket, remove_bucket
from tests.newspaper import Newspaper

ON: dict[str, Any] = {"modal": "overlay", "modal_delay": 0}
OFF: dict[str, Any] = {"modal": "none", "consent": False, "bar": False}
# Which of near-duplicates is stored first is up to the order of a run.
OF_THE_RUN = {"url", "overlays", "provenance", "similar_to", "cluster_id"}


def measured(options: dict[str, Any], store: Embedded, mode: str) -> tuple[float, float, dict[str, dict[str, Any]]]:
    """Wall seconds, CPU seconds of the crawl's processes, and the articles without what depends on the run."""
    bucket = fresh_bucket(store)
    with Newspaper("en", **options) as paper, scratch() as folder:
        line = command("moscowtimes", site=paper.origin, since="1990-01-01", S_RENDER_MODE=mode)
        reading = read(line, environment(bucket, folder), folder, PATIENCE + PAGE * len(paper.expected()))
        if reading.code:
            sys.exit((folder / "said.txt").read_text())
    stored = articles(bucket)
    remove_bucket(bucket)
    kept = {url: {name: one[name] for name in one if name not in OF_THE_RUN} for url, one in stored.items()}
    return reading.end - reading.begin, reading.cpu, kept


def main(rounds: str = "3", mode: str = "auto") -> int:
    """Prints the medians and their ratio; 1 where an article differs."""
    store = Embedded(ROOT / "var" / "bench" / "store")
    store.up()
    try:
        return _compared(store, int(rounds), mode)
    finally:
        store.down()


def _compared(store: Embedded, rounds: int, mode: str) -> int:
    walls: dict[str, list[float]] = {"on": [], "off": []}
    cpus: dict[str, list[float]] = {"on": [], "off": []}
    kept: dict[str, dict[str, dict[str, Any]]] = {}
    for _ in range(rounds):
        for name, options in (("on", ON), ("off", OFF)):
            wall, cpu, kept[name] = measured(options, store, mode)
            walls[name].append(wall)
            cpus[name].append(cpu)
            print(f"popups {name}: {wall:.1f} s, {cpu:.1f} CPU s, {len(kept[name])} articles", flush=True)
        same = set(kept["on"]) ^ set(kept["off"])
        different = [url for url in kept["on"] if url in kept["off"] and kept["on"][url] != kept["off"][url]]
        if different or len(same) > 2:  # of twins either may be the one that is kept
            print("articles differ:", *different, *same, sep="\n")
            return 1
    for what, figures in (("wall", walls), ("CPU", cpus)):
        on, off = median(figures["on"]), median(figures["off"])
        print(f"{what}: {on:.1f} s with every popup, {off:.1f} s with none, ratio {on / off:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
