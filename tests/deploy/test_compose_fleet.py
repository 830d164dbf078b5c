"""The fleet that compose runs when it is asked to."""

from __future__ import annotations

import re
import subprocess

from tests.deploy.test_manifests import COMPOSE, crawlers, services, workers


def test_compose_runs_a_fleet_only_when_asked() -> None:
    """Workers and the database they share start with a profile of their own, locked up as crawlers are; the database
    has no way out, and nobody else meets it.
    """
    ((name, worker),) = workers().items()
    (crawler, *_) = crawlers().values()
    for key in ("user", "read_only", "cap_drop", "security_opt", "stop_grace_period", "restart"):
        assert worker[key] == crawler[key], key
    database = services()["schedule"]
    assert worker["profiles"] == database["profiles"] == ["fleet"]
    assert {other for other, one in services().items() if "fleet" in one.get("profiles", ())} == {name, "schedule"}
    assert worker["depends_on"]["schedule"] == {"condition": "service_healthy"}
    assert worker["environment"]["FLEET_DSN"].endswith("@schedule:5432/fleet")
    assert database["networks"] == ["scheduling"]
    assert "ports" not in database


def test_who_runs_no_fleet_needs_no_password_for_it() -> None:
    """Only a fleet's database asks for FLEET_PASSWORD, and says so where it is empty: what compose asks for it asks of
    everybody, whatever their profiles.
    """
    assert not re.search(r"\$\{FLEET_\w+:?\?", COMPOSE)
    (script,) = services()["schedule"]["command"]
    line = ["/bin/sh", "-ec", script.replace("$$", "$").replace("exec docker-entrypoint.sh", "echo")]
    for password, code, told in (("", 1, "Set FLEET_PASSWORD in deploy/.env.\n"), ("abc", 0, "postgres\n")):
        ended = subprocess.run(
            line, env={"POSTGRES_PASSWORD": password}, capture_output=True, text=True, check=False, timeout=10
        )
        assert (ended.returncode, ended.stdout + ended.stderr) == (code, told)
