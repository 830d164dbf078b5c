"""What an input may cost: a second of processor time for each 100 kB, and some memory; measured input by input."""

from __future__ import annotations

import gc
import hashlib
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mtcrawler.extraction.language.detection import language_of

Target = Callable[[bytes], None]

UNIT: Final = 100_000
"""Bytes that may take a second; a smaller input may take a second, too."""
MEMORY: Final = 128 * 1024 * 1024
MEMORY_PER_BYTE: Final = 100
CLEAR_REFS: Final = Path("/proc/self/clear_refs")
"""Where a process has the system forget the most memory it had."""
WARMING: Final = (b"", b"{}", b"<h1>a</h1>")
"""Inputs after which a target has imported and made what it imports and makes once, but for what tells languages."""
MOST: Final = 20
"""Inputs of a kind that are kept."""


def seconds_for(size: int) -> float:
    """How long an input of so many bytes may take, in seconds of processor time."""
    return max(1.0, size / UNIT)


def memory_for(size: int) -> int:
    """How much memory an input of so many bytes may take, in bytes beyond what the process had."""
    return MEMORY + MEMORY_PER_BYTE * size


@dataclass(slots=True)
class Cost:
    """What an input took: seconds of processor time, bytes of memory, and the error that nobody had documented."""

    size: int
    seconds: float
    memory: int
    error: str = ""

    @property
    def rate(self) -> float:
        """Seconds for each 100 kB; for less than that, seconds."""
        return self.seconds / max(1.0, self.size / UNIT)

    @property
    def trouble(self) -> str:
        """Which bound it broke, in words; empty for none."""
        if self.error:
            return self.error
        if self.seconds > seconds_for(self.size):
            return f"{self.seconds:.2f} s for {self.size} bytes, more than {seconds_for(self.size):.2f} s"
        if self.memory > memory_for(self.size):
            return f"{self.memory >> 20} MiB for {self.size} bytes, more than {memory_for(self.size) >> 20} MiB"
        return ""


class Memory:
    """The most memory this process has had since `begin`."""

    def __init__(self, refs: Path = CLEAR_REFS) -> None:
        self._refs = refs
        self._before = 0
        self.begin()

    def begin(self) -> None:
        """Leave out what the process has and had until now."""
        try:
            with open(self._refs, "wb", buffering=0) as file:  # noqa: PTH123 - for every input, and this is quicker
                file.write(b"5")
        except OSError:
            pass  # The peak cannot be forgotten, so what counts is only what rises above the highest so far.
        self._before = _status("VmHWM:")

    def grown(self) -> int:
        """By how many bytes the process has grown at most."""
        return max(0, _status("VmHWM:") - self._before)


def _status(name: str) -> int:
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123 - for every input, and this is quicker
        for line in file:
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0


@dataclass
class Meter:
    """Feeds a target and measures each input; keeps in `folder` the inputs that broke a bound, one of each kind.

    Nothing is raised, so that one fault does not keep a fuzzer from finding the next.
    """

    target: Target
    folder: Path
    inputs: int = 0
    worst: Cost = field(default_factory=lambda: Cost(0, 0.0, 0))
    memory: int = 0
    troubles: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._memory = Memory()

    def __call__(self, data: bytes) -> None:
        """Feed one input."""
        cost = measured(self.target, data, self._memory)
        self.inputs += 1
        self.memory = max(self.memory, cost.memory)
        if cost.rate > 1.2 * self.worst.rate:
            self.worst = cost
            if cost.rate > 0.02:
                (self.folder / "slowest").write_bytes(data)
        if not cost.trouble:
            return
        kind = cost.error or ("slow" if cost.seconds > seconds_for(cost.size) else "large")
        # A heavier one of a kind tells more than the first; errors of one place are one.
        name = f"{kind} {cost.rate if kind == 'slow' else 0:.0f} {cost.memory >> 28 if kind == 'large' else 0}"
        if name not in self.troubles and len(self.troubles) < MOST:
            file = self.folder / f"{'error' if cost.error else kind}-{hashlib.sha1(data).hexdigest()}"
            file.write_bytes(data)
            self.troubles[name] = file.name


def warm_up(target: Target) -> None:
    """Have a target import and make what it does once, which is no input's cost; what it raises is told later.

    Nor is it an input's cost to look for garbage among all that this process has made until now.
    """
    language_of("Only a text of five words and more has the model of languages loaded.", None)
    for data in WARMING:
        with suppress(Exception):
            target(data)
    gc.collect()
    gc.freeze()


def measured(target: Target, data: bytes, memory: Memory) -> Cost:
    """What a target takes for an input; an error that it raises is told by its class and the place in our code."""
    error = ""
    memory.begin()  # else it would pay for whatever else this process has done since the last input
    begun = time.process_time()
    try:
        target(data)
    except Exception as err:  # whatever it is, it is what is looked for
        error = f"{type(err).__name__} at {_place(err)}"
    return Cost(len(data), time.process_time() - begun, memory.grown(), error)


def _place(err: Exception) -> str:
    """The innermost place in our own code, or in the target."""
    frames = traceback.extract_tb(err.__traceback__)
    ours = [frame for frame in frames if "/mtcrawler/" in frame.filename or "/spiders/" in frame.filename]
    frame = (ours or frames)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
