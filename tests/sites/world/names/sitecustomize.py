"""Leads names under .example to this machine, in a process that has this folder in its PYTHONPATH."""

from __future__ import annotations

import socket
from typing import Any

_ask = socket.getaddrinfo


def _asked(host: Any, *arguments: Any, **named: Any) -> Any:
    return _ask("127.0.0.1" if isinstance(host, str) and host.endswith(".example") else host, *arguments, **named)


socket.getaddrinfo = _asked
