"""`make torture`: kills and outages at random moments, scheduled runs with faults, every fault, every hostile page."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import tempfile
from pathlib import Path

from mtcrawler.storage.embedded.server import Embedded
from tests.fixtures.store import fresh_bucket
from tests.hostile.showing import run_all
from tests.torture import faults
from tests.torture.reliability import Result, write
from tests.torture.rounds import Torture
from tests.torture.schedule import Schedule


def main() -> int:
    """Torture fresh buckets, say what came of it, and write docs/reliability.md.

    The seed that is printed gives the same moments again; `--only NAME` tries the faults whose names have this in
    them, and writes nothing.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--outages", type=int, default=10)
    parser.add_argument("--runs", type=int, default=30, help="scheduled runs")
    parser.add_argument("--only", help="faults with this in their name, and nothing else")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Embedded(folder / "store")
        try:
            if options.only:
                return 0 if all(one.ok for one in _faults(store, folder, options.only)) else 1
            moments = _moments(store, folder, options.seed, options.kills, options.outages)
            schedule = _schedule(store, folder, options.seed, options.runs)
            results = _faults(store, folder)
        finally:
            store.down()
    hostile = asyncio.run(run_all())
    for one in hostile:
        _say(one)
    write(options.seed, moments.happened, schedule.happened, results, hostile)
    return 0 if all(one.ok for one in (moments, schedule, *results, *hostile)) else 1


def _moments(store: Embedded, folder: Path, seed: int, kills: int, outages: int) -> Result:
    score = Torture(fresh_bucket(store), folder, seed).run(kills, outages)
    for problem in score.problems:
        print(f"{problem.key}: {problem.problem}")
    happened = (
        f"{score.kills} kills, {score.outages} outages: {score.lost} lost, {score.duplicate} duplicate, "
        f"{score.torn} torn, {score.untold} untold"
    )
    return _said(Result("random moments", "kill -9 and outages of the bucket", happened, score.clean))


def _schedule(store: Embedded, folder: Path, seed: int, runs: int) -> Result:
    schedule = Schedule(fresh_bucket(store), folder, seed)
    wrong = schedule.run(runs)
    met = ", ".join(f"{fate} ({times})" for fate, times in sorted(schedule.fates.items()))
    happened = f"{runs} runs, each in a fresh directory, and two quiet ones: {met}. "
    happened += f"In the end: {wrong or 'the bucket equals the truth'}."
    return _said(Result("scheduled runs", "a fault drawn for each", happened, not wrong))


def _faults(store: Embedded, folder: Path, only: str = "") -> list[Result]:
    results = []
    for number, fault in enumerate(fault for fault in faults.FAULTS if only in fault.name):
        place = folder / f"fault-{number}"
        place.mkdir()
        try:
            results.append(_said(faults.run(fault, store, place)))
        except faults.NeedsRoot:
            results.append(_said(Result(fault.name, fault.tried, "not tried: it needs root", ok=True)))
        if not results[-1].ok:
            print((place / "said.txt").read_text())
    return results


def _said(one: Result) -> Result:
    _say(one)
    return one


def _say(one: Result) -> None:
    print(f"{'ok' if one.ok else 'FAILED':7}{one.name}: {one.happened}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
