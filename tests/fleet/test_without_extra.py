"""The commands of the fleet where its packages are not installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

WITHOUT: Final = """
import sys

sys.modules.update(dict.fromkeys(("psycopg", "psycopg_pool", "procrastinate")))
from mtcrawler.cli import main

for line in sys.argv[2:]:
    code = main(["--var", sys.argv[1], "fleet", *line.split()], {})
    print(code, file=sys.stderr)
"""
ACTIONS: Final = (
    "status",
    "status --sites",
    "sync",
    "add https://www.example.com",
    "remove www.example.com",
    "rebuild",
    "pause --all",
    "quarantine www.example.com",
    "drain",
    "database env",
    "database up",
)


def test_the_extra_is_named_by_every_action(tmp_path: Path) -> None:
    """Without the packages of the extra `fleet` each action is one line that says how to install it, and ends with 2;
    nothing is started or written before that.
    """
    command = [sys.executable, "-c", WITHOUT, str(tmp_path), *ACTIONS]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    lines = ended.stderr.splitlines()
    said, codes = lines[::2], lines[1::2]
    assert codes == ["2"] * len(ACTIONS), ended.stderr
    assert all(line.endswith("psycopg is not installed. pip install 'mtcrawler[fleet]'.") for line in said)
    assert not list(tmp_path.iterdir())
