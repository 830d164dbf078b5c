"""Which host names are this machine's own, and which addresses lie on no public network."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Final

NOT_PUBLIC: Final = (".localhost", ".local", ".internal", ".home.arpa", ".test", ".example", ".invalid")
"""Ends of names that the public DNS never has: RFC 6761, 6762 and 8375, and ICANN's resolution 2024.07.29.06."""


def is_loopback(host: str) -> bool:
    """Whether a host name or an IP address (without brackets) is this machine's own, by the standards (RFC 6761)."""
    name = host.lower().removesuffix(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def is_private(host: str) -> bool:
    """Whether a host is this machine's own name, or an IP address (without brackets) that is not public."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def is_ours_to_name(host: str) -> bool:
    """Whether nobody but this network decides where a host leads: an IP address (without brackets), a name of one
    label, or one that the public DNS never has.
    """
    try:
        ip_address(host)
    except ValueError:
        name = host.lower().removesuffix(".")
        return "." not in name or name.endswith(NOT_PUBLIC)
    return True
