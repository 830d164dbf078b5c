"""A container of the image, as locked up as docs/operating.md says: with docker or podman, or with neither of them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECCOMP = ROOT / "deploy" / "seccomp.json"
USER = 10001
BUILDING = 1500  # seconds; two minutes where nobody else is at work
BUILDAH = {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}


@dataclass(frozen=True)
class Image:
    """A built image and the engine that built it."""

    engine: str
    name: str
    size: str

    @classmethod
    def build(cls) -> Image:
        """Build it with deploy/image."""
        line = [ROOT / "deploy" / "image"]
        done = subprocess.run(line, stdout=subprocess.PIPE, text=True, timeout=BUILDING, check=True)
        engine, name, size = done.stdout.strip().splitlines()[-1].split(" ", 2)
        return cls(engine, name, size)


class Container:
    """Runs commands in the image: not root, no capability, the root read-only, /tmp and one volume to write to.

    Without an engine the image is unpacked with buildah and entered with tests/image/contain, which has the kernel
    enforce the same; the seccomp profile is then loaded by tests/image/confine.py.
    """

    def __init__(self, image: Image, volume: Path) -> None:
        self.image, self.volume = image, volume
        volume.mkdir(exist_ok=True)
        os.chown(volume, USER, USER)
        self._unpacked = self._where = ""
        if image.engine == "buildah":
            self._unpacked = _said("buildah", "from", image.name)
            self._where = _said("buildah", "mount", self._unpacked)

    def close(self) -> None:
        """Throw it away; the volume stays."""
        if self._unpacked:
            _said("buildah", "rm", self._unpacked)

    def command(self, *arguments: str, environment: dict[str, str], entrypoint: str | None = None) -> list[str]:
        """The command line that runs the image's entry point, or another one, with these arguments."""
        if not self._where:
            line = [self.image.engine, "run", "--rm", "--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL"]
            line += ["--security-opt=no-new-privileges", f"--security-opt=seccomp={SECCOMP}"]
            line += [f"--volume={self.volume}:/var/lib/mtcrawler"]
            line += [f"--env={name}={value}" for name, value in environment.items()]
            return [*line, *([f"--entrypoint={entrypoint}"] if entrypoint else []), self.image.name, *arguments]
        config = self._config()
        given = [*config["Env"], *(f"{name}={value}" for name, value in environment.items())]
        confine = (Path(__file__).parent / "confine.py").read_text()
        return [
            *("unshare", "--mount", "--pid", "--fork", "--kill-child"),
            *(str(Path(__file__).parent / "contain"), self._where, str(self.volume)),
            *("env", "-i", *given, "python", "-c", confine, SECCOMP.read_text()),
            *([entrypoint] if entrypoint else config["Entrypoint"]),
            *arguments,
        ]

    def run(self, *arguments: str, entrypoint: str | None = None, **environment: str) -> tuple[int, str]:
        """Run to the end: the exit code, and stdout and stderr together."""
        line = self.command(*arguments, environment=environment, entrypoint=entrypoint)
        done = subprocess.run(
            line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, check=False
        )
        return done.returncode, done.stdout

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Run the entry point and do not wait; both streams are in the process's stdout."""
        line = self.command(*arguments, environment=environment)
        return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def stop(self, process: subprocess.Popen[str]) -> None:
        """Ask it to stop, as an engine does: SIGTERM to the container's first process."""
        number = process.pid
        if self._where:
            number = int(Path(f"/proc/{number}/task/{number}/children").read_text(encoding="utf-8").split()[0])
        os.kill(number, signal.SIGTERM)

    def _config(self) -> dict[str, Any]:
        told = json.loads(_said("buildah", "inspect", "--type", "image", self.image.name))
        config: dict[str, Any] = told["OCIv1"]["config"]
        return config


def _said(*command: str) -> str:
    environment = {**BUILDAH, **os.environ}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
