"""One target in a process of its own: fuzzed by atheris, or fed one input."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any, Final, NoReturn

from tests.fuzz.bounds import Cost, Memory, Meter, Target, measured, warm_up
from tests.fuzz.mutate import changed

LONGEST: Final = 262_144
"""Bytes of an input."""
HANGS: Final = 40
"""Seconds after which an input is taken to never end; what is instrumented takes several times as long."""
RSS: Final = 3072
"""MiB that the whole process may have."""
EVERY: Final = 2.0
"""Seconds between two writings of the numbers."""


def target_named(name: str) -> Target:
    """The target of this name."""
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - a child instruments what is imported here

    logging.getLogger("mtcrawler").setLevel(logging.CRITICAL)  # what is passed over is named, and nobody reads it here
    return next(each for each in TARGETS if each.__name__ == name)


def fuzz(name: str, folder: Path, runs: int, seconds: int) -> NoReturn:
    """Fuzz one target in this process; does not return.

    `folder` has corpus/; for numbers.json in it see `Numbers`.
    """
    import atheris  # noqa: PLC0415 - only a child needs it

    with atheris.instrument_imports(include=["mtcrawler", "spiders"]):
        target = target_named(name)
        warm_up(target)
    fed = Numbers(Meter(target, folder), folder / "numbers.json", runs)

    def other(data: bytes, most: int, seed: int) -> bytes:
        return changed(data, most, seed, atheris.Mutate)

    limits = [f"-max_total_time={seconds}", f"-timeout={HANGS}", f"-max_len={LONGEST}", f"-rss_limit_mb={RSS}"]
    limits += [f"-runs={runs}", f"-artifact_prefix={folder}/", "-len_control=0", "-verbosity=0", "-reload=0"]
    words = Path(__file__).parent / "words" / "all.dict"
    atheris.Setup([sys.argv[0], *limits, f"-dict={words}", str(folder / "corpus")], fed, custom_mutator=other)
    atheris.Fuzz()
    raise SystemExit(0)


class Numbers:
    """Feeds a meter and writes its numbers to a file: every few seconds, with each new trouble and at the last input.

    libFuzzer ends the process without Python's exit handlers, and a crash ends it anyway.
    """

    def __init__(self, meter: Meter, path: Path, runs: int) -> None:
        self._meter, self._path, self._runs = meter, path, runs
        self._written, self._troubles = time.monotonic(), 0

    def __call__(self, data: bytes) -> None:
        """Feed one input."""
        meter, now = self._meter, time.monotonic()
        meter(data)
        last = 0 <= self._runs <= meter.inputs
        if last or len(meter.troubles) > self._troubles or now - self._written > EVERY:
            self._written, self._troubles = now, len(meter.troubles)
            self._write()

    def _write(self) -> None:
        told = {"inputs": self._meter.inputs, "memory": self._meter.memory, "troubles": self._meter.troubles}
        beside = self._path.with_suffix(".part")
        beside.write_text(json.dumps(told))
        os.replace(beside, self._path)  # noqa: PTH105 - for each of many


def replay(name: str, file: Path) -> int:
    """Feed one input and print what it took as one JSON line; 1 where it broke a bound."""
    target, data = target_named(name), file.read_bytes()
    warm_up(target)
    cost = measured(target, data, Memory())
    print(json.dumps(_told(cost)))
    return 1 if cost.trouble else 0


def _told(cost: Cost) -> dict[str, Any]:
    return {
        "bytes": cost.size,
        "seconds": round(cost.seconds, 3),
        "rate": round(cost.rate, 4),
        "memory": cost.memory,
        "trouble": cost.trouble,
    }
