"""Authorities of an operator's own, made known to Chromium: it trusts the NSS database in its home folder."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from mtcrawler.config.schema import Settings
from mtcrawler.fetch.network import nss_database
from mtcrawler.model.errors import BrowserError

PATIENCE: Final = 60
"""Seconds that making a database may take."""


def trusting_home(settings: Settings) -> Path | None:
    """The home folder of a browser that trusts CA_FILE, too; None where there is none. Raises BrowserError."""
    if settings.CA_FILE is None:
        return None
    try:
        return home_of(settings.CA_FILE, settings.STATE_DIR / "authorities")
    except (OSError, subprocess.SubprocessError) as err:
        told = (getattr(err, "stderr", "") or str(err)).strip().splitlines()[-1]
        remedy = "See that libnss3 is installed and MTCRAWLER_VAR can be written, or set RENDER_MODE=http."
        raise BrowserError("making the authorities of MTCRAWLER_CA_FILE known to the browser", told, remedy) from err


def home_of(authorities: Path, folder: Path) -> Path:
    """A home folder below this one for a browser that trusts the authorities of a PEM file, beside the public ones.

    It is made once for each content of the file. Raises OSError or subprocess.SubprocessError.
    """
    home = folder / hashlib.sha256(authorities.read_bytes()).hexdigest()[:16]
    if (home / nss_database.DATABASE).is_dir():
        return home
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = Path(tempfile.mkdtemp(dir=folder, prefix="part-"))
    try:
        make = [sys.executable, "-I", "-S", nss_database.__file__, str(part), str(authorities.absolute())]
        subprocess.run(make, env={}, check=True, timeout=PATIENCE, capture_output=True, text=True)  # noqa: S603 - our own
        part.rename(home)
    except OSError:
        if not (home / nss_database.DATABASE).is_dir():  # another run was first
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return home
