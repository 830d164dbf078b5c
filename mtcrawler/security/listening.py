"""Where a server of ours listens for others."""

from __future__ import annotations

import errno
import socket

from mtcrawler.model.errors import ArgumentError


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 is any free one. Raises ArgumentError where that cannot be."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        server = socket.socket(family, kind, protocol)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(address)
            server.listen(128)
        except BaseException:
            server.close()
            raise
    except (OSError, OverflowError) as err:
        taken = isinstance(err, OSError) and err.errno == errno.EADDRINUSE
        happened = "another program listens there" if taken else getattr(err, "strerror", None) or str(err)
        remedy = "Choose another with --port, or 0 for any that is free." if taken else "Choose others."
        raise ArgumentError(f"listening at {host} port {port}", happened, remedy) from err
    return server
