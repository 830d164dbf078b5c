"""Entries that say of no page where it is: none is dropped without a word, whatever kind of source it stands in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scrapy.utils.test import get_crawler

from mtcrawler.discovery.feeds.feed_reader import FeedReader
from mtcrawler.discovery.sitemaps import read_sitemap
from mtcrawler.discovery.source_counts import SourceCounts
from mtcrawler.frontier.account import Account
from mtcrawler.markup.addresses import Site
from mtcrawler.runs.outcome.counts import Counts
from mtcrawler.runs.outcome.result import Outcome
from mtcrawler.runs.outcome.run_outcome import judge
from mtcrawler.storage.location import Location
from tests.fixtures.moody import Said, crawled, described_in, moody, story

URL = "https://a.example/feed"
SITE = Site("https://a.example", frozenset({"a.example"}))
USABLE = {
    "link": "<link>https://a.example/1</link>",
    "relative link": "<link>/1</link>",
    "permalink": "<guid>https://a.example/1</guid>",
    "guid that is an address all the same": "<guid isPermaLink='false'>https://a.example/1</guid>",
    "guid beside an empty link": "<link></link><guid>https://a.example/1</guid>",
}
UNUSABLE = {
    "no link": "<title>A word</title>",
    "empty link": "<link> </link>",
    "name": "<guid isPermaLink='false'>12345</guid>",
    "recording": "<enclosure url='https://a.example/1.mp3' type='audio/mpeg' length='1'/>",
    "mail": "<link>mailto:desk@a.example</link>",
    "script": "<link>javascript:void(0)</link>",
    "file": "<link>ftp://a.example/1</link>",
    "host that is none": "<link>https://[a.example/1</link>",
}
ATOM = {
    "tag": "<id>tag:a.example,2026:1</id>",
    "urn": "<id>urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a</id>",
    "comments": "<id>tag:a.example,2026:1</id><link rel='replies' href='https://a.example/1#c'/>",
}
JSON = {"name": {"id": "1"}, "of another": {"id": "2", "external_url": "https://b.example/y"}, "text": "no item"}


async def told(body: str) -> tuple[list[str], list[tuple[str, str, int, int]]]:
    """The addresses of a feed, and what is told of its unusable entries."""
    unusable = list[tuple[str, str, int, int]]()
    feeds = FeedReader(SITE, unusable=lambda *one: unusable.append(one))
    found = await feeds.read(body.encode(), URL, "rss:x")
    await feeds.close()
    return [one.url for one in found], unusable


def rss(*entries: str) -> str:
    """An RSS feed of these entries."""
    items = "".join(f"<item>{one}</item>" for one in entries)
    return f"<rss version='2.0'><channel><title>A</title>{items}</channel></rss>"


async def test_an_entry_with_any_address_of_a_page_is_used() -> None:
    """A link, a guid that is to be one and a guid that looks like one each name their page; nothing is counted."""
    found, unusable = await told(rss(*USABLE.values()))
    assert (found, unusable) == (["https://a.example/1"] * len(USABLE), [])


@pytest.mark.parametrize("entry", UNUSABLE.values(), ids=UNUSABLE)
async def test_an_entry_of_rss_without_a_page_is_counted(entry: str) -> None:
    """An item that names no page is told with its number, and the one beside it is read."""
    found, unusable = await told(rss(entry, "<link>https://a.example/2</link>"))
    assert (found, unusable) == (["https://a.example/2"], [("rss:x", URL, 1, 2)])


@pytest.mark.parametrize("entry", ATOM.values(), ids=ATOM)
async def test_an_entry_of_atom_without_a_page_is_counted(entry: str) -> None:
    """An Atom entry that has a name and no link to its page is told; its name is never asked for."""
    good = "<entry><link href='/2'/><id>tag:a.example,2026:2</id></entry>"
    found, unusable = await told(f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{entry}</entry>{good}</feed>")
    assert (found, unusable) == (["https://a.example/2"], [("rss:x", URL, 1, 2)])


@pytest.mark.parametrize("item", JSON.values(), ids=JSON)
async def test_an_item_of_a_json_feed_without_a_page_is_counted(item: object) -> None:
    """An item whose only address is another's, and what is no item, are told."""
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [item, {"id": "2", "url": "/2"}]}
    found, unusable = await told(json.dumps(feed))
    assert (found, unusable) == (["https://a.example/2"], [("rss:x", URL, 1, 2)])


def test_an_entry_of_a_sitemap_without_a_page_is_counted() -> None:
    """A line of a sitemap without `loc`, or with one that no browser shows, is told."""
    unusable = list[tuple[str, int, int]]()
    lines = "<url><lastmod>2026-11-20</lastmod></url><url><loc>mailto:a@a.example</loc></url><url><loc>/2</loc></url>"
    read = read_sitemap(f"<urlset>{lines}</urlset>".encode(), URL, unusable=lambda *one: unusable.append(one))
    assert ([one.url for one in read], unusable) == (["https://a.example/2"], [(URL, 2, 3)])


@pytest.mark.parametrize(("beside", "code", "number"), [("/story/ice", 0, 1), ("mailto:desk@paper.example", 11, 2)])
def test_a_run_counts_them_and_a_feed_of_nothing_else_is_unread(
    beside: str, code: int, number: int, bucket: Location, tmp_path: Path
) -> None:
    """The manifest has their number by source; a feed that a definition names and that has nothing else is unread."""
    entries = rss("<guid isPermaLink='false'>12345</guid>", f"<link>{beside}</link>")
    answers = {
        "/map.xml": Said("<urlset><url><loc>/story/ice</loc></url></urlset>", kind="text/xml"),
        "/rss": Said(entries, kind="application/rss+xml"),
        "/story/ice": story("ice"),
    }
    folder = described_in(tmp_path / "sites", tables='[[sources]]\nkind = "feed"\naddress = "/rss"')
    with moody(answers) as paper:
        run, told = crawled(paper, bucket, tmp_path, E_MTCRAWLER_SITES=folder)
    assert (run.code, told["counts"]["unusable"]) == (code, {"rss:rss": number}), run.said
    assert told["counts"]["articles"] == 1
    assert f"{number} of its 2 entries have no link to a page" in run.said


@pytest.mark.parametrize("named", [True, False])
def test_a_feed_that_only_a_front_page_offers_may_be_of_recordings(named: bool) -> None:
    """A feed of a site that nobody has described and that has no links at all is counted, and no failure."""
    crawler = get_crawler()
    account = Account()
    counts = SourceCounts(crawler, account)
    counts.unusable("rss:x", URL, 3, 3, named=named)
    assert crawler.stats.get_value("discovery/unusable/rss:x") == 3
    assert account.unread == ({"rss:x": URL} if named else {})


def test_where_nothing_else_is_found_they_are_named() -> None:
    """The last line of a run that found no article says how many entries had no link."""
    verdict = judge(Counts.of({"run/status/200": 1, "discovery/unusable/rss": 7}))
    assert verdict.outcome is Outcome.NOTHING_FOUND
    assert "7 entries of sources without a link to a page" in verdict.cause
