"""Laws of the guard: which addresses are public, and that a name is connected to where it was judged."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mtcrawler.config.field import networks
from mtcrawler.fetch.network.guard import Guard, GuardedResolver, permitted
from mtcrawler.model.errors import AddressRefused
from mtcrawler.sites.undescribed import undescribed


@pytest.mark.parametrize(
    "address",
    """0.0.0.0 10.0.0.1 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.168.1.1 192.0.0.192 198.18.0.1 224.0.0.1
    240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:10.0.0.1 64:ff9b::7f00:1 2002:7f00:1:: 2001:0:7f00:1::
    fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 ff02::1 2001:db8::1 fec0::1 168.63.129.16 ::ffff:0:169.254.169.254
    2606:2800::5efe:10.0.0.1 2606:2800::200:5efe:192.168.0.1 fe80::5efe:93.184.215.14 161.26.0.10 100:0:0:1::1
    4000::1 64:ff9b:1::1.1.1.1 2002:5db8:d70e:: 2001:0:101:101::fefe:fefe""".split(),
)
def test_what_is_not_public_is_not_permitted(address: str) -> None:
    """Private, loopback, link-local, metadata and reserved addresses, however they are wrapped."""
    assert not permitted(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:1.1.1.1"])
def test_what_is_public_is_permitted(address: str) -> None:
    """The public internet, old and new."""
    assert permitted(address)


V4 = st.ip_addresses(v=4)
ANY32 = st.integers(0, 2**32 - 1)
FORMS: dict[str, Callable[[int, int], int]] = {
    "mapped": lambda inner, _: 0xFFFF << 32 | inner,
    "compatible": lambda inner, _: inner,
    "translated": lambda inner, _: 0xFFFF << 48 | inner,
    "NAT64": lambda inner, _: 0x64FF9B << 96 | inner,
    "ISATAP": lambda inner, other: 0x26062800 << 96 | other << 64 | 0x5EFE << 32 | inner,
    "ISATAP, universal": lambda inner, other: 0x26062800 << 96 | other << 64 | 0x2005EFE << 32 | inner,
}
REFUSED: dict[str, Callable[[int, int], int]] = {
    "6to4": lambda inner, other: 0x2002 << 112 | inner << 80 | other,
    "Teredo's client": lambda inner, _: 0x20010000 << 96 | 0x01010101 << 64 | (inner ^ 0xFFFFFFFF),
    "Teredo's server": lambda inner, _: 0x20010000 << 96 | inner << 64 | (0x01010101 ^ 0xFFFFFFFF),
}
PRIVATE = ("10.0.0.1", "127.0.0.1", "169.254.169.254", "168.63.129.16", "192.168.1.1", "224.0.0.1")


@pytest.mark.parametrize("form", FORMS)
@given(inner=V4, other=ANY32)
@example(IPv4Address("168.63.129.16"), 0)
@example(IPv4Address("169.254.169.254"), 0)
@example(IPv4Address("93.184.215.14"), 0)
def test_an_old_address_inside_a_new_one_is_judged_as_itself(form: str, inner: IPv4Address, other: int) -> None:
    """Whatever form holds an IPv4 address, it is permitted where that address is, and where that is allowed."""
    assume(form != "compatible" or int(inner) > 1)  # these are :: and ::1
    whole = str(IPv6Address(FORMS[form](int(inner), other)))
    assert permitted(whole) is permitted(str(inner))
    assert permitted(whole, networks(f"{inner}/32,2606:2800::/32"))


@pytest.mark.parametrize("form", REFUSED)
@given(inner=V4, other=ANY32)
@example(IPv4Address("93.184.215.14"), 0)
def test_a_tunnel_is_refused_whatever_is_inside(form: str, inner: IPv4Address, other: int) -> None:
    """6to4 and Teredo are not public, and where an operator names them what is inside is judged as well."""
    whole = str(IPv6Address(REFUSED[form](int(inner), other)))
    assert not permitted(whole)
    assert not permitted(whole, networks(f"{inner}/32"))
    assert permitted(whole, networks("2002::/16,2001::/32")) is permitted(str(inner))


@pytest.mark.parametrize("length", [48, 56, 64, 96])
@pytest.mark.parametrize("inner", PRIVATE)
def test_a_translator_that_is_allowed_leads_to_the_public_internet_alone(length: int, inner: str) -> None:
    """A local NAT64 prefix that an operator names is read as RFC 6052 lays it out, at each of its lengths."""
    allowed = networks(f"64:ff9b:1::/{length}")
    assert not permitted(_translated(inner, length), allowed)
    assert permitted(_translated("93.184.215.14", length), allowed)


def _translated(inner: str, length: int) -> str:
    """The address as RFC 6052 writes it: the ninth byte stays empty."""
    head, old = IPv6Address("64:ff9b:1::").packed, IPv4Address(inner).packed
    if length == 96:
        return str(IPv6Address(head[:12] + old))
    before = 8 - length // 8
    return str(IPv6Address((head[: length // 8] + old[:before] + b"\0" + old[before:]).ljust(16, b"\0")))


@given(st.ip_addresses(v=6))
def test_nothing_is_public_that_was_never_given_out(address: IPv6Address) -> None:
    """Beside 2000::/3 only an IPv4 address in a known form is public."""
    assume(address not in IPv6Network("2000::/3"))
    assume(address not in IPv6Network("::/32") and address not in IPv6Network("64:ff9b::/96"))
    assert not permitted(str(address))


@given(st.ip_addresses())
def test_allowing_everything_permits_everything(address: object) -> None:
    """No address is beyond the setting, and none makes the judgement fail."""
    assert permitted(str(address), networks("0.0.0.0/0,::/0"))


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


@pytest.mark.parametrize("error", [OSError("no name server"), TimeoutError()])
async def test_a_name_that_is_not_found_is_looked_up_once(error: OSError) -> None:
    """However many requests want it, a name that could not be resolved is not waited for again at once."""
    asked: list[str] = []

    async def lookup(host: str) -> list[str]:
        asked.append(host)
        raise error

    guard = Guard(lookup=lookup)
    for _ in range(3):
        with pytest.raises(OSError):  # noqa: PT011 - whichever it was
            await guard.addresses("paper.example", 443)
    assert asked == ["paper.example"]


class Pool:
    """What a pool of connections does, as far as it concerns names; `then` happens while it is at it."""

    then: Callable[[], None] | None = None

    def _newConnection(self, key: object, endpoint: str) -> None:  # noqa: N802 - Twisted's name
        if self.then is not None:
            self.then()
        GuardedResolver().resolveHostName(self, endpoint)

    def resolutionBegan(self, *given: object) -> None:  # noqa: N802 - Twisted's name
        """Nothing follows."""

    addressResolved = resolutionComplete = resolutionBegan  # noqa: N815


async def test_each_pool_has_its_own_judge(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool's names are resolved by the guard of its own crawl, though it connects while another crawl is at work."""
    monkeypatch.setattr("mtcrawler.fetch.network.guard._installed", lambda: None)
    asked: list[tuple[str, str]] = []

    def guard(whose: str) -> Guard:
        async def lookup(host: str) -> list[str]:
            asked.append((whose, host))
            return ["93.184.215.14"]

        return Guard(lookup=lookup)

    one, two = Pool(), Pool()
    GuardedResolver.judges(one, guard("one"))
    GuardedResolver.judges(two, guard("two"))
    two.then = lambda: one._newConnection("key", "one.example")
    two._newConnection("key", "two.example")
    Pool()._newConnection("key", "nobody.example")
    await asyncio.sleep(0)
    assert asked == [("one", "one.example"), ("two", "two.example")]


@pytest.mark.parametrize(("origin", "there"), [("http://paper.com", False), ("http://paper.internal", True)])
async def test_a_site_named_by_hand_is_where_its_owner_cannot_be_in_our_network(origin: str, there: bool) -> None:
    """A site that is only named is held to public addresses, unless nobody else decides where its name leads."""

    async def lookup(host: str) -> list[str]:
        return ["169.254.169.254"]

    guard = Guard(mirror=undescribed(origin).named_by_hand, lookup=lookup)
    found = await asyncio.gather(guard.addresses(origin.partition("://")[2], 80), return_exceptions=True)
    assert isinstance(found[0], AddressRefused) is not there
