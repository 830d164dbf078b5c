"""`make fuzz`: each target fed by atheris, which looks at what the code does with an input to make the next one.

`python -m tests.fuzz [--target NAME …] [--seconds S] [--runs N] [--jobs N] [--findings DIR]`. An input may take a
second for each 100 kB and some memory (tests/fuzz/bounds.py); one that takes more, or raises what is not documented, is
kept in the folder of findings and tried again in a process of its own, and the fuzzer goes on.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz.campaign import Campaign, Result
from tests.fuzz.child import fuzz, replay

SHAPES = "shapes"
"""The target that is no parser: pages of odd shapes, met by the overlay engine in a real browser."""
FINDINGS = Path("var/fuzzing/findings")


def main() -> int:
    """Fuzz all targets, or those that are named; 1 if any input broke a bound."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--target", action="append", default=[], help="only this one; may be given several times")
    parser.add_argument("--seconds", type=int, default=300, help="the most for each target")
    parser.add_argument("--runs", type=int, default=-1, help="the most inputs for each target (default: no limit)")
    parser.add_argument("--jobs", type=int, default=1, help="targets at a time")
    parser.add_argument("--findings", type=Path, default=FINDINGS, help=f"where inputs are kept (default: {FINDINGS})")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="try one input on the target that is named")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside is not None:
        fuzz(options.target[0], options.inside, options.runs, options.seconds)
    if options.replay is not None:
        return replay(options.target[0], options.replay)
    return campaign(options)


def campaign(options: argparse.Namespace) -> int:
    """Fuzz, and say of each target what came of it; the last line is the verdict."""
    from tests.fuzz.seeds import heavy, meant  # noqa: PLC0415 - a child does without
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - uninstrumented here, instrumented in a child

    names = [target.__name__ for target in TARGETS if not options.target or target.__name__ in options.target]
    if unknown := set(options.target) - {*names, SHAPES}:
        print(f"no target is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    shutil.rmtree(options.findings, ignore_errors=True)
    seeds, begun = [*meant(), *heavy()], time.monotonic()
    shown = not options.target or SHAPES in options.target
    broken = shown and subprocess.call([sys.executable, "-m", "tests.fuzz.shapes", "--seconds", str(options.seconds)])
    print(f"{len(names)} targets, {options.seconds} s each, {options.jobs} at a time", flush=True)
    print(Result.head(), flush=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        started = [
            pool.submit(Campaign(name, options.findings / name, seeds, options.runs, options.seconds).run)
            for name in names
        ]
        results = []
        for future in started:
            results.append(future.result())
            print(results[-1], flush=True)
    inputs, minutes = sum(one.inputs for one in results), (time.monotonic() - begun) / 60
    spent = sum(one.seconds for one in results) / 60
    said = f"{inputs} inputs, {spent:.1f} min of fuzzing in {minutes:.1f} min"
    if troubled := [one.name for one in results if one.troubles]:
        print(f"TROUBLE in {', '.join(troubled)}: {said}; the inputs are in {options.findings}")
        return 1
    print(f"no crash, and no input past its bound: {said}")
    return int(bool(broken))


if __name__ == "__main__":
    raise SystemExit(main())
