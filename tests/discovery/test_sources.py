"""Laws of sources: sitemaps, feeds and lists are read as far as they can be, and named when they cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from mtcrawler.discovery.sources import Found, read_feed, read_listing, read_sitemap
from mtcrawler.errors import DiscoveryError
from mtcrawler.extraction.page import css

INDEX = b"""<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://s.example/sitemap/2026-9.xml</loc></sitemap>
<sitemap><loc>https://s.example/sitemap/2026-11.xml</loc><lastmod>2026-11-22T10:00:00+03:00</lastmod></sitemap>
<sitemap><loc>https://s.example/sitemap/2025-12.xml</loc></sitemap></sitemapindex>"""


def test_an_index_is_read_newest_month_first() -> None:
    """Months without a leading zero sort as months, and each knows its first day and the next month's."""
    entries = read_sitemap(INDEX, "https://s.example/sitemap.xml")
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


def test_a_feed_gives_addresses_with_their_times() -> None:
    """Each item gives its link and its time of publication."""
    body = b"""<rss version="2.0"><channel><item><link> https://a.example/1 </link><description>  </description>
    <pubDate>Sun, 22 Nov 2026 10:00:00 +0300</pubDate></item></channel></rss>"""
    published = datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert read_feed(body, "https://a.example/rss", "rss:x") == [Found("https://a.example/1", "rss:x", published)]


def test_an_entry_whose_link_is_no_text_is_taken_by_its_guid() -> None:
    """An element that feedparser takes for the links of an entry costs its link, not the entry."""
    body = b'<rss><channel><item><links a="b"/><link>/1</link><guid>https://a.example/1</guid></item></channel></rss>'
    assert [one.url for one in read_feed(body, "https://a.example/rss", "rss:x")] == ["https://a.example/1"]


def test_a_feed_in_a_wrongly_declared_character_set_is_read() -> None:
    """UTF-8 under a windows-1251 declaration, not well-formed either, still gives its addresses."""
    body = '<?xml version="1.0" encoding="windows-1251"?><rss><channel><item><title>Ж & <b></title><link>https://a.example/1</link></item>'
    assert [one.url for one in read_feed(body.encode(), "https://a.example/rss", "rss:x")] == ["https://a.example/1"]


def test_what_is_no_feed_is_named() -> None:
    """An answer without entries that cannot be parsed raises an error that names the address."""
    with pytest.raises(DiscoveryError, match=r"https://a\.example/rss"):
        read_feed(b"<rss><channel", "https://a.example/rss", "rss:x")


def test_a_list_gives_each_address_once_against_its_base() -> None:
    """Links of the chosen elements resolve against the page's base; an empty fragment is the end."""
    html = '<base href="https://p.example/"><div class="e"><a href="http://[x">w</a>'
    html += '<a href="1">x</a><a href="/1">y</a></div><a href="/2">z</a>'
    links = css(".e a[href]")
    assert [one.url for one in read_listing(html, "http://m.example/n", links, "s")] == ["https://p.example/1"]
    assert list(read_listing(" \n", "http://m.example/n/19", links, "s")) == []
