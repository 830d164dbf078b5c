"""Code that hostile text is given to, run in a process that a limit on CPU time and one on memory would end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CPU = 10
"""Seconds; what is linear takes a fraction of one, what is quadratic takes minutes."""
MEMORY = 1 << 30

HEAD = """import resource
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
"""
BEGIN = """
spent = resource.getrusage(resource.RUSAGE_SELF)
resource.setrlimit(resource.RLIMIT_CPU, (int(spent.ru_utime + spent.ru_stime) + 1 + {cpu},) * 2)
"""


def limited(imports: str, code: str, cpu: int = CPU, memory: int = MEMORY) -> str:
    """What the code printed; AssertionError with what it ended with where it did not come to its end.

    The time that the imports take does not count.
    """
    script = HEAD.format(memory=memory) + imports + BEGIN.format(cpu=cpu) + code
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr[-2000:]}"
    return done.stdout
