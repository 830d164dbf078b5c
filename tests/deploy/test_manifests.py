"""Compose, Kubernetes and systemd: each file holds by its reader's rules, and by ours."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import compose_spec
import kubernetes_validate
import pytest
import yaml

from mtcrawler import __version__
from mtcrawler.cli import COMMANDS
from mtcrawler.fetch.user_agent import fault_of_contact
from mtcrawler.sites.loading import files_in, load_definition

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SPIDERS = sorted(one.spider for path in files_in(ROOT / "sites") if (one := load_definition(path)).deployed)
UPKEEP = ["cluster", "compact"]
COMPOSE = (DEPLOY / "compose.yaml").read_text()
MANIFESTS = sorted(path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml")


def documents() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text())


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [one for one in documents() if one["kind"] == kind]


def crawlers() -> dict[str, dict[str, Any]]:
    """The services that crawl."""
    return {name: one for name, one in services().items() if one.get("command", [""])[0] == "scrapy"}


def workers() -> dict[str, dict[str, Any]]:
    """The services that are workers of a fleet."""
    return {name: one for name, one in services().items() if one.get("command") == ["mtcrawler", "worker"]}


def upkeep() -> dict[str, dict[str, Any]]:
    """The services that keep the bucket in order."""
    return {name: one for name, one in services().items() if "upkeep" in one.get("profiles", ())}


def services() -> dict[str, dict[str, Any]]:
    """All services of the compose file."""
    found: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
    return found


def composed(text: str) -> compose_spec.PyCompose:
    """The file as the specification's parser takes it: variables given or by default, merge keys resolved."""
    given = re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)\}", lambda found: found[1] or "given", text)
    return compose_spec.PyCompose.from_json(json.dumps(yaml.safe_load(given)))


def test_compose_holds_by_the_compose_specification() -> None:
    """Every key and value of the compose file is one the specification knows; a misspelt one would be refused."""
    assert set(SPIDERS) < set(composed(COMPOSE).service_names())
    with pytest.raises(ValueError, match="read_onyl"):
        composed(COMPOSE.replace("read_only", "read_onyl"))


def test_compose_crawls_every_publisher_locked_up() -> None:
    """Each spider has a service of its own and a volume, no root, no capability, a read-only root, time to stop."""
    assert [one["command"][2] for one in crawlers().values()] == SPIDERS
    for name, one in crawlers().items():
        assert one["volumes"] == [f"{name}:/var/lib/mtcrawler"]
        assert (one["user"], one["read_only"], one["cap_drop"]) == ("10001:10001", True, ["ALL"])
        assert one["security_opt"] == ["no-new-privileges:true", "seccomp=./seccomp.json"]
        assert int(one["stop_grace_period"].rstrip("s")) > 30
        assert {"mem_limit", "cpus", "pids_limit"} <= set(one)


def test_compose_locks_up_everything() -> None:
    """No service writes to its root, keeps a capability or gains one, or takes all memory and processes there are."""
    for name, one in services().items():
        assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"]), name
        assert "no-new-privileges:true" in one["security_opt"]
        assert {"mem_limit", "pids_limit"} <= set(one)
        assert "privileged" not in one
    assert services()["seaweedfs"]["user"] == "10001:10001"
    # One runs as root, to give files to the store's user: it ends at once and no network reaches it.
    rooted = {name: one for name, one in services().items() if "cap_add" in one or one.get("user", "").startswith("0")}
    assert set(rooted) == {"store_keys"}
    assert rooted["store_keys"]["network_mode"] == "none"
    assert set(rooted["store_keys"]["cap_add"]) <= {"CHOWN", "DAC_OVERRIDE"}
    assert "restart" not in rooted["store_keys"]


def test_the_upkeep_of_the_bucket_is_the_same_everywhere() -> None:
    """Compose, where asked to, Kubernetes and systemd run the two commands, each on the bucket alone."""
    assert sorted(one["command"] for one in upkeep().values()) == [["mtcrawler", name] for name in UPKEEP]
    assert {tuple(one["networks"]) for one in upkeep().values()} == {("storage",)}
    assert set(UPKEEP) <= set(COMMANDS)
    timer = (DEPLOY / "systemd" / "mtcrawler-upkeep@.timer").read_text()
    assert sorted(re.findall(r"mtcrawler-upkeep@(\w+)\.timer", timer)) == UPKEEP
    assert "bin/mtcrawler %i" in (DEPLOY / "systemd" / "mtcrawler-upkeep@.service").read_text()


def test_compose_lets_only_those_meet_who_speak_with_each_other() -> None:
    """Two services share a network where one calls the other; only crawlers are on one that leads out with company."""
    networks = yaml.safe_load(COMPOSE)["networks"]
    meeting = {
        frozenset((here, there))
        for here, one in services().items()
        for there, other in services().items()
        if here < there and set(one.get("networks", ())) & set(other.get("networks", ()))
    }
    fetching = {**crawlers(), **workers()}
    speaking = [(name, served) for name in fetching for served in ("seaweedfs", "pushgateway")]
    speaking += [*combinations([*fetching, *upkeep()], 2), *((name, "schedule") for name in workers())]
    speaking += [(name, "seaweedfs") for name in upkeep()]
    speaking += [(name, "prometheus") for name in workers()]
    speaking += [("pushgateway", "prometheus"), ("prometheus", "grafana"), ("prometheus", "alertmanager")]
    assert meeting == {frozenset(pair) for pair in speaking}
    for name, network in networks.items():
        members = [service for service, one in services().items() if name in one.get("networks", ())]
        assert network.get("internal") or len(members) == 1 or set(members) == set(fetching)


def test_what_is_deployed_for_each_site_is_made_from_the_sites() -> None:
    """Compose, Kubernetes and systemd have exactly the sites of sites/: `make sites` has nothing to write."""
    done = subprocess.run(
        [sys.executable, DEPLOY / "sites", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    target = (DEPLOY / "systemd" / "mtcrawler-sites.target").read_text()
    assert re.findall(r"mtcrawler@(\w+)\.timer", target) == SPIDERS


def test_a_site_more_is_deployed_everywhere(tmp_path: Path) -> None:
    """One command brings a new definition to compose, Kubernetes and systemd; the other sites stay as they are."""
    for name in ("deploy", "sites"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "tests" / "sites" / "gazette.toml", tmp_path / "sites" / "gazette.example.toml")
    command = [sys.executable, str(tmp_path / "deploy" / "sites")]
    assert subprocess.run([*command, "--check"], cwd=ROOT, capture_output=True, check=False).returncode == 1
    subprocess.run(command, cwd=ROOT, check=True)
    assert subprocess.run([*command, "--check"], cwd=ROOT, check=False).returncode == 0
    deploy = tmp_path / "deploy"
    composed_of = yaml.safe_load((deploy / "compose.yaml").read_text())
    assert composed_of["services"]["gazette"]["command"][2] == "gazette"
    assert "gazette" in composed_of["volumes"]
    jobs = list(yaml.safe_load_all((deploy / "kubernetes" / "sites.yaml").read_text()))
    added = [one for one in jobs if one["metadata"]["name"] == "gazette"]
    assert len(added) == 2
    assert [one for one in jobs if one not in added] == list(
        yaml.safe_load_all((DEPLOY / "kubernetes" / "sites.yaml").read_text())
    )
    assert "mtcrawler@gazette.timer" in (deploy / "systemd" / "mtcrawler-sites.target").read_text()


@pytest.mark.parametrize("said", ["untried = true", "deploy = false"])
def test_a_site_is_deployed_by_choice(said: str, tmp_path: Path) -> None:
    """A definition that nobody has tried, or that says so, changes nothing of what is deployed."""
    for name in ("deploy", "sites"):
        shutil.copytree(ROOT / name, tmp_path / name)
    text = (ROOT / "tests" / "sites" / "gazette.toml").read_text("utf-8")
    (tmp_path / "sites" / "gazette.example.toml").write_text(f"{said}\n{text}", "utf-8")
    command = [sys.executable, str(tmp_path / "deploy" / "sites"), "--check"]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_compose_opens_nothing_to_other_machines() -> None:
    """Ports are published on loopback only, images have versions, no secret has a default."""
    for one in services().values():
        assert all(port.startswith("127.0.0.1:") for port in one.get("ports", ()))
        assert re.search(r":[v0-9][\w.]+$|MTCRAWLER_IMAGE", one["image"])
    secrets = re.findall(r"^ *\w*(?:KEY|SECRET|PASSWORD)\w*: (.*)$", COMPOSE, re.MULTILINE)
    assert secrets
    assert all(re.fullmatch(r"\$\{\w+:(\?[^}]+|-)\}", value) for value in secrets)
    wanted = set(re.findall(r"\$\{(\w+):(?:\?|-\})", COMPOSE))
    assert wanted == set(re.findall(r"^(\w+)=", (DEPLOY / "env.example").read_text(), re.MULTILINE))


def test_the_image_is_this_versions() -> None:
    """Compose and Kubernetes name the image by the version that `make image` tags it with, never by `latest`."""
    tag = f"localhost/mtcrawler:{__version__}"
    assert set(re.findall(r"\$\{MTCRAWLER_IMAGE:-([^}]*)\}", COMPOSE)) == {tag}
    (image,) = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text("utf-8"))["images"]
    assert f"{image['newName']}:{image['newTag']}" == tag
    assert all("latest" not in one["image"] for one in services().values())
    assert '-t "$name:$version"' in (DEPLOY / "image").read_text("utf-8")


def test_an_examples_contact_address_is_refused() -> None:
    """What stands in the examples for a contact address starts no crawl until it is replaced."""
    (given,) = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text("utf-8"))["configMapGenerator"]
    (contact,) = (one.partition("=")[2] for one in given["literals"] if one.startswith("MTCRAWLER_CONTACT="))
    for example in (contact, "crawler@news.example", "https://www.example.com/bot", "me@example.org"):
        assert "is an example's" in (fault_of_contact(example) or "")
    for own in ("https://example.de/bot", "me@myexample.com", "https://crawler.paper.test"):
        assert fault_of_contact(own) is None


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_hold_by_kubernetes_schemas(path: Path) -> None:
    """Every object holds strictly by the schema of the newest Kubernetes that the validator ships; a typo would not."""
    for document in yaml.safe_load_all(path.read_text(encoding="utf-8")):
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
        with pytest.raises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate({**document, "sepc": {}}, kubernetes_validate.latest_version(), strict=True)


def test_the_cluster_crawls_every_publisher_locked_up() -> None:
    """One CronJob a spider that never overlaps, with limits and a read-only root, without root or a token."""
    jobs = of_kind("CronJob")
    pods = [job["spec"]["jobTemplate"]["spec"]["template"]["spec"] for job in jobs]
    said = [pod["containers"][0]["args"] for pod in pods]
    assert sorted(args[1] for args in said if args[0] == "crawl") == SPIDERS
    assert sorted(args[0] for args in said if args[0] != "crawl") == UPKEEP
    for job, pod in zip(jobs, pods, strict=True):
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        assert pod["automountServiceAccountToken"] is False
        assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, 10001)
        (container,) = pod["containers"]
        assert container["securityContext"] == {
            "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}
        assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/tmp", "/var/lib/mtcrawler"}
        claims = {one["metadata"]["name"] for one in of_kind("PersistentVolumeClaim")}
        claimed = [one for one in pod["volumes"][1:] if "emptyDir" not in one]
        assert {one["persistentVolumeClaim"]["claimName"] for one in claimed} <= claims
        assert bool(claimed) == (container["args"][0] == "crawl")  # what waits for the bucket is nowhere else


def test_the_cluster_keeps_crawlers_from_what_is_private() -> None:
    """Nobody may call a crawler, and of the web it may call no private, link-local or metadata address."""
    (policy,) = of_kind("NetworkPolicy")
    assert policy["spec"]["ingress"] == []
    web = policy["spec"]["egress"][0]["to"][0]["ipBlock"]
    assert {"10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"} <= set(web["except"])
    labels = policy["spec"]["podSelector"]["matchLabels"].items()
    for job in of_kind("CronJob"):
        assert labels <= job["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"].items()


def test_kustomize_names_what_is_there() -> None:
    """All manifests are resources; configuration and secrets that the pods take are generated under their names."""
    told = yaml.safe_load((DEPLOY / "kubernetes" / "kustomization.yaml").read_text())
    assert sorted(told["resources"]) == [path.name for path in MANIFESTS]
    made = {one["name"] for one in (*told["configMapGenerator"], *told["secretGenerator"])}
    assert made == {"mtcrawler"}
    assert (DEPLOY / "kubernetes" / f"{told['secretGenerator'][0]['envs'][0]}.example").exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd-analyze here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    """systemd-analyze finds nothing wrong with the service and the timer of a publisher."""
    for unit in (DEPLOY / "systemd").iterdir():
        text = re.sub("/srv/mtcrawler/.venv/bin/(scrapy|mtcrawler)", "/bin/true", unit.read_text())
        (tmp_path / unit.name).write_text(text.replace("/srv/mtcrawler", str(ROOT)))
    units = [str(tmp_path / f"mtcrawler@moscowtimes.{kind}") for kind in ("service", "timer")]
    units += [str(tmp_path / "mtcrawler-failed@moscowtimes.service"), str(tmp_path / "mtcrawler-sites.target")]
    for command in UPKEEP:
        units += [str(tmp_path / f"mtcrawler-upkeep@{command}.{kind}") for kind in ("service", "timer")]
        units.append(str(tmp_path / f"mtcrawler-upkeep-failed@{command}.service"))
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
