"""Runs the gauntlet: installs the libraries its pages load, lets the engine loose on every page, prints the table.

    python -m tests.gauntlet.run [--only PART,…] [--jobs N] [--compare]

With `--compare` the same pages are also met with no handling, with autoconsent alone and with naive removal.
Exit code 0 when every page passed and nothing was harmed, 1 when not, 2 when Node is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mtcrawler.fetch.browser.browser import find_browser
from mtcrawler.model.errors import MtcrawlerError

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
MANIFESTS = ("manifest.json", "manifest-own.json", "manifest-access.json")
HARM = (
    "NAVIGATED",
    "FORBIDDEN",
    "SUBMITTED",
    "OPENED",
    "ACCEPTED",
    "PERMISSION",
    "POPUP",
    "kept",
    "paragraphs",
    "text",
)
PEERS = {
    "no handling": "peers/none.py",
    "autoconsent alone": "peers/autoconsent_alone.py",
    "naive removal": "peers/naive_removal.py",
    "mtcrawler": "handler.py",
}


class NodeMissing(MtcrawlerError):
    """The pages load libraries from npm, and npm is not here."""

    exit_code = 2


@dataclass(frozen=True)
class Score:
    """How one handler did: pages passed of all, by sort; how many it harmed; milliseconds it took on a page."""

    overlays: tuple[int, int]
    innocent: tuple[int, int]
    walls: tuple[int, int]
    harmed: int
    false_walls: int
    median: int
    p95: int

    @classmethod
    def of(cls, results: list[dict[str, Any]]) -> Score:
        """The score of a checker's results."""
        sorts: dict[str, list[bool]] = {"overlays": [], "innocent": [], "walls": []}
        for result in results:
            sort = "innocent" if result["negative"] else "walls" if result["kind"] == "wall" else "overlays"
            sorts[sort].append(result["late_pass"])
        fails = [" ".join(result["late_fails"]) for result in results]
        times = sorted(round(1000 * (result.get("handle_s", 0) + result.get("finalize_s", 0))) for result in results)
        counts = {sort: (sum(passed), len(passed)) for sort, passed in sorts.items()}
        return cls(
            **counts,
            harmed=sum(any(sign in fail for sign in HARM) for fail in fails),
            false_walls=sum("false wall" in fail for fail in fails),
            median=times[len(times) // 2],
            p95=times[max(int(len(times) * 0.95) - 1, 0)],
        )

    @property
    def perfect(self) -> bool:
        """Every page passed, nothing harmed, no wall seen where there is none."""
        whole = all(passed == pages for passed, pages in (self.overlays, self.innocent, self.walls))
        return whole and not (self.harmed or self.false_walls)

    def row(self, name: str) -> str:
        """One line of the table."""
        counts = " | ".join(f"{done}/{pages}" for done, pages in (self.overlays, self.innocent, self.walls))
        return f"| {name} | {counts} | {self.harmed} | {self.false_walls} | {self.median} | {self.p95} |"


TABLE = (
    "| handler | overlays gone | innocent untouched | walls told and standing | harmed | false walls "
    "| ms a page, median | p95 |\n|---|---|---|---|---|---|---|---|"
)


def install() -> None:
    """Put the libraries of the lock into node_modules; nothing when they are there. Raises NodeMissing."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        raise NodeMissing(
            "running the gauntlet",
            "its pages load popup libraries from npm, and Node.js is not here",
            "Install node and npm (on Debian: apt-get install nodejs npm) and run it again.",
        )
    lock, mark = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    if mark.exists() and mark.stat().st_mtime >= lock.stat().st_mtime:
        return
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=HERE, check=True)


def check(handler: str, only: str | None, jobs: int, folder: Path, *, quiet: bool) -> list[dict[str, Any]]:
    """The checker's results for one handler on all pages."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = [page for name in MANIFESTS for page in json.loads((HERE / name).read_text())]
    manifest, results = folder / "manifest.json", folder / f"{Path(handler).stem}.json"
    manifest.write_text(json.dumps(pages))
    command = [sys.executable, str(HERE / "check.py"), str(HERE / handler), "--manifest", str(manifest)]
    command += ["--json", str(results), "--jobs", str(jobs), *(["--only", only] if only else [])]
    command += ["--quiet"] if quiet else []
    path = find_browser(os.environ.get("GAUNTLET_BROWSER")).path
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **({"GAUNTLET_BROWSER": path} if path else {})}
    subprocess.run(command, env=environment, check=True)
    found: list[dict[str, Any]] = json.loads(results.read_text())
    return found


def main(arguments: list[str] | None = None) -> int:
    """Run it; the answer is the exit code."""
    parser = argparse.ArgumentParser(description="What stands over pages, and what must be left alone.")
    parser.add_argument("--only", help="parts of page names, separated by commas")
    parser.add_argument("--jobs", type=int, default=(os.cpu_count() or 1) + 1, help="pages at once")
    parser.add_argument("--compare", action="store_true", help="measure the alternatives as well")
    options = parser.parse_args(arguments)
    try:
        install()
    except MtcrawlerError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    handlers = PEERS if options.compare else {"mtcrawler": "handler.py"}
    rows = []
    for name, handler in handlers.items():
        results = check(handler, options.only, options.jobs, ROOT / "var" / "gauntlet", quiet=options.compare)
        score = Score.of(results)
        rows.append(score.row(name))
    print("\n".join(["", TABLE, *rows]))
    return 0 if score.perfect else 1


if __name__ == "__main__":
    sys.exit(main())
