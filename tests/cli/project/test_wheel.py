"""The wheel alone, as somebody has it who never saw this repository: installed, a project made, crawled and read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from mtcrawler.cli.project.init import project_files
from tests.fixtures.crawl import ROOT, environment
from tests.fixtures.moody import TODAY, described_in, moody, story

LEFT_OUT: Final = shutil.ignore_patterns(
    ".*", "__pycache__", "benchmarks", "build", "dist", "*.egg-info", "tests", "var"
)
EXTRAS: Final = ("crawl", "store")
"""What README.md installs."""

READ: Final = """
from mtcrawler.api import Bucket
with Bucket() as bucket:
    print(*(one.provenance.rendered for one in bucket.articles()))
"""


class Fresh:
    """An environment and a folder of somebody who has only the wheel."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._programs = folder, folder / "env" / "bin"
        # Nothing of ours is in the environment: neither the repository nor a bucket, so that it is the embedded one.
        names = ("PATH", "HOME", "LANG", "MTCRAWLER_CONTACT", "PIP_INDEX_URL", "PIP_CERT", "SSL_CERT_FILE")
        self.environment = {name: value for name, value in environment(None, folder).items() if name in names}
        self.environment |= {"MTCRAWLER_NOW": TODAY, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

    def runs(self, *command: str | Path, where: str = ".", told: str | None = None) -> str:
        """The stdout of a program of that environment, which must end well."""
        line = [str(self._programs / command[0]), *map(str, command[1:])]
        done = subprocess.run(
            line, cwd=self.folder / where, env=self.environment, input=told, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stderr[-4000:]}"
        return done.stdout


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Fresh]:
    """That environment, with the wheel built from this tree and the packages that the lock has for it."""
    shutil.copytree(ROOT, tmp_path / "tree", ignore=LEFT_OUT, symlinks=True)
    build = ["pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path), "./tree"]
    subprocess.run([sys.executable, "-m", *build], cwd=tmp_path, check=True)
    (wheel,) = tmp_path.glob("*.whl")
    lock = (ROOT / "requirements.lock").read_text()
    locked = [sys.executable, str(ROOT / "deploy" / "locked"), *EXTRAS]
    (tmp_path / "wanted").write_text(
        subprocess.run(locked, input=lock, capture_output=True, text=True, check=True).stdout
    )
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    shutil.rmtree(tmp_path / "tree")
    made = Fresh(tmp_path)
    install = ("python", "-I", "-m", "pip", "install", "-qq", "--no-compile")
    made.runs(*install, "--require-hashes", "-r", tmp_path / "wanted")
    made.runs(*install, "--no-deps", "--no-index", wheel)
    yield made
    if (tmp_path / "mine" / "var" / "store").exists():
        made.runs("mtcrawler", "store", "down", where="mine")


@pytest.mark.slow
@pytest.mark.timeout(1200)  # most of it is the installing of the packages
def test_the_wheel_is_all_that_a_project_needs(fresh: Fresh) -> None:
    """A page read without a project; `init`, a site of one's own crawled over plain HTTP and in the browser, and its
    articles read.
    """
    with moody({"/2026/11/20/ice": story("ice", words=3)}) as paper:
        page = json.loads(fresh.runs("mtcrawler", "try", f"{paper.origin}/2026/11/20/ice", "--http"))
    assert page["reading"]["headline"] == "The ice"
    assert fresh.runs("mtcrawler", "--version").startswith("mtcrawler ")
    assert json.loads(fresh.runs("mtcrawler", "init", "mine"))["files"] == sorted(project_files("mine"))
    fresh.runs("mtcrawler", "sites", "check", where="mine")
    described_in(fresh.folder / "mine" / "sites")
    fresh.environment["SCRAPY_PROJECT"] = "test"
    with moody({f"/2026/11/20/{name}": story(name, words=3) for name in ("ice", "fog")}) as paper:
        for name, way in (("ice", "http"), ("fog", "browser")):
            paper.lists(f"/2026/11/20/{name}")
            asked = ("-a", f"site={paper.origin}", "-a", "since=2026-11-01", "-s", f"RENDER_MODE={way}")
            fresh.runs("mtcrawler", "crawl", "paper", *asked, where="mine")
    told = [json.loads(line) for line in fresh.runs("mtcrawler", "articles", where="mine/sites").splitlines()]
    assert sorted(one["headline"] for one in told) == ["The fog", "The ice"]
    assert sorted(fresh.runs("python", "-c", READ, where="mine").split()) == ["browser", "http"]
