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
    """Its token only reads, every action is one commit, and every job has an end."""
    told = read(workflow)
    assert told["permissions"] == {"contents": "read"}
    for job in told["jobs"].values():
        assert job["timeout-minutes"] <= 120
        for step in job["steps"]:
            assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", step.get("uses", f"actions/none@{'0' * 40}"))


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
