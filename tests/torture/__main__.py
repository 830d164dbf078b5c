"""`make torture`: fifty kills and ten outages at random moments on one bucket, then the count."""

from __future__ import annotations

import argparse
import secrets
import tempfile
from pathlib import Path

from mtcrawler.bucket.embedded import Embedded
from tests.fixtures.store import fresh_bucket
from tests.torture.rounds import Torture


def main() -> int:
    """Torture a fresh bucket; the seed that is printed gives the same moments again."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--outages", type=int, default=10)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory() as folder:
        store = Embedded(Path(folder) / "store")
        try:
            score = Torture(fresh_bucket(store), Path(folder), options.seed).run(options.kills, options.outages)
        finally:
            store.down()
    for problem in score.problems:
        print(f"{problem.key}: {problem.problem}")
    print(
        f"{score.kills} kills, {score.outages} outages: {score.lost} lost, {score.duplicate} duplicate, "
        f"{score.torn} torn, {score.untold} untold"
    )
    return 0 if score.clean else 1


if __name__ == "__main__":
    raise SystemExit(main())
