"""Laws of `mtcrawler init` and `mtcrawler crawl`: a project of one's own is made whole, and crawled from anywhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import compose_spec
import pytest
import yaml

from mtcrawler.cli import main
from mtcrawler.cli.project.init import project_files
from mtcrawler.sites.loading import Sites, files_in, load_definition
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import ROOT, articles, environment
from tests.fixtures.moody import TODAY, described_in, moody, story

MADE = project_files("The Paper")
OURS = ("scrapy.cfg", *(name for name in MADE if name.endswith(".py") and name != "settings/test.py"))


def mtcrawler(folder: Path, bucket: Location, *arguments: str, **variables: str) -> tuple[int, str, str]:
    """The exit code, stdout and stderr of `mtcrawler …` typed in a folder."""
    given = environment(bucket, folder / "var")
    del given["SCRAPY_PROJECT"], given["MTCRAWLER_VAR"]
    done = subprocess.run(
        [sys.executable, "-m", "mtcrawler.cli", *arguments],
        cwd=folder,
        env={**given, "PYTHONPATH": str(ROOT), "MTCRAWLER_NOW": TODAY, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_a_project_is_made_and_crawled(bucket: Location, tmp_path: Path) -> None:
    """`init` makes it; a site described in it, and any other, are crawled from its folders, and the articles read."""
    code, out, said = mtcrawler(tmp_path, bucket, "init", "papers/mine")
    folder = tmp_path / "papers" / "mine"
    assert (code, said) == (0, "")
    assert json.loads(out) == {"folder": "papers/mine", "files": sorted(MADE)}
    assert mtcrawler(folder, bucket, "sites", "check")[0] == 0
    described_in(folder / "sites")
    with moody({"/2026/11/20/ice": story("ice", words=3)}) as paper:
        paper.lists("/2026/11/20/ice")
        asked = ("-a", f"site={paper.origin}", "-a", "since=2026-11-01", "-s", "RENDER_MODE=http")
        code, _, said = mtcrawler(folder / "sites", bucket, "crawl", "paper", *asked, SCRAPY_PROJECT="test")
        assert code == 0, said
        assert set(articles(bucket)) == {"https://paper.example/2026/11/20/ice"}
        code, _, said = mtcrawler(folder, bucket, "crawl", "paper", "-a", "since=yesterday", *asked[:2])
    assert (code, "Traceback" in said) == (2, False)
    assert (folder / "var").is_dir()
    code, out, _ = mtcrawler(folder, bucket, "articles")
    assert [json.loads(line)["headline"] for line in out.splitlines()] == ["The ice"]


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where a file of a project is there already, be it a broken link, nothing is made and all is as it was."""
    (tmp_path / "Makefile").symlink_to("nowhere")
    (tmp_path / "notes.txt").write_text("mine")
    assert main(["init", str(tmp_path)], {}) == 2
    assert "there is Makefile in it already" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Makefile", "notes.txt"]
    (tmp_path / "Makefile").unlink()
    assert main(["init", str(tmp_path)], {}) == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert main(["init", str(tmp_path / "notes.txt" / "below")], {}) != 0


def test_this_repository_is_what_init_makes() -> None:
    """Its own settings, stages and configuration are those of a project that was just made."""
    for name in OURS:
        assert (ROOT / name).read_text("utf-8") == MADE[name], name
    assert (ROOT / "deploy" / "seccomp.json").read_text("utf-8") == MADE["seccomp.json"]


def test_its_files_hold_by_their_readers_rules(tmp_path: Path) -> None:
    """The definition is right and untried, compose is what its specification knows, and make lists every target."""
    for name, text in MADE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    Sites(tmp_path / "sites").check()
    assert Sites(tmp_path / "sites").spiders == ["example"]
    (example,) = map(load_definition, files_in(tmp_path / "sites"))
    assert not example.deployed  # a fleet does not visit it for good because somebody left it there
    given = re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)\}", lambda found: found[1] or "given", MADE["compose.yaml"])
    services = yaml.safe_load(given)["services"]
    compose_spec.PyCompose.from_json(json.dumps(yaml.safe_load(given)))
    ours = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())["services"]
    for name in ("store_keys", "seaweedfs"):
        theirs = {key: value for key, value in ours[name].items() if key not in {"logging", "image", "environment"}}
        assert {key: services[name][key] for key in theirs} == theirs
    assert (services["crawler"]["user"], services["crawler"]["read_only"]) == ("10001:10001", True)
    assert yaml.safe_load(given)["name"] == "thepaper"
    shown = subprocess.run(["make", "-s"], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    (targets,) = re.findall(r"^\.PHONY: (.*)$", MADE["Makefile"], re.MULTILINE)
    assert [line.split()[0] for line in shown.splitlines()] == targets.split()


def test_a_crawl_outside_of_any_project(bucket: Location, tmp_path: Path) -> None:
    """It has the usual settings where it is told where local data may lie; else it says so, and begins nothing."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with moody({"/2026/11/20/ice": story("ice", words=6)}) as paper:
        paper.lists("/2026/11/20/ice")
        asked = ("-a", f"site={paper.origin}", "-a", f"url={paper.origin}/2026/11/20/ice", "-s", "RENDER_MODE=http")
        line = ("--var", "data", "crawl", "news", *asked)
        code, _, said = mtcrawler(elsewhere, bucket, *line, PYTHONPATH=installed(tmp_path))
        assert code == 0, said
        assert [one["headline"] for one in articles(bucket).values()] == ["The ice"]
    assert [path.name for path in elsewhere.iterdir()] == ["data"]
    bare = tmp_path / "bare"
    bare.mkdir()
    code, out, said = mtcrawler(bare, bucket, "crawl", "news", PYTHONPATH=installed(tmp_path))
    assert (code, out, said.count("\n"), list(bare.iterdir())) == (2, "", 1, [])
    assert "mtcrawler init DIR" in said


def installed(folder: Path) -> str:
    """A place where mtcrawler lies as it is installed: apart from any project."""
    place = folder / "installed"
    place.mkdir(exist_ok=True)
    if not (place / "mtcrawler").exists():
        subprocess.run(["cp", "-r", str(ROOT / "mtcrawler"), str(place)], check=True)
    return os.fspath(place)
