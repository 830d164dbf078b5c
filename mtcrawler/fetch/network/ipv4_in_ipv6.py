"""IPv4 addresses inside IPv6 addresses: whatever some network on the way may take out of one."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import Final

# The form says nothing but the IPv4 address, in the last 32 bits.
MAPPED: Final = IPv6Network("::ffff:0:0/96")  # RFC 4291
TRANSLATED: Final = IPv6Network("::ffff:0:0:0/96")  # RFC 2765
NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052
COMPATIBLE: Final = IPv6Network("::/96")  # RFC 4291
# Others have it elsewhere.
SIX_TO_FOUR: Final = IPv6Network("2002::/16")  # RFC 3056
TEREDO: Final = IPv6Network("2001::/32")  # RFC 4380
LOCAL_NAT64: Final = IPv6Network("64:ff9b:1::/48")  # RFC 8215, laid out as RFC 6052 has it
ISATAP: Final = 0x5EFE  # RFC 5214, before the address; the bits for universal and group may be set
ISATAP_FLAGS: Final = 0x0300_0000


def embedded(
    address: IPv4Address | IPv6Address, named: Iterable[IPv4Network | IPv6Network] = ()
) -> tuple[tuple[IPv4Address, ...], bool]:
    """The IPv4 addresses inside this one, and whether they are all that it says: then they are judged alone.

    `named` are the networks an operator has named: a local NAT64 prefix among them tells where its address stands.
    """
    if isinstance(address, IPv4Address):
        return (), False
    number = int(address)
    if any(address in form for form in (MAPPED, TRANSLATED, NAT64)) or (address in COMPATIBLE and number > 1):
        return (_low(number),), True
    if address in SIX_TO_FOUR:
        return (_low(number >> 80),), False
    if address in TEREDO:
        return (_low(number >> 64), _low(~number)), False
    found = []
    if address in LOCAL_NAT64:
        found = [_translated(number, network.prefixlen) for network in named if address in network]
    if (number >> 32) & 0xFFFF_FFFF & ~ISATAP_FLAGS == ISATAP:
        found.append(_low(number))
    return tuple(found), False


def _low(number: int) -> IPv4Address:
    return IPv4Address(number & 0xFFFF_FFFF)


def _translated(number: int, prefix: int) -> IPv4Address:
    """The address behind a prefix of RFC 6052, which leaves the ninth byte out; a longer prefix is read as /96."""
    if prefix not in {48, 56, 64}:
        return _low(number)
    digits = f"{number:032x}"
    return _low(int((digits[:16] + digits[18:])[prefix // 4 : prefix // 4 + 8], 16))
