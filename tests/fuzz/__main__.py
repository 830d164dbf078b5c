"""`make fuzz`: each target fed by atheris, which looks at what the code does with an input to make the next one.

`python -m tests.fuzz [--target NAME] [--runs N | --seconds S]`; a crash leaves its input beside, named in the output.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

SLOW = 5
"""Seconds that an input may take."""


def main() -> int:
    """Fuzz all targets, one after the other, or the one that is named; 1 if any crashed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--target")
    parser.add_argument("--runs", type=int, default=90_000, help="inputs for each target")
    parser.add_argument("--seconds", type=int, default=300, help="the most for each target")
    parser.add_argument("--corpus", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.corpus is not None:
        _fuzz(options.target, options.corpus, options.runs, options.seconds)
    from tests.fuzz.targets import TARGETS, seeds  # noqa: PLC0415 - uninstrumented here, instrumented in a child

    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            Path(folder, f"seed-{number}").write_bytes(seed)
        for target in TARGETS:
            if options.target in {None, target.__name__}:
                given = ["--target", target.__name__, "--runs", str(options.runs), "--seconds", str(options.seconds)]
                command = [sys.executable, "-m", "tests.fuzz", *given, "--corpus", folder]
                print(f"== {target.__name__}: {(target.__doc__ or '').splitlines()[0]}", flush=True)
                if subprocess.run(command, check=False).returncode:
                    failed.append(target.__name__)
    print(f"crashed: {', '.join(failed)}" if failed else "no crash")
    return 1 if failed else 0


def _fuzz(name: str, corpus: Path, runs: int, seconds: int) -> None:
    """Fuzz one target in this process; does not return."""
    import atheris  # noqa: PLC0415 - only a child needs it

    with atheris.instrument_imports(include=["mtcrawler", "spiders"]):
        from tests.fuzz import targets  # noqa: PLC0415 - as above
    target = next(each for each in targets.TARGETS if each.__name__ == name)
    own = tempfile.mkdtemp()
    limits = [f"-runs={runs}", f"-max_total_time={seconds}", f"-timeout={SLOW}", "-max_len=65536", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *limits, "-print_final_stats=1", "-verbosity=0", own, str(corpus)], target)
    atheris.Fuzz()


if __name__ == "__main__":
    raise SystemExit(main())
