"""Laws of the guard: which addresses are public, and that a name is connected to where it was judged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.errors import AddressRefused, SettingError
from mtcrawler.rendering.guard import Guard, networks, permitted


@pytest.mark.parametrize(
    "address",
    """0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.168.1.1 192.0.0.192 198.18.0.1 224.0.0.1
    240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:7f00:1::
    fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 ff02::1 2001:db8::1""".split(),
)
def test_what_is_not_public_is_not_permitted(address: str) -> None:
    """Private, loopback, link-local, metadata and reserved addresses, however they are wrapped."""
    assert not permitted(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:1.1.1.1"])
def test_what_is_public_is_permitted(address: str) -> None:
    """The public internet, old and new."""
    assert permitted(address)


@given(st.ip_addresses())
def test_allowing_everything_permits_everything(address: object) -> None:
    """No address is beyond the setting, and none makes the judgement fail."""
    assert permitted(str(address), networks("0.0.0.0/0,::/0"))


def test_networks_are_read_or_named() -> None:
    """Addresses and networks apart by commas; anything else is told with what to give."""
    assert [str(each) for each in networks("10.0.0.0/8, ::1,")] == ["10.0.0.0/8", "::1/128"]
    with pytest.raises(SettingError, match="ALLOWED_NETWORKS"):
        networks("intranet")


async def test_a_name_is_connected_to_where_it_was_judged() -> None:
    """A name server that changes its mind is not asked again, so that no judged name leads anywhere else."""
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])

    async def lookup(host: str) -> list[str]:
        return next(answers)

    guard = Guard(lookup=lookup)
    assert await guard.addresses("turning.example", 443) == ["93.184.215.14"]
    assert await guard.addresses("turning.example", 443) == ["93.184.215.14"]


async def test_one_bad_address_is_enough() -> None:
    """A name that also means a private address is refused as a whole."""

    async def lookup(host: str) -> list[str]:
        return ["93.184.215.14", "10.0.0.1"]

    with pytest.raises(AddressRefused, match=r"10\.0\.0\.1"):
        await Guard(lookup=lookup).addresses("both.example", 443)


async def test_the_mirror_is_permitted_and_its_neighbours_are_not() -> None:
    """The operator's own mirror may be anywhere, but only at its host and port."""
    guard = Guard(mirror="http://127.0.0.1:8000")
    assert await guard.addresses("127.0.0.1", 8000) == ["127.0.0.1"]
    with pytest.raises(AddressRefused):
        await guard.addresses("127.0.0.1", 8001)
