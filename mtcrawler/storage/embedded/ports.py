"""Free ports on loopback for the servers we start."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterable
from typing import Final

PORTS: Final = range(1, 65_536)
# Below the range the kernel hands out to outgoing connections, one of which could take a port while its server rests.
RANGE: Final = range(20_000, 32_000)


def free_ports(parts: Iterable[str]) -> dict[str, int]:
    """Two free ports for each part: one under its name, one under name.grpc."""
    names = [name for part in parts for name in (part, f"{part}.grpc")]
    candidates = random.sample(RANGE, len(RANGE))
    free = (port for port in candidates if is_free(port))
    return dict(zip(names, free, strict=False))


def is_free(port: int) -> bool:
    """Whether nobody listens on this port; connections of a server that has ended do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
