"""A network of its own for the comparison: nothing but loopback, where the newspaper has a name and the usual port.

Several crawlers refuse a numeric address or a port in an address, and half of them ask hosts of their own; so all run
in a namespace of Linux in which there is no other host, and in which the newspaper is http://www.morning.example/.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HOST: Final = "www.morning.example"
PORT: Final = 80
INSIDE: Final = "MTCRAWLER_BENCH_INSIDE"
HOSTS: Final = f"127.0.0.1 localhost {HOST}\n::1 localhost\n"
REMEDY: Final = "Run it as root, or where a user may make namespaces of Linux (unshare --user --net --mount true)."
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1  # linux/sockios.h, linux/if.h


class NotIsolated(Exception):
    """The namespace could not be made."""


def isolated() -> bool:
    """Whether this process runs in the namespace."""
    return INSIDE in os.environ


def run_isolated(command: Sequence[str], folder: Path) -> int:
    """Runs the command in such a namespace and returns its exit code; `folder` takes a file. Raises NotIsolated."""
    unshare = shutil.which("unshare")
    if unshare is None:
        raise NotIsolated(f"there is no `unshare` here (package util-linux). {REMEDY}")
    kinds = ["--mount", "--net", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
    if subprocess.run([unshare, *kinds, "true"], capture_output=True, check=False).returncode:
        raise NotIsolated(f"this user may make no namespaces here. {REMEDY}")
    folder.mkdir(parents=True, exist_ok=True)
    hosts = folder / "hosts"
    hosts.write_text(HOSTS, encoding="utf-8")
    script = 'mount --bind "$0" /etc/hosts && exec "$@"'
    inner = ["/bin/sh", "-c", script, str(hosts), *command]
    return subprocess.run([unshare, *kinds, *inner], env={**os.environ, INSIDE: "1"}, check=False).returncode


def raise_loopback() -> None:
    """Turns the loopback interface on, which is off in a new namespace. Raises NotIsolated outside of one."""
    if not isolated():
        raise NotIsolated("turning loopback on is for the namespace alone")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = struct.pack("16sh", b"lo", 0).ljust(40, b"\0")
        flags = struct.unpack("16sh", fcntl.ioctl(any_socket, SIOCGIFFLAGS, asked)[:18])[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh", b"lo", flags | IFF_UP).ljust(40, b"\0"))


def again(module: str) -> list[str]:
    """The command that runs this program anew, for `run_isolated`."""
    return [sys.executable, "-m", module, *sys.argv[1:]]
