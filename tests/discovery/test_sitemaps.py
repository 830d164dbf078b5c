"""Laws of sources: sitemaps, feeds and lists are read as far as they can be, and named when they cannot."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import UTC, date, datetime

import pytest

from mtcrawler.discovery.documents import is_whole, without_cut_entry
from mtcrawler.discovery.section_lists import read_listing
from mtcrawler.discovery.sitemaps import read_sitemap
from mtcrawler.discovery.tdm import RESERVED, rules_of
from mtcrawler.extraction.page import css
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import SITEMAP_BYTES, SITEMAP_ENTRIES, SITEMAP_PARTS, TDM_BYTES, TDM_RULES
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
    """Bare ampersands and unknown entities cost nothing, and a cut end nothing but itself."""
    body = b"""<urlset xmlns="x"><url><loc>https://a.example/1?a&b=&copy=2&amp;c</loc></url><url><loc>
    <![CDATA[https://a.example/2?a&b]]></loc></url><url><title>&nbsp;&nothing;</title><loc>https://a.example/3&#38;</loc>
    </url><url><loc>htt"""
    urls = [entry.url for entry in read_sitemap(body, "https://a.example/s.xml")]
    assert urls == ["https://a.example/1?a&b=&copy=2&c", "https://a.example/2?a&b", "https://a.example/3&"]


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (b"<urlset><url><loc>/1</loc></url></urlset>", True),
        (b"<urlset><url><loc>/1</loc></url></urlset >\n<!-- 0.2 s -->", True),
        (b"<s:sitemapindex xmlns:s='x'><s:sitemap/></s:sitemapindex>", True),
        (b"<?xml version='1.0'?><urlset xmlns='x' />", True),
        (b"<rss><channel><item><link>/1</link></item></channel></rss>", True),
        (b"https://a.example/1\nhttps://a.example/2", True),
        (b"<urlset><url><loc>/1</loc></url>", False),
        (b"<urlset><url><loc>/1</loc></url></urls", False),
        (b"<sitemapindex><sitemap><loc>/1", False),
        (b"<feed><entry><id>/1</id></entry>", False),
    ],
)
def test_markup_that_stops_is_not_whole(body: bytes, whole: bool) -> None:
    """A sitemap or a feed is whole once its first element is closed, whatever follows; a text has no end to miss."""
    assert is_whole(body) is whole


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (b"<rss><item><link>/1</link></item><item><link>/2/half", b"<rss><item><link>/1</link></item>"),
        (b"<feed><entry><id>/half", b"<feed>"),
        (b"<rss><item><link>/1</link></item></rss>", b"<rss><item><link>/1</link></item></rss>"),
    ],
)
def test_half_an_address_of_a_cut_feed_is_none(body: bytes, kept: bytes) -> None:
    """The entry in which a feed was cut off is left out."""
    assert without_cut_entry(body) == kept


def test_markup_in_an_address_takes_nothing_from_it() -> None:
    """An address with an element in it is read as far as it goes: it is told as what cannot be had, not passed over."""
    (entry,) = read_sitemap(
        b"<sitemapindex><sitemap><loc>data:text/xml,<urlset/></loc></sitemap></sitemapindex>", "https://a.example/"
    )
    assert (entry.url, entry.nested) == ("data:text/xml,", True)


def test_the_date_of_the_news_is_read_and_no_other() -> None:
    """A news sitemap tells when a story was published; a video's date is not the story's."""
    body = b"""<urlset><url><loc>/1</loc><v:video><v:publication_date>2020-01-01</v:publication_date></v:video><n:news>
    <n:publication><n:name>x</n:name></n:publication><n:publication_date>2026-11-22T10:00:00Z</n:publication_date>
    </n:news><lastmod>2026-11-23</lastmod></url><url><loc>/2</loc></url></urlset>"""
    first, second = read_sitemap(body, "https://a.example/s.xml")
    assert (first.published, first.lastmod) == (
        datetime(2026, 11, 22, 10, tzinfo=UTC),
        datetime(2026, 11, 23, tzinfo=UTC),
    )
    assert (second.published, second.lastmod) == (None, None)


def test_a_sitemap_that_changed_on_a_day_may_have_changed_until_its_end() -> None:
    """A day as lastmod of a nested sitemap never hides what was added later that day."""
    (entry,) = read_sitemap(
        b"<sitemapindex><sitemap><loc>/m.xml</loc><lastmod>2026-11-23</lastmod></sitemap></sitemapindex>",
        "https://a.example/",
    )
    assert entry.lastmod == datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", [gzip.compress(b"x" * 9_000)[:40], b"\x1f\x8b\x08 and no more"], ids=["cut", "damaged"]
)
def test_packed_bytes_that_are_not_whole_are_named(body: bytes) -> None:
    """A gzip file that breaks off or is damaged is no shorter sitemap: it is told as unreadable."""
    with pytest.raises(DiscoveryError, match="packed as gzip"):
        read_sitemap(body, "https://a.example/s.xml.gz")


def test_a_bomb_is_not_unpacked() -> None:
    """What is larger than a sitemap may be once it is unpacked is named, and its memory is never taken."""
    bomb = gzip.compress(gzip.compress(b" " * (2 * SITEMAP_BYTES), 1))
    tracemalloc.start()
    with pytest.raises(DiscoveryError, match="larger than 50 MiB"):
        read_sitemap(bomb, "https://a.example/s.xml.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * SITEMAP_BYTES


@pytest.mark.parametrize(
    ("before", "read"),
    [
        (b"\n\n  ", True),
        (b"<br />\n<b>Warning</b>: old<br />\n", True),
        (b"Notice: <?xml version='1.0'?>", True),
        (b"<!-- made by <rss> hand --><?pi x?><!DOCTYPE urlset>", True),
        (b"<html><body>", True),
        (b"<html><body>Nothing", False),
    ],
)
def test_what_a_server_writes_before_a_document_hides_nothing(before: bytes, read: bool) -> None:
    """A sitemap begins where its own markup does."""
    body = before + (b"<urlset><url><loc>/1</loc></url></urlset>" if read else b"")
    if read:
        assert [one.url for one in read_sitemap(body, "https://a.example/s.xml")] == ["https://a.example/1"]
    else:
        with pytest.raises(DiscoveryError):
            read_sitemap(body, "https://a.example/s.xml")


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


def test_tags_in_capitals_are_tags() -> None:
    """What is written in capitals is a sitemap, too."""
    body = (
        b"<?xml version='1.0'?><URLSET><URL><LOC>https://a.example/1</LOC><LastMod>2026-11-20</LastMod></URL></URLSET>"
    )
    (entry,) = read_sitemap(body, "https://a.example/s.xml")
    assert (entry.url, entry.lastmod is not None) == ("https://a.example/1", True)
