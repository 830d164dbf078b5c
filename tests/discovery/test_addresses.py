"""Laws of addresses: one canonical form each, on whatever origin the site is crawled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.discovery.addresses import Site

HOSTS = frozenset({"www.paper.example", "paper.example", "static.paper.example"})
PAPER = Site("https://www.paper.example", HOSTS, mirror="http://127.0.0.1:8600", query_matters=False)
CANONICAL = "https://www.paper.example/2026/01/02/story-a1"

addresses = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(
        ["https://www.paper.example", "http://PAPER.example", "http://127.0.0.1:8600", "https://other.example:8443", ""]
    ),
    st.text("abc/%-. é?=&#+", max_size=20).map(lambda path: "/" + path),
    st.sampled_from(["", "?utm_source=x&b=2&a=1", "?fbclid=1", "?q=a+b"]),
    st.sampled_from(["", "#part", "/"]),
)


@pytest.mark.parametrize(
    "address",
    [
        CANONICAL,
        "http://paper.example/2026/01/02/story-a1/",
        "https://www.paper.example/2026/01/02/story-a1?utm_source=rss#comments",
        "http://127.0.0.1:8600/2026/01/02/story-a1?modal=classic",
        "/2026/01/02/story-a1",
    ],
)
def test_every_form_of_an_address_has_one_canonical_form(address: str) -> None:
    """Scheme, host alias, mirror, query, fragment and closing slash do not make another article."""
    assert PAPER.canonical(address) == CANONICAL


@given(addresses)
def test_canonical_is_idempotent(address: str) -> None:
    """The canonical form of a canonical form is itself."""
    for site in (PAPER, Site(PAPER.origin, HOSTS)):
        once = site.canonical(address)
        assert site.canonical(once) == once


def test_only_tracking_is_dropped_where_queries_matter() -> None:
    """Where a query changes the page it stays, sorted, without what only tracks readers."""
    site = Site(PAPER.origin, HOSTS)
    assert site.canonical("/x?b=2&utm_campaign=z&gclid=1&a=1") == "https://www.paper.example/x?a=1&b=2"


def test_own_addresses_are_fetched_from_the_mirror() -> None:
    """On a mirror every own host is asked there, strangers where they live."""
    assert PAPER.fetchable("https://static.paper.example/sitemap.xml") == "http://127.0.0.1:8600/sitemap.xml"
    assert PAPER.fetchable("/rss/news") == "http://127.0.0.1:8600/rss/news"
    assert PAPER.fetchable("https://other.example/x") == "https://other.example/x"
    assert Site(PAPER.origin, HOSTS).fetchable("/rss/news") == "https://www.paper.example/rss/news"


def test_ownership_includes_the_mirror_and_nothing_else_on_its_machine() -> None:
    """The mirror's origin is the publisher's for the run; another port is a stranger."""
    assert PAPER.owns("http://127.0.0.1:8600/x")
    assert PAPER.owns("https://static.paper.example/x")
    assert not PAPER.owns("http://127.0.0.1:8601/x")
    assert not PAPER.owns("https://paper.example.evil.example/x")
