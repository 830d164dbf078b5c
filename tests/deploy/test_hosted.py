"""What a hosting service reads: its CI, its templates, and what is checked before a commit."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
READS = {"contents": "read"}
# What jobs of a release may do beside reading; nothing else may anything.
RIGHTS = {
    ("release", "build"): {**READS, "id-token": "write", "attestations": "write"},
    ("release", "images"): {**READS, "packages": "write"},
    ("release", "wheel"): {"id-token": "write"},
    ("release", "release"): {"contents": "write"},
}
ACTIONS = "actions/[a-z-]+|docker/(login|setup-buildx|setup-qemu)-action|pypa/gh-action-pypi-publish"
CHECKS = re.search(r"^check:.*?\n\n", (ROOT / "Makefile").read_text(), re.MULTILINE | re.DOTALL)


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def commands(workflow: Path) -> list[str]:
    """The commands of a workflow's steps."""
    return [step["run"] for job in read(workflow)["jobs"].values() for step in job["steps"] if "run" in step]


def test_hosted_ci_checks_and_tests() -> None:
    """What must hold before a change is merged is what holds on any machine: make check and make test."""
    assert {"make check", "make test"} <= {command for workflow in WORKFLOWS for command in commands(workflow)}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_targets_that_exist(workflow: Path) -> None:
    """A workflow has no logic of its own: it runs targets of the Makefile."""
    targets = {target for command in commands(workflow) for target in re.findall(r"make ([a-z-]+)", command)}
    assert targets - TARGETS == set()


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_can_change_nothing_and_trusts_no_tag(workflow: Path) -> None:
    """Its token only reads, unless a job of a release needs more; every action is one commit, every job has an end."""
    told = read(workflow)
    assert told["permissions"] == {"contents": "read"}
    for name, job in told["jobs"].items():
        assert job.get("permissions", {"contents": "read"}).items() <= RIGHTS.get((workflow.stem, name), READS).items()
        assert job["timeout-minutes"] <= 120
        for step in job["steps"]:
            assert re.fullmatch(rf"({ACTIONS})@[0-9a-f]{{40}}", step.get("uses", f"actions/none@{'0' * 40}"))


def test_a_release_is_checked_before_anything_of_it_is_seen() -> None:
    """Only a tag starts it; wheel, images and the release itself wait for the checks, and no password is kept."""
    told = read(ROOT / ".github" / "workflows" / "release.yml")
    assert told[True] == {"push": {"tags": ["v*"]}}  # what YAML takes `on` for
    jobs = told["jobs"]
    assert {"make check", "make test", "make dist"} <= {step.get("run") for step in jobs["build"]["steps"]}
    assert "needs" not in jobs["build"]
    assert jobs["build"]["steps"][0]["with"]["fetch-depth"] == 0  # else nobody could see whether the tag is on main
    assert "$(cat release/options.txt)" in jobs["release"]["steps"][-1]["run"]
    for name in set(jobs) - {"build"}:
        asked = [jobs[name]["needs"]] if isinstance(jobs[name]["needs"], str) else jobs[name]["needs"]
        assert {"build", "images"} & set(asked), name
    secrets = re.findall(r"secrets\.\w+", (ROOT / ".github" / "workflows" / "release.yml").read_text())
    assert set(secrets) == {"secrets.GITHUB_TOKEN"}


def test_images_are_built_for_both_architectures_with_their_papers() -> None:
    """Both variants have amd64 and arm64, an SBOM and provenance; the small one has what `make image` gives it."""
    bake = (ROOT / "docker-bake.hcl").read_text()
    assert '["linux/amd64", "linux/arm64"]' in bake
    assert '["type=provenance,mode=max", "type=sbom"]' in bake
    targets = dict(re.findall(r'^target "(\w+)" \{\n(.*?)^\}', bake, re.MULTILINE | re.DOTALL))
    assert [name for name, said in targets.items() if 'inherits = ["both"]' in said] == ["full", "crawl"]
    assert "EXTRAS" not in targets["full"]
    assert '["${NAME}:${VERSION}", "${NAME}:${NEWEST}"]' in targets["full"]
    make = (ROOT / "Makefile").read_text()
    assert 'case "$$VERSION" in *[a-z]*) NEWEST=$$VERSION ;; *) NEWEST=latest ;; esac;' in make
    assert 'EXTRAS = "crawl"' in targets["crawl"]
    script = (ROOT / "deploy" / "image").read_text()
    assert "crawl) set -- --build-arg EXTRAS=crawl" in script
    assert '${VERSION}-crawl"' in targets["crawl"]
    assert '-t "$name:$version-$variant"' in script


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.name)
def test_a_template_asks_for_what_is_needed(form: Path) -> None:
    """A form has a name, fields with labels of their own, and asks for the version."""
    told = read(form)
    fields = [field for field in told["body"] if field["type"] != "markdown"]
    assert told["name"]
    assert told["description"]
    assert {field["type"] for field in fields} <= {"input", "textarea", "dropdown", "checkboxes"}
    for key in ("id", "label"):
        values = [field["id"] if key == "id" else field["attributes"]["label"] for field in fields]
        assert len(set(values)) == len(values)
    assert "version" in {field["id"] for field in fields}


def test_a_badly_read_page_is_reported_by_its_address() -> None:
    """The report of a badly read page holds all that a test case needs: the page, what it says, what was stored."""
    (form,) = (form for form in FORMS if form.stem == "badly-read-page")
    required = {field["id"] for field in read(form)["body"] if field.get("validations", {}).get("required")}
    assert {"url", "what", "expected", "stored", "version"} <= required


def test_before_a_commit_the_locked_tools_run() -> None:
    """The hooks are the project's own tools, so that neither an address nor a version can differ from make check."""
    assert CHECKS is not None
    for repo in read(ROOT / ".pre-commit-config.yaml")["repos"]:
        assert repo["repo"] == "local"
        for hook in repo["hooks"]:
            tool = hook["entry"].removeprefix(".venv/bin/").split(" --")[0]
            assert hook["language"] == "system"
            assert f"run {tool}" in CHECKS[0]


def test_a_check_that_fails_is_named_whole(tmp_path: Path) -> None:
    """`make check` runs everything, and its last line tells which commands failed, as they were typed."""
    for name, code in (("ruff", 1), ("mypy", 0), ("lint-imports", 2), ("pytest", 0), ("python", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    done = subprocess.run(
        ["make", "-s", "-o", "setup", "check", f"BIN={tmp_path}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    last = done.stdout.splitlines()[-1]
    assert last == "check failed: ruff format --check ., ruff check ., lint-imports"
