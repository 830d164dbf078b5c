"""The fleet's workers in Kubernetes: locked up as crawls are, free to go at any time, as many as there is to do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from mtcrawler.config.schema import Settings
from tests.deploy.test_manifests import DEPLOY, ROOT, of_kind

FLEET = DEPLOY / "kubernetes" / "fleet"
SWITCHED_ON = ("# components: [fleet]", "components: [fleet]")
SCALED = ("  # - scaling.yaml", "  - scaling.yaml")


def manifests(name: str) -> list[dict[str, Any]]:
    """The objects of a file of the fleet's."""
    return list(yaml.safe_load_all((FLEET / name).read_text("utf-8")))


def pod(one: dict[str, Any]) -> dict[str, Any]:
    """What a Deployment or a CronJob starts."""
    spec = one["spec"] if one["kind"] == "Deployment" else one["spec"]["jobTemplate"]["spec"]
    found: dict[str, Any] = spec["template"]
    return found


def environment(container: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container["env"]}


@pytest.mark.parametrize("name", ["workers.yaml", "network.yaml"])
def test_manifests_hold_by_kubernetes_schemas(name: str) -> None:
    """Every object of the fleet holds strictly by the schema of the newest Kubernetes that the validator ships."""
    for document in manifests(name):
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)


def test_workers_are_locked_up_as_crawls_are() -> None:
    """A worker has no right that a crawl does not have, time to give its visits back when it is to stop, and its
    PostgreSQL from a Secret; nodes are emptied one worker at a time.
    """
    deployment, budget = manifests("workers.yaml")
    worker, crawl = pod(deployment)["spec"], pod(of_kind("CronJob")[0])["spec"]
    for key in (
        "automountServiceAccountToken",
        "enableServiceLinks",
        "securityContext",
        "terminationGracePeriodSeconds",
    ):
        assert worker[key] == crawl[key], key
    (container,), (other,) = worker["containers"], crawl["containers"]
    for key in ("image", "imagePullPolicy", "securityContext", "livenessProbe", "envFrom", "volumeMounts"):
        assert container[key] == other[key], key
    assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    settings = Settings()
    assert worker["terminationGracePeriodSeconds"] > settings.STOP_GRACE + settings.STORE_CLOSING_SECONDS
    assert environment(container)["FLEET_DSN"] == {"secretKeyRef": {"name": "mtcrawler-fleet", "key": "FLEET_DSN"}}
    assert budget["spec"]["maxUnavailable"] == 1
    labels = pod(deployment)["metadata"]["labels"]
    assert budget["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert deployment["spec"]["selector"]["matchLabels"] == labels


def test_workers_are_kept_from_what_is_private() -> None:
    """What keeps crawls from private addresses keeps workers from them; beside it they call a PostgreSQL alone, and
    Prometheus alone calls them, where they serve their metrics. Crawls get none of this.
    """
    (crawls,), (workers,) = of_kind("NetworkPolicy"), manifests("network.yaml")
    deployment, _ = manifests("workers.yaml")
    labels = pod(deployment)["metadata"]["labels"]
    for policy in (crawls, workers):
        assert policy["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    chosen = workers["spec"]["podSelector"]["matchLabels"].items()
    assert not any(chosen <= pod(job)["metadata"]["labels"].items() for job in of_kind("CronJob"))
    (asked,), (called,) = workers["spec"]["ingress"], workers["spec"]["egress"]
    told = environment(pod(deployment)["spec"]["containers"][0])
    assert [str(one["port"]) for one in asked["ports"]] == [told["METRICS_PORT"]]
    assert pod(deployment)["metadata"]["annotations"]["prometheus.io/port"] == told["METRICS_PORT"]
    assert [one["port"] for one in called["ports"]] == [5432]
    assert all(set(peer) == {"namespaceSelector"} for peer in (*asked["from"], *called["to"]))


def test_workers_are_scaled_by_what_is_due() -> None:
    """KEDA scales the Deployment by a query to the PostgreSQL that the workers have, so that a worker is short of work
    before another one goes; at least one stays to hand out visits.
    """
    (scaled,) = manifests("scaling.yaml")
    deployment, _ = manifests("workers.yaml")
    assert (scaled["apiVersion"], scaled["kind"]) == ("keda.sh/v1alpha1", "ScaledObject")
    assert scaled["spec"]["scaleTargetRef"] == {"name": deployment["metadata"]["name"]}
    assert scaled["spec"]["minReplicaCount"] >= 1
    (trigger,) = scaled["spec"]["triggers"]
    told = environment(pod(deployment)["spec"]["containers"][0])
    assert trigger["type"] == "postgresql"
    assert "secretKeyRef" in told[trigger["metadata"]["connectionFromEnv"]]
    assert 0 < float(trigger["metadata"]["targetQueryValue"]) < float(told["FLEET_VISITS"])


def test_the_fleet_is_switched_on_in_one_line() -> None:
    """The kustomization has a line for the fleet, which names a component with all its files; scaling, which needs more
    than Kubernetes, is a line of its own. Git leaves the file with the password alone.
    """
    assert (DEPLOY / "kubernetes" / "kustomization.yaml").read_text("utf-8").count(SWITCHED_ON[0]) == 1
    text = (FLEET / "kustomization.yaml").read_text("utf-8")
    told = yaml.safe_load(text.replace(*SCALED))
    assert sorted(told["resources"]) == sorted(
        path.name for path in FLEET.glob("*.yaml") if path.stem != "kustomization"
    )
    assert "scaling.yaml" not in yaml.safe_load(text)["resources"]
    (secret,) = told["secretGenerator"]
    private = str((FLEET / secret["envs"][0]).relative_to(ROOT))
    assert private in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert (FLEET / f"{secret['envs'][0]}.example").read_text("utf-8") == "FLEET_DSN=\n"


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="there is no kubectl here")
def test_kustomize_puts_the_fleet_together(tmp_path: Path) -> None:
    """With that line, kustomize makes workers that have the very image, configuration and secrets of the crawls, in
    their namespace; without it there is none.
    """
    shutil.copytree(DEPLOY / "kubernetes", tmp_path / "kubernetes")
    for folder in (tmp_path / "kubernetes", tmp_path / "kubernetes" / "fleet"):
        shutil.copy(folder / "secrets.env.example", folder / "secrets.env")
    assert not any(one["kind"] == "Deployment" for one in built(tmp_path / "kubernetes"))
    for place, change in (("kubernetes", SWITCHED_ON), ("kubernetes/fleet", SCALED)):
        path = tmp_path / place / "kustomization.yaml"
        path.write_text(path.read_text("utf-8").replace(*change), "utf-8")
    found = built(tmp_path / "kubernetes")
    assert {one["kind"] for one in found} >= {"Deployment", "PodDisruptionBudget", "ScaledObject"}
    assert {one["metadata"].get("namespace", "mtcrawler") for one in found} == {"mtcrawler"}
    (worker,) = (pod(one)["spec"]["containers"][0] for one in found if one["kind"] == "Deployment")
    crawl = next(pod(one)["spec"]["containers"][0] for one in found if one["kind"] == "CronJob")
    assert (worker["image"], worker["envFrom"]) == (crawl["image"], crawl["envFrom"])
    secrets = {one["metadata"]["name"] for one in found if one["kind"] == "Secret"}
    assert environment(worker)["FLEET_DSN"]["secretKeyRef"]["name"] in secrets


def built(folder: Path) -> list[dict[str, Any]]:
    """What `kubectl apply -k` would send."""
    done = subprocess.run(["kubectl", "kustomize", str(folder)], capture_output=True, text=True, check=True)
    return list(yaml.safe_load_all(done.stdout))
