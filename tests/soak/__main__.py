"""`make soak`: hundreds of runs of a site that changes its mood; ends with 1 when something did not hold."""

from __future__ import annotations

import argparse
import secrets
import tempfile
from pathlib import Path

from mtcrawler.storage.embedded.server import Embedded
from tests.fixtures.store import fresh_bucket
from tests.soak.soak import Soak


def main() -> int:
    """The seed that is printed gives the same runs again."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--keep", type=Path, help="a folder for the logs of the runs that went wrong")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = options.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        store = Embedded(Path(name) / "store")
        try:
            soak = Soak(fresh_bucket(store), folder, options.seed, told=lambda line: print(line, flush=True))
            soak.run(options.runs)
        finally:
            store.down()
    print("; ".join(f"{mood}: {times}" for mood, times in sorted(soak.met.items())))
    print(*soak.problems, sep="\n", end="\n" if soak.problems else "")
    print(f"{len(soak.problems)} problems in {options.runs} runs")
    return 1 if soak.problems else 0


if __name__ == "__main__":
    raise SystemExit(main())
