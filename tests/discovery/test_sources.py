"""Laws of sources: sitemaps, feeds and lists are read as far as they can be, and named when they cannot."""

from __future__ import annotations

import json
from datetime import date

import pytest

from mtcrawler.discovery.sources import read_listing, read_sitemap
from mtcrawler.discovery.tdm import RESERVED, rules_of
from mtcrawler.extraction.page import css
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import SITEMAP_ENTRIES, SITEMAP_PARTS, TDM_BYTES, TDM_RULES
from mtcrawler.sites.patterns import compiled
from mtcrawler.sites.sources import Sitemap

MONTHLY = Sitemap(months=compiled(r"(\d{4})-(\d{1,2})\.xml$"))
INDEX = b"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://s.example/sitemap/2026-9.xml</loc></sitemap>
<sitemap><loc>https://s.example/sitemap/2026-11.xml</loc><lastmod>2026-11-22T10:00:00+03:00</lastmod></sitemap>
<sitemap><loc>https://s.example/sitemap/2025-12.xml</loc></sitemap></sitemapindex>"""


def test_an_index_is_read_newest_month_first() -> None:
    """Months without a leading zero sort as months, and each knows its first day and the next month's."""
    entries = read_sitemap(INDEX, "https://s.example/sitemap.xml", MONTHLY)
    assert [entry.month for entry in entries] == [
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 9, 1), date(2026, 10, 1)),
        (date(2025, 12, 1), date(2026, 1, 1)),
    ]
    assert all(entry.nested for entry in entries)


def test_a_damaged_sitemap_gives_what_can_be_read() -> None:
    """A bare ampersand and a cut end cost nothing but themselves."""
    body = b'<urlset xmlns="x"><url><loc>https://a.example/1?a&b</loc></url><url><loc>https://a.example/2</loc></url><url><loc>htt'
    urls = [entry.url for entry in read_sitemap(body, "https://a.example/s.xml")]
    assert "https://a.example/2" in urls


@pytest.mark.parametrize("body", [b"", b"<html><body>Oops</body></html>", b"plain", b"\x00\xff"])
def test_what_is_no_sitemap_is_named(body: bytes) -> None:
    """An answer that is no sitemap raises an error that names the address."""
    with pytest.raises(DiscoveryError, match=r"https://a\.example/s\.xml"):
        read_sitemap(body, "https://a.example/s.xml")


def test_a_sitemap_fetches_and_expands_nothing() -> None:
    """An entity that points at a file stays what it is."""
    body = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><urlset><url><loc>https://a.example/&e;</loc></url></urlset>'
    assert [entry.url for entry in read_sitemap(body, "https://a.example/s.xml")] == ["https://a.example/"]


def test_a_list_gives_each_address_once_against_its_base() -> None:
    """Links of the chosen elements resolve against the page's base; an empty fragment is the end."""
    html = '<base href="https://p.example/"><div class="e"><a href="http://[x">w</a>'
    html += '<a href="1">x</a><a href="/1">y</a></div><a href="/2">z</a>'
    links = css(".e a[href]")
    assert [one.url for one in read_listing(html, "http://m.example/n", links, "s")] == ["https://p.example/1"]
    assert list(read_listing(" \n", "http://m.example/n/19", links, "s")) == []


def test_a_sitemap_as_large_as_the_protocol_allows_is_read() -> None:
    """Forty-five megabytes with 50,000 addresses are read whole."""
    line = b"<url><loc>https://a.example/" + b"x" * 870 + b"/%d</loc></url>"
    body = b"<urlset>" + b"".join(line % number for number in range(SITEMAP_ENTRIES)) + b"</urlset>"
    assert 45_000_000 < len(body) < 50_000_000
    assert len(read_sitemap(body, "https://a.example/s.xml")) == SITEMAP_ENTRIES


def test_a_sitemap_of_nothing_but_elements_is_named() -> None:
    """Millions of elements that say nothing are no reason to take as much memory; the limit is told."""
    body = b"<urlset><url>" + b"<a/>" * (SITEMAP_PARTS + 1) + b"</url></urlset>"
    with pytest.raises(DiscoveryError, match="4,000,000 elements"):
        read_sitemap(body, "https://a.example/s.xml")


def test_what_is_not_read_of_a_tdm_file_counts_as_reserved() -> None:
    """A file that is too large, or has too many rules, reserves all that the rules that are read do not cover."""
    assert rules_of(b" " * (TDM_BYTES + 1)) == ((RESERVED,), 1)
    free = [{"location": f"/{number}", "tdm-reservation": 0} for number in range(TDM_RULES + 2)]
    rules, left = rules_of(json.dumps(free).encode())
    assert left == 2
    found = [next(rule for rule in rules if rule.covers(path)) for path in ("/0", "/other", "")]
    assert [rule.reservation for rule in found] == [0, 1, 1]
