"""Prometheus, Alertmanager and Grafana: they ask for what there is, of whom it is, and tell somebody."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from mtcrawler.runs.outcome.result import Outcome
from tests.deploy.test_manifests import DEPLOY, ROOT, services, workers

DASHBOARDS = {path.name: json.loads(path.read_text()) for path in (DEPLOY / "grafana" / "dashboards").glob("*.json")}
METRICS = dict(re.findall(r"(\w+)\{(.*)\}", (Path(__file__).parent / "metrics.txt").read_text()))
ADDED = {"instance"}
"""Labels that Prometheus adds."""


def test_alerts_reach_somebody() -> None:
    """Prometheus calls Alertmanager, which calls the address that has to be set before anything starts."""
    told = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text("utf-8"))
    (target,) = told["alerting"]["alertmanagers"][0]["static_configs"][0]["targets"]
    host, _, port = target.partition(":")
    assert (host in services(), port) == (True, "9093")
    one = services()[host]
    file, place = one["volumes"][0].split(":")[:2]
    config = yaml.safe_load((DEPLOY / file).read_text("utf-8"))
    (receiver,) = config["receivers"]
    assert receiver["name"] == config["route"]["receiver"]
    assert f"--config.file={place}" in one["command"][0]
    assert f'printf %s "$$ALERT_WEBHOOK" >{receiver["webhook_configs"][0]["url_file"]};' in one["command"][0]
    assert one["environment"] == {"ALERT_WEBHOOK": "${ALERT_WEBHOOK:?set it in deploy/.env}"}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool here")
def test_alerts_come_when_they_should() -> None:
    """Promtool takes the configuration, and each alert of a fleet comes when it should, with its words, and goes."""
    given = (["check", "config", str(DEPLOY / "prometheus" / "prometheus.yaml")], ["test", "rules", "alerts.yaml"])
    for arguments in given:
        done = subprocess.run(
            ["promtool", *arguments], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_asks_every_worker() -> None:
    """A worker serves its metrics at the port and under the name that Prometheus asks, however many there are."""
    told = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yaml").read_text("utf-8"))
    (job,) = (one for one in told["scrape_configs"] if "dns_sd_configs" in one)
    ((name, worker),) = workers().items()
    assert job["dns_sd_configs"] == [{"names": [name], "type": "A", "port": int(worker["environment"]["METRICS_PORT"])}]
    assert worker["environment"]["METRICS_ADDRESS"] == "0.0.0.0"
    assert "ports" not in worker


def queries() -> list[str]:
    """Every query of the dashboards and of the alerts."""
    asked = [target["expr"] for one in DASHBOARDS.values() for panel in one["panels"] for target in panel["targets"]]
    asked += [one["definition"] for dashboard in DASHBOARDS.values() for one in dashboard["templating"]["list"]]
    alerts = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yaml").read_text())
    return asked + [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]


def test_queries_ask_for_metrics_there_are() -> None:
    """The dashboards and the alerts name metrics of metrics.txt, each at least once, and only labels those have."""
    named = {name for query in queries() for name in re.findall(r"\bmtcrawler_\w+", query)}
    assert named == set(METRICS)
    for query in queries():
        known = {name: set(METRICS[name].split(",")) | ADDED for name in re.findall(r"\bmtcrawler_\w+", query)}
        for name, selectors in re.findall(r"\b(mtcrawler_\w+)\{(.*?)\}", query):
            assert set(re.findall(r"(\w+)=", selectors)) <= known[name], query
        for group in re.findall(r"by \((.*?)\)", query):
            assert {label.strip() for label in group.split(",")} <= set.union(*known.values()), query


def test_metrics_are_documented() -> None:
    """Each metric that somebody is shown is among those that the documentation explains, with the same labels."""
    document = (ROOT / "docs" / "operating.md").read_text("utf-8")
    documented = dict(re.findall(r"`(mtcrawler_\w+)(?:\{(.*?)\})?`", document))
    for name, labels in METRICS.items():
        of_classes = name.removesuffix("_bucket")
        assert documented[of_classes] == ("" if name != of_classes else labels), name


def test_the_fleets_state_is_added_up_by_nobody() -> None:
    """Every worker says the same of the whole fleet, so that the dashboard and the alerts take one of the answers."""
    names = "sites|workers|longest_wait_seconds|quarantined_timestamp_seconds|subscriptions|notifications_total"
    whole = rf"mtcrawler_fleet_(?:{names})\b"
    asking = [query for query in queries() if re.search(whole, query)]
    assert asking
    for query in asking:
        assert re.search(
            rf"\bmax(?: by \(\w+\))? \((?:(?:last_over_time|rate)\()?{whole}|\bmax\((?:last_over_time\()?{whole}", query
        )


def test_the_dashboard_tells_sites_apart() -> None:
    """Whatever the dashboard shows of one spider it shows for each site: those that nobody described share a spider."""
    dashboard = DASHBOARDS["mtcrawler.json"]
    for target in (target for panel in dashboard["panels"] for target in panel["targets"]):
        assert "{{site}}" in target["legendFormat"] or "{{spider}}" not in target["legendFormat"]
        assert all("site" in group.split(", ") for group in re.findall(r"by \((.*?)\)", target["expr"]))


def test_the_dashboard_knows_every_exit_code() -> None:
    """Each way a run can end has a name on the dashboard."""
    dashboard = DASHBOARDS["mtcrawler.json"]
    (panel,) = (one for one in dashboard["panels"] if one["title"] == "Last run")
    (mapping,) = panel["fieldConfig"]["defaults"]["mappings"]
    assert {int(code) for code in mapping["options"]} == {outcome.exit_code for outcome in Outcome} | {2}
