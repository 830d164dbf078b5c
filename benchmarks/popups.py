"""What popups cost a crawl: the newspaper with every popup on and with none, in turn; same articles or it fails.

python -m benchmarks.popups [ROUNDS [MODE]]; as the crawl comes (RENDER_MODE auto), or with every page in the browser.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from mtcrawler.bucket.embedded import Embedded
from tests.fixtures.crawl import articles, crawl
from tests.newspaper import Newspaper

ON: dict[str, Any] = {"modal": "overlay", "modal_delay": 0}
OFF: dict[str, Any] = {"modal": "none", "consent": False, "bar": False}
# Which of near-duplicates is stored first is up to the order of a run.
OF_THE_RUN = {"url", "overlays", "provenance", "similar_to", "cluster_id"}


def measured(options: dict[str, Any], folder: Path, mode: str) -> tuple[float, float, dict[str, dict[str, Any]]]:
    """Wall seconds, CPU seconds of the crawl's processes, and the articles without what depends on the run."""
    store = Embedded(folder / "store")
    with Newspaper("en", **options) as paper:
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        run = crawl("moscowtimes", None, folder, site=paper.origin, since="1990-01-01", S_RENDER_MODE=mode)
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.code:
        sys.exit(run.said)
    try:
        stored = articles(store.up())
    finally:
        store.down()
    kept = {url: {name: one[name] for name in one if name not in OF_THE_RUN} for url, one in stored.items()}
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, kept


def main(rounds: str = "3", mode: str = "auto") -> int:
    """Prints the medians and their ratio; 1 where an article differs."""
    walls: dict[str, list[float]] = {"on": [], "off": []}
    cpus: dict[str, list[float]] = {"on": [], "off": []}
    kept: dict[str, dict[str, dict[str, Any]]] = {}
    for _ in range(int(rounds)):
        for name, options in (("on", ON), ("off", OFF)):
            with tempfile.TemporaryDirectory() as folder:
                wall, cpu, kept[name] = measured(options, Path(folder), mode)
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
