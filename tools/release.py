"""What a release is checked and told by: `python -m tools.release v0.1.0` prints the changelog's section of that tag.

It fails where the tag is not the version of the code, where the changelog has nothing of it, where something that the
code offers is not among what is promised to stay (tests/compatibility/promised.json), and where what is checked out is
not on main. `--options` prints how the release is made instead.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from mtcrawler import __version__
from tests.compatibility.promised import FILE, promises

ROOT = Path(__file__).resolve().parent.parent
MAIN = "origin/main"


def section(changelog: str, version: str) -> str:
    """The part of the changelog that tells of this version; empty where there is none."""
    found = re.search(rf"(?m)^## \[{re.escape(version)}\][^\n]*\n", changelog)
    return changelog[found.end() :].split("\n## ", 1)[0].strip() if found else ""


def is_early(version: str) -> bool:
    """Whether this is a version before the real one, such as 1.0.0rc1: nobody gets it who does not ask for it."""
    return re.search("[a-z]", version) is not None


def is_on_main(folder: Path, main: str = MAIN) -> bool:
    """Whether what is checked out there is a commit of main, or an ancestor of one."""
    line = ["git", "merge-base", "--is-ancestor", "HEAD", main]
    return subprocess.run(line, cwd=folder, capture_output=True, check=False).returncode == 0


def faults(tag: str, version: str, notes: str, promised: object, now: object, *, on_main: bool = True) -> list[str]:
    """What keeps this tag from being released; nothing where all is well."""
    found = []
    if tag != f"v{version}":
        found.append(f"the tag is {tag!r}, and the code is v{version}: change mtcrawler/__init__.py, or the tag")
    if not notes:
        found.append(f"CHANGELOG.md has no section [{version}], or it is empty: give [Unreleased] that name and a day")
    if promised != now:
        found.append("what is promised is not what the code offers: run make compatibility")
    if not on_main:
        found.append(f"the tag is on no commit of {MAIN}: merge it first (or fetch all of main), then tag it there")
    return found


def main() -> int:
    """Print the section, or what is wrong."""
    tag = "".join(sys.argv[1:2])
    if tag == "--options":
        print("--prerelease --latest=false" if is_early(__version__) else "--latest")
        return 0
    notes = section((ROOT / "CHANGELOG.md").read_text("utf-8"), __version__)
    promised = json.loads(FILE.read_text("utf-8"))["promises"]
    if wrong := faults(tag, __version__, notes, promised, promises(), on_main=is_on_main(ROOT)):
        print("\n".join(f"release: {one}." for one in wrong), file=sys.stderr)
        return 1
    print(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
