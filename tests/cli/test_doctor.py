"""`mtcrawler doctor` where less is installed than here, or where a site is described wrongly."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, environment


def packages_of(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """The names of what an installation of this package brings with it, itself among them."""
    found, todo = set[str](), [(name, extras)]
    while todo:
        package, wished = todo.pop()
        found.add(package)
        for line in distribution(package).requires or []:
            wanted = Requirement(line)
            holds = wanted.marker is None or any(wanted.marker.evaluate({"extra": one}) for one in ("", *wished))
            if holds and wanted.name not in found:
                todo.append((wanted.name, frozenset(wanted.extras)))
    return found


@pytest.fixture
def readers(tmp_path: Path) -> Path:
    """A folder of packages as `pip install mtcrawler` leaves it, with this checkout's code."""
    folder = tmp_path / "packages"
    folder.mkdir()
    for package in packages_of("mtcrawler"):
        for file in distribution(package).files or []:
            top = file.parts[0]
            place = Path(str(distribution(package).locate_file(top)))
            if not re.match(r"\.\.|__pycache__|__editable__|_virtualenv", top) and not (folder / top).exists():
                (folder / top).symlink_to(place)
    (folder / "mtcrawler").symlink_to(ROOT / "mtcrawler")
    return folder


def test_a_readers_install_is_judged_as_one(readers: Path, bucket: Location, tmp_path: Path) -> None:
    """Where only reading was installed, outside of any project, nothing of a crawl is missed, and all is well."""
    code = f"import sys; sys.path.append({str(readers)!r}); from mtcrawler.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code, "doctor"],
        cwd=tmp_path,
        env=environment(bucket, tmp_path / "var"),
        capture_output=True,
        text=True,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line["what"] for line in lines] == ["versions", "bucket", "writes", "clock", "disk"]
    assert "to read buckets only" in lines[0]["said"]


def test_definitions_are_checked_offline(bucket: Location, tmp_path: Path) -> None:
    """Every definition that is wrong is a line that names what mends it, whether or not sites are asked."""
    right = (ROOT / "tests" / "sites" / "gazette.toml").read_text("utf-8")
    folder = tmp_path / "sites"
    folder.mkdir()
    for name, text in (("gazette", right), ("herald", right.replace("free = true", "free = 1")), ("times", "x = ")):
        (folder / f"{name}.example.toml").write_text(text.replace("gazette", name), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", "doctor"],
        cwd=ROOT,
        env={**environment(bucket, tmp_path / "var"), "MTCRAWLER_SITES": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    wrong = [line for line in map(json.loads, done.stdout.splitlines()) if line["what"] == "site"]
    assert done.returncode == 3
    assert ["herald" in wrong[0]["said"], "times" in wrong[1]["said"]] == [True, True]
    assert "policy.free" in wrong[0]["said"]
    assert {line["mend"] for line in wrong} == {"mtcrawler sites check"}
