"""Names of this machine are known, and no other's is taken for one."""

from __future__ import annotations

import pytest

from mtcrawler.security.loopback import is_loopback, is_ours_to_name


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost", "LOCALHOST", "localhost.", "s3.localhost"],
)
def test_what_is_this_machines_own(host: str) -> None:
    """Addresses of loopback and the names that are kept for it are this machine's own, however they are written."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "::ffff:10.0.0.1", "www.paper.example", "127.0.0.1.paper.example", "localhost.example", ""]
)
def test_what_is_anothers(host: str) -> None:
    """Addresses of networks and names that may lead anywhere are not."""
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        *(("127.0.0.1", True), ("::1", True), ("93.184.216.34", True), ("localhost", True), ("wiki", True)),
        *(("news.local", True), ("paper.internal.", True), ("a.home.arpa", True), ("paper.example", True)),
        *(("paper.com", False), ("local.paper.com", False), ("internal.example.com", False), ("notlocal.org", False)),
    ],
)
def test_only_names_that_the_public_dns_never_has_are_ours_to_name(host: str, ours: bool) -> None:
    """Whoever owns a public name decides where it leads, so it is not ours."""
    assert is_ours_to_name(host) == ours
