"""The fleet that compose runs when it is asked to."""

from __future__ import annotations

from tests.deploy.test_manifests import crawlers, services, workers


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
    assert not any("profiles" in one for other, one in services().items() if other not in {name, "schedule"})
    assert worker["depends_on"]["schedule"] == {"condition": "service_healthy"}
    assert worker["environment"]["FLEET_DSN"].endswith("@schedule:5432/fleet")
    assert database["networks"] == ["scheduling"]
    assert "ports" not in database
