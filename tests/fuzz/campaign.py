"""A target fuzzed for so long: started again when an input ends its process, and every finding tried once more."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

STARTS: Final = 30
"""Times that a target is started, the first included."""
LATE: Final = 120
"""Seconds after its time that a child may still need."""
REPLAY: Final = 180
"""Seconds after which an input that is tried alone is taken to never end."""

ENDING: Final = ("crash-*", "timeout-*", "oom-*")
"""Files of inputs that ended the process."""
FOUND: Final = (*ENDING, "error-*", "slow-*", "large-*")
"""Files of inputs that broke a bound."""


@dataclass
class Result:
    """What came of one target: inputs, seconds, the slowest in seconds for 100 kB, memory in bytes, troubles."""

    name: str
    inputs: int = 0
    seconds: float = 0.0
    rate: float = 0.0
    memory: int = 0
    troubles: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def head() -> str:
        """The head of the table whose lines results are."""
        return f"{'target':<12}{'inputs':>10}{'seconds':>9}{'s/100 kB':>10}{'MiB':>6}  troubles"

    def __str__(self) -> str:
        line = f"{self.name:<12}{self.inputs:>10}{self.seconds:>9.0f}{self.rate:>10.3f}{self.memory >> 20:>6}  "
        if not self.troubles:
            return line + "none"
        return line + "".join([str(len(self.troubles)), *(f"\n    {why}: {at}" for at, why in self.troubles.items())])


class Campaign:
    """One target, its seeds and its time; `folder` keeps the inputs that broke a bound."""

    def __init__(self, name: str, folder: Path, seeds: Sequence[bytes], runs: int, seconds: int) -> None:
        self._name, self._folder, self._seeds, self._runs, self._seconds = name, folder, seeds, runs, seconds
        self._result = Result(name)

    def run(self) -> Result:
        """Fuzz until the time or the number of inputs is used up."""
        with tempfile.TemporaryDirectory(prefix=f"fuzz-{self._name}-") as folder:
            corpus = Path(folder, "corpus")
            corpus.mkdir()
            for seed in self._seeds:
                (corpus / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
            begun = time.monotonic()
            for _ in range(STARTS):
                left = self._seconds - (time.monotonic() - begun)
                if left < 1 or 0 <= self._runs <= self._result.inputs or not self._start(Path(folder), int(left)):
                    break
            self._result.seconds = time.monotonic() - begun
            return self.collect(Path(folder))

    def _start(self, folder: Path, seconds: int) -> bool:
        """Fuzz in a child; whether an input ended it, so that another is to be started without that one."""
        runs = self._runs - self._result.inputs if self._runs >= 0 else -1
        numbers = folder / "numbers.json"
        numbers.unlink(missing_ok=True)
        command = ["--seconds", str(seconds), "--runs", str(runs), "--inside", str(folder)]
        with Path(folder, "said").open("wb") as said:
            try:
                done = subprocess.run(
                    _python(self._name, *command), stdout=said, stderr=said, timeout=seconds + LATE, check=False
                )
                code = done.returncode
            except subprocess.TimeoutExpired:
                code = -1
        told: dict[str, Any] = json.loads(numbers.read_text()) if numbers.exists() else {}
        self._result.inputs += told.get("inputs", 0)
        self._result.memory = max(self._result.memory, told.get("memory", 0))
        self._result.troubles |= {file: kind for kind, file in told.get("troubles", {}).items()}
        if code == 0:
            return False
        ended = [file for kind in ENDING for file in folder.glob(kind)]
        new = [file for file in ended if file.name not in self._result.troubles]
        for file in new:
            self._result.troubles[file.name] = f"ended the process ({file.name.partition('-')[0]})"
            (folder / "corpus" / hashlib.sha1(file.read_bytes()).hexdigest()).unlink(missing_ok=True)
        if not new:
            self._folder.mkdir(parents=True, exist_ok=True)
            said_to = self._folder / f"said-{len(self._result.troubles)}"
            said_to.write_bytes((folder / "said").read_bytes()[-100_000:])
            self._result.troubles[said_to.name] = f"the process ended with {code} and named no input"
        return bool(new)

    def collect(self, folder: Path) -> Result:
        """Try each finding in a folder alone: what was slow only because it was watched is none."""
        for kind in FOUND:
            for file in folder.glob(kind):
                self._result.troubles.setdefault(file.name, f"found ({kind.partition('-')[0]})")
        slowest = folder / "slowest"
        if slowest.exists() and (told := self._alone(slowest)):
            self._result.rate = told["rate"]
        for name in list(self._result.troubles):
            file = folder / name
            if not file.exists():
                continue
            told = self._alone(file)
            if told is not None:
                self._result.rate = max(self._result.rate, told["rate"])
            if told is not None and not told["trouble"]:
                del self._result.troubles[name]
                continue
            self._result.troubles[name] = told["trouble"] if told else f"it does not end within {REPLAY} s, or crashes"
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / name).write_bytes(file.read_bytes())
        return self._result

    def _alone(self, file: Path) -> dict[str, Any] | None:
        """What an input takes in a process of its own; None where that does not end as it should."""
        try:
            done = subprocess.run(
                _python(self._name, "--replay", str(file)), capture_output=True, text=True, timeout=REPLAY, check=False
            )
            told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        except (subprocess.TimeoutExpired, ValueError, IndexError):
            return None
        return told


def _python(name: str, *more: str) -> list[str]:
    return [sys.executable, "-m", "tests.fuzz", "--target", name, *more]
