"""What checks the JavaScript: its own laws, where Node is and where it is not."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from tools.javascript import HERE, ROOT

LOCK = json.loads((HERE / "package-lock.json").read_text())["packages"]


def test_where_node_is_not_here_one_line_says_so(tmp_path: Path) -> None:
    """Without Node the checks pass and say that they did not run."""
    environment = {**os.environ, "PATH": str(tmp_path), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tools.javascript"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    assert done.stdout.startswith("JavaScript not linted or type-checked")


def test_the_lock_names_exact_versions_and_no_host() -> None:
    """Every tool is one exact version with its hash; where it is fetched from is not the lock's business."""
    asked = json.loads((HERE / "package.json").read_text())["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked.values())
    assert LOCK[""]["devDependencies"] == asked
    for name, package in LOCK.items():
        if name:
            assert package["integrity"].startswith("sha512-"), name
            assert "resolved" not in package, name


def test_every_function_of_the_script_has_types() -> None:
    """Whatever a script adds to `mt` is declared with its types in tools/js/page.d.ts, and nothing else is."""
    scripts = (ROOT / "mtcrawler" / "overlays" / "js").glob("*.js")
    defined = {name for script in scripts for name in re.findall(r"^mt\.(\w+) = ", script.read_text(), re.MULTILINE)}
    page = (HERE / "page.d.ts").read_text().partition("interface Page {")[2].partition("\n}")[0]
    assert set(re.findall(r"^  (\w+)[(:<]", page, re.MULTILINE)) == defined
