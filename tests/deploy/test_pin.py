"""Laws of deploy/pin: the compose file's images by digest, all of them or none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
# Stands for an engine with a registry: it pulls what is not on the list; what it has it knows by two digests.
ENGINE = """#!/bin/sh
for image; do :; done
case $1 in
pull) ! grep -qx "$image" "$(dirname "$0")/missing" ;;
image) echo "mirror.example/other@sha256:$(printf %064d 0)"
    echo "docker.io/${image%:*}@sha256:$(printf %s "$image" | sha256sum | cut -d' ' -f1)" ;;
esac
"""


def pinned(folder: Path, missing: str = "") -> subprocess.CompletedProcess[str]:
    """The command in a copy of deploy/, with an engine that cannot pull what is missing."""
    if not (folder / "compose.yaml").exists():
        shutil.copy(DEPLOY / "compose.yaml", folder)
        shutil.copy(DEPLOY / "pin", folder)
    engine = folder / "engine"
    engine.write_text(ENGINE)
    engine.chmod(0o755)
    (folder / "missing").write_text(f"{missing}\n")
    environment = {**os.environ, "ENGINE": str(engine)}
    return subprocess.run([folder / "pin"], env=environment, capture_output=True, text=True, check=False)


def test_every_image_from_a_registry_is_pinned_beside_its_tag(tmp_path: Path) -> None:
    """The file written goes over the compose file and gives each service the same image and tag, with a digest."""
    assert pinned(tmp_path).returncode == 0
    written = yaml.safe_load((tmp_path / "compose.digests.yaml").read_text())
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    wanted = {name: one["image"] for name, one in services.items() if "$" not in one["image"]}
    assert {"seaweedfs", "pushgateway", "prometheus", "grafana"} <= set(wanted)
    assert list(written) == ["services"]
    assert {name: one["image"].partition("@")[0] for name, one in written["services"].items()} == wanted
    assert all(
        re.fullmatch(r".+@sha256:[0-9a-f]{64}", one["image"]) and set(one) == {"image"}
        for one in written["services"].values()
    )
    assert not any("0" * 64 in one["image"] for one in written["services"].values())
    assert len({one["image"] for one in written["services"].values()}) == len(wanted)


def test_a_digest_that_cannot_be_had_leaves_what_was_pinned(tmp_path: Path) -> None:
    """The image is named, the command fails, and the file is as it was; where there was none there is none."""
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    missing = services["grafana"]["image"]
    for before in (None, "services: {}\n"):
        if before is not None:
            (tmp_path / "compose.digests.yaml").write_text(before)
        done = pinned(tmp_path, missing)
        assert done.returncode != 0
        assert missing in done.stderr
        kept = [path.name for path in tmp_path.glob("compose.digests*")]
        assert kept == ([] if before is None else ["compose.digests.yaml"])
        assert before is None or (tmp_path / "compose.digests.yaml").read_text() == before


def test_a_compose_file_without_images_is_an_error(tmp_path: Path) -> None:
    """Where no image is found to pin nothing is written, and that is said."""
    shutil.copy(DEPLOY / "pin", tmp_path)
    (tmp_path / "compose.yaml").write_text("services: {}\n")
    done = pinned(tmp_path)
    assert done.returncode != 0
    assert "names no image" in done.stderr
    assert not list(tmp_path.glob("compose.digests*"))
