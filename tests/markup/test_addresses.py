"""Laws of addresses: one canonical form each, on whatever origin the site is crawled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.markup.addresses import Site

HOSTS = frozenset({"www.paper.example", "paper.example", "static.paper.example"})
PAPER = Site("https://www.paper.example", HOSTS, mirror="http://127.0.0.1:8600", query_matters=False)
CANONICAL = "https://www.paper.example/2026/01/02/story-a1"

addresses = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(
        ["https://www.paper.example", "http://PAPER.example", "http://127.0.0.1:8600", "https://other.example:8443", ""]
    ),
    st.text("abc/%-. é?=&#+", max_size=20).map(lambda path: "/" + path),
    st.sampled_from(["", "?utm_source=x&b=2&a=1", "?fbclid=1", "?q=a+b", "?amp=1", "/amp", "/amp/amp/"]),
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
        "https://www.paper.example:443/2026/01/02/story-a1",
        "http://www.paper.example:80/2026/01/02/story-a1/amp/",
        "https://paper.example/2026/01/02/story-a1?amp=1&mtm_campaign=x",
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


paths = st.lists(st.text("abcdefgh-0123", min_size=1, max_size=8), min_size=1, max_size=4).map(
    lambda p: "/" + "/".join(p)
)
noise = st.lists(
    st.sampled_from(
        ["utm_source=x", "UTM_Medium=y", "fbclid=1", "gclid=2", "mc_cid=3", "ysclid=4", "amp=1", "mtm_kwd=z"]
    )
)


@given(paths, noise, st.sampled_from(["", "/", "/amp", "/amp/"]), st.sampled_from(["", "#top"]))
def test_whatever_tracks_or_caches_makes_no_other_article(
    path: str, parameters: list[str], ending: str, fragment: str
) -> None:
    """Tracking parameters in any case and number, AMP forms, slashes and fragments all lead to the plain address."""
    site = Site(PAPER.origin, HOSTS)
    plain = site.canonical(PAPER.origin + path)
    noisy = f"http://PAPER.example:80{path}{ending}{'?' if parameters else ''}{'&'.join(parameters)}{fragment}"
    assert site.canonical(noisy) == plain


@given(st.dictionaries(st.sampled_from(["id", "cid", "p", "page", "story", "lang"]), st.integers(0, 99), min_size=1))
def test_what_tells_articles_apart_is_kept(parameters: dict[str, int]) -> None:
    """Where queries matter, a parameter that is no tracking stays, whatever order the parameters come in."""
    site = Site(PAPER.origin, HOSTS)
    pairs = [f"{name}={value}" for name, value in parameters.items()]
    forward, backward = (site.canonical("/x?" + "&".join(some)) for some in (pairs, pairs[::-1]))
    assert forward == backward == "https://www.paper.example/x?" + "&".join(sorted(pairs))
