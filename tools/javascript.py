"""Lints and type-checks the JavaScript that runs in pages; where Node is not here it says so in one line.

    python -m tools.javascript

Exit code 0 when eslint and tsc found nothing, or could not be run for want of Node; 1 when they found something.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
HERE: Final = ROOT / "tools" / "js"
MODULES: Final = HERE / "node_modules"
CHECKS: Final = (
    ("eslint", "--config", "tools/js/eslint.config.js", "--max-warnings", "0", "mtcrawler", "tools/js"),
    ("tsc", "--project", "tools/js"),
)


def install(npm: str) -> None:
    """Put the locked tools into tools/js/node_modules; nothing when they are there."""
    lock, mark = HERE / "package-lock.json", MODULES / ".package-lock.json"
    if mark.exists() and mark.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.DEVNULL)


def main() -> int:
    """Run both; the answer is the exit code."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        print("JavaScript not linted or type-checked: node and npm are not here (on Debian: apt-get install npm)")
        return 0
    try:
        install(npm)
    except subprocess.CalledProcessError as err:
        print(f"installing tools/js/package-lock.json: npm ended with {err.returncode}, see above", file=sys.stderr)
        return 1
    # Not by way of npx, which asks a registry for what it does not find.
    codes = [
        subprocess.run([MODULES / ".bin" / tool, *rest], cwd=ROOT, check=False).returncode for tool, *rest in CHECKS
    ]
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
