"""Sockets that SeaweedFS makes in /tmp, whatever TMPDIR says, and leaves there when it ends."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

FOLDER: Final = Path("/tmp")  # noqa: S108 - the server's own choice
PATIENCE: Final = 1.0
"""Seconds for a socket to answer; a living server's does at once."""


def remove_dead(ports: Mapping[str, int]) -> None:
    """Remove the sockets of a server with these ports (by part, and part.grpc), once nobody answers at them.

    What is no socket of this user's stays, and so does that of another server which has come to have one of the ports.
    """
    for name, port in ports.items():
        part, grpc = name.partition(".")[0], ports.get(f"{name.partition('.')[0]}.grpc", port)
        for file in (f"seaweedfs-{part}-grpc-{grpc}.sock", f"seaweedfs-{part}-grpc-{port}.sock"):
            with suppress(OSError):
                path = FOLDER / file
                found = path.lstat()
                if stat.S_ISSOCK(found.st_mode) and found.st_uid == os.geteuid() and not _answers(path):
                    path.unlink()


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(PATIENCE)
        try:
            line.connect(str(path))
        except ConnectionRefusedError:
            return False
        except OSError:
            return True
    return True
