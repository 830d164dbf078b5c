"""`make fleet-torture`: the fleet under fire, with stand-in visits and with real crawls, and what must hold."""

from __future__ import annotations

import argparse
import secrets
import sys
import tempfile
from pathlib import Path

from tests.fleet.torture.crawls import CrawlTorture, CrawlTrial
from tests.fleet.torture.engine import EngineTorture, EngineTrial
from tests.fleet.torture.judging import Judgment


def main() -> int:
    """Run it; returns 0 where everything that must hold does. The seed that is printed gives the same moments again."""
    parser = argparse.ArgumentParser(prog="make fleet-torture", description=__doc__)
    parser.add_argument("--sites", type=int, default=1000, help="sites with stand-in visits; 0 for none")
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=540)
    parser.add_argument("--kills", type=int, default=30, help="workers killed with -9")
    parser.add_argument("--outages", type=int, default=5, help="kills of PostgreSQL, beside its drop")
    parser.add_argument("--every", type=float, default=20, help="seconds between two visits of a site")
    parser.add_argument("--crawled", type=int, default=20, help="sites that are served and really crawled; 0 for none")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options = parser.parse_args()
    _say(f"seed {options.seed}")
    judgments = list[Judgment]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.sites:
            judgments += _engine(options, folder)
        if options.crawled:
            judgments += _crawls(options, folder)
    for one in judgments:
        _say(str(one))
    return 0 if all(one.holds for one in judgments) else 1


def _engine(options: argparse.Namespace, folder: Path) -> list[Judgment]:
    trial = EngineTrial(
        sites=options.sites,
        workers=options.workers,
        seconds=options.seconds,
        kills=options.kills,
        outages=options.outages,
        seed=options.seed,
        every=options.every,
    )
    _say(f"Stand-in visits of {trial.sites} sites, {trial.workers} workers, {trial.seconds:g} s")
    found = EngineTorture(trial, _made(folder / "engine"), _say).run()
    for line in found.measured:
        _say(line)
    return found.judgments


def _crawls(options: argparse.Namespace, folder: Path) -> list[Judgment]:
    trial = CrawlTrial(
        sites=options.crawled,
        workers=max(options.workers // 2, 2),
        seconds=options.seconds / 3,
        kills=options.kills // 3,
        seed=options.seed,
    )
    _say(f"Crawls of {trial.sites} sites, {trial.workers} workers, {trial.kills} kills within {trial.seconds:g} s")
    return CrawlTorture(trial, _made(folder / "crawls"), _say).run()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
