"""What a release is checked and told by: `python -m tools.release v0.1.0` prints the changelog's section of that tag.

It fails where the tag is not the version of the code, where the changelog has nothing of it, and where something that
the code offers is not among what is promised to stay (tests/compatibility/promised.json).
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from mtcrawler import __version__
from tests.compatibility.promised import FILE, promises

ROOT = Path(__file__).resolve().parent.parent


def section(changelog: str, version: str) -> str:
    """The part of the changelog that tells of this version; empty where there is none."""
    found = re.search(rf"(?m)^## \[{re.escape(version)}\][^\n]*\n", changelog)
    return changelog[found.end() :].split("\n## ", 1)[0].strip() if found else ""


def faults(tag: str, version: str, notes: str, promised: object, now: object) -> list[str]:
    """What keeps this tag from being released; nothing where all is well."""
    found = []
    if tag != f"v{version}":
        found.append(f"the tag is {tag!r}, and the code is v{version}: change mtcrawler/__init__.py, or the tag")
    if not notes:
        found.append(f"CHANGELOG.md has no section [{version}], or it is empty: give [Unreleased] that name and a day")
    if promised != now:
        found.append("what is promised is not what the code offers: run make compatibility")
    return found


def main() -> int:
    """Print the section, or what is wrong."""
    tag = "".join(sys.argv[1:2])
    notes = section((ROOT / "CHANGELOG.md").read_text("utf-8"), __version__)
    if wrong := faults(tag, __version__, notes, json.loads(FILE.read_text("utf-8"))["promises"], promises()):
        print("\n".join(f"release: {one}." for one in wrong), file=sys.stderr)
        return 1
    print(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
