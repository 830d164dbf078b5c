"""Laws of addresses: one canonical form each, on whatever origin the site is crawled."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mtcrawler.markup.addresses import Site, in_header, is_other_form, origin_of

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


@pytest.mark.parametrize(
    "address",
    [
        "/read.php?1423",
        "/read.php?1424=",
        "/x?b=2&a=1&&c",
        "/x?",
        "/x/",
        "/a%2Fb/a%2fb",
        "/caf%c3%a9/%7Euser/caf%E9",
        "/one+two?q=a+b%20c",
        "/pipe|[1]/a;b;/!$'()*,",
    ],
)
def test_what_is_asked_for_is_what_was_named(address: str) -> None:
    """Quoting, empty values, order, closing slash and plus stay as the source wrote them, whatever the identity is."""
    mirrored = Site(PAPER.origin, HOSTS, mirror="http://127.0.0.1:8600")
    for named in (address, f"{PAPER.origin}{address}", f"http://PAPER.example:80{address}#top"):
        assert Site(PAPER.origin, HOSTS).page(named) == PAPER.origin + address
        assert mirrored.page(named) == f"http://127.0.0.1:8600{address}"
        assert mirrored.fetchable(f"https://paper.example{address}") == f"http://127.0.0.1:8600{address}"


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        ("/x?utm_source=rss&b=2&fbclid=1&a", "/x?b=2&a"),
        ("/x/?utm_source=rss", "/x/"),
        ("/story/amp/?amp=1&id=3", "/story/?id=3"),
        ("/amp", "/amp"),
        ("/året 1/<b>", "/%C3%A5ret%201/%3Cb%3E"),
    ],
)
def test_what_tracks_is_not_asked_for(named: str, asked: str) -> None:
    """Tracking and forms for a phone's cache are left out of what is asked for; what HTTP cannot carry is quoted."""
    assert Site(PAPER.origin, HOSTS).page(named) == PAPER.origin + asked


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/read.php?1423", "/read.php?1424"),
        ("/read.php?1423", "/read.php"),
        ("/a%2Fb", "/a/b"),
        ("/caf%E9", "/caf%E8"),
        ("/x?q=%E9", "/x?q=%E8"),
        ("/x?p=1&q", "/x?p=1"),
    ],
)
def test_what_differs_by_more_than_its_spelling_is_another_article(one: str, other: str) -> None:
    """Empty values, quoted slashes and letters that are no UTF-8 tell articles apart."""
    site = Site(PAPER.origin, HOSTS)
    assert site.canonical(one) != site.canonical(other)
    assert site.canonical(one.lower()) == site.canonical(one.replace("%2F", "%2f").lower())


@pytest.mark.parametrize(
    ("address", "of"),
    [
        ("https://amp.paper.example/ice", "https://paper.example/ice"),
        ("https://news.amp.paper.example/ice", "https://news.paper.example/ice"),
        ("https://paper.example/ice/amp", "https://www.paper.example/ice/"),
        ("https://paper.example/amp/ice", "https://paper.example/ice"),
        ("https://paper.example/ice.amp.html", "https://paper.example/ice"),
        ("https://paper.example/ice-print.html", "https://paper.example/ice.html"),
        ("https://paper.example/ice-print", "https://paper.example/ice"),
        ("https://paper.example/guitar-amp-print", "https://paper.example/guitar-amp"),
        ("https://paper.example/guitar-amp/print", "https://paper.example/guitar-amp"),
        ("https://paper.example/ice?id=1&outputType=amp", "https://paper.example/ice?id=1"),
        ("https://paper.example/ice?print=1", "https://paper.example/ice"),
        ("https://paper.example/ice?print=1&id=1", "https://paper.example/ice?id=1"),
        ("https://amp.paper.example/ice?id=1&print", "https://paper.example/ice?id=1"),
    ],
)
def test_amp_and_print_addresses_are_told(address: str, of: str) -> None:
    """An address is another form of a page where it is that page's, with "amp" or "print" added by itself."""
    assert is_other_form(address, of)
    assert not is_other_form(of, address)


@pytest.mark.parametrize(
    ("address", "of"),
    [
        ("https://paper.example/2026/the-end-of-print", "https://paper.example/2026/11/29/press"),
        ("https://paper.example/guitar-amp", "https://paper.example/?p=12"),
        ("https://paper.example/3d-print.html", "https://paper.example/3d-print"),
        ("https://paper.example/guitar-amp", "https://paper.example/guitar-amp"),
        ("https://lamp.example/ice", "https://example/ice"),
        ("https://paper.example/amplitude/the-camp", "https://paper.example/the-camp"),
        ("https://paper.example/printers?q=ample", "https://paper.example/printers"),
        ("https://paper.example/ice/amp", "https://paper.example/fog"),
    ],
)
def test_a_slug_that_ends_so_is_no_other_form(address: str, of: str) -> None:
    """What has the word in its own name, or belongs to another page, is no AMP or print form of this one."""
    assert not is_other_form(address, of)


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("Bücher.example", "xn--bcher-kva.example"),
        ("театр.рф", "xn--80aj8afc.xn--p1ai"),
        ("www.example.com.", "www.example.com"),
        ("[2001:db8::1]", "[2001:db8::1]"),
    ],
)
def test_a_host_is_what_is_asked_for(host: str, asked: str) -> None:
    """A host in any script, and with a dot at its end, is the name that DNS knows."""
    assert origin_of(f"https://{host}/news") == f"https://{asked}"


@pytest.mark.parametrize(
    ("header", "address"),
    [(None, ""), (b"/a?b=%20", "/a?b=%20"), ("/café".encode(), "/caf%C3%A9"), ("/café".encode("latin-1"), "/caf%E9")],
)
def test_an_address_in_a_header_is_its_bytes(header: bytes | None, address: str) -> None:
    """A letter that a header holds bare is asked for as the bytes that it came in."""
    assert in_header(header) == address
