"""Laws of feeds: what they name is read in a process apart, and what they do there costs themselves alone."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from mtcrawler.discovery.feeds import worker, worker_process
from mtcrawler.discovery.feeds.feed_reader import FeedReader
from mtcrawler.markup.addresses import Site
from mtcrawler.model.discovered_url import DiscoveredUrl
from mtcrawler.model.errors import DiscoveryError
from mtcrawler.model.limits import ADDRESS_CHARS, FEED_BYTES, FEED_ENTRIES

GOOD = b"<rss><channel><item><link>https://a.example/1</link></item></channel></rss>"
URL = "https://a.example/rss"
SITE = Site("https://a.example", frozenset({"a.example"}))
ROOT = Path(__file__).parents[2]


def environment_of(pid: int | None) -> bytes:
    """The environment a process was started with."""
    return Path(f"/proc/{pid}/environ").read_bytes()


@pytest_asyncio.fixture
async def feeds() -> AsyncIterator[FeedReader]:
    """A crawl's reader of feeds."""
    reader = FeedReader(SITE)
    yield reader
    await reader.close()


async def test_a_feed_gives_addresses_with_their_times(feeds: FeedReader) -> None:
    """Each item gives its link and its time of publication."""
    body = b"""<rss version="2.0"><channel><item><link> https://a.example/1 </link><description>  </description>
    <pubDate>Sun, 22 Nov 2026 10:00:00 +0300</pubDate></item></channel></rss>"""
    published = datetime(2026, 11, 22, 7, tzinfo=UTC)
    assert await feeds.read(body, "https://a.example/rss", "rss:x") == [
        DiscoveredUrl("https://a.example/1", "rss:x", published)
    ]


@pytest.mark.parametrize(
    ("stated", "hour"),
    [("Fri, 20 Nov 2026 10:00:00", 10), ("2026-11-20", 0), ("20.11.2026, 10:00 Uhr", 10), ("20. Nov. 2026", 0)],
)
async def test_a_time_without_an_offset_is_the_sites_own(stated: str, hour: int) -> None:
    """A feed's dates are read in the site's zone and language, a bare day from its beginning, as a sitemap's are."""
    zone = ZoneInfo("Europe/Berlin")
    feeds = FeedReader(SITE, zone, "de")
    body = f"<rss><channel><item><link>/1</link><pubDate>{stated}</pubDate></item></channel></rss>"
    (found,) = await feeds.read(body.encode(), "https://a.example/rss", "rss:x")
    await feeds.close()
    assert found.published == datetime(2026, 11, 20, hour, tzinfo=zone)


async def test_an_entry_whose_link_is_no_text_is_taken_by_its_guid(feeds: FeedReader) -> None:
    """An element that feedparser takes for the links of an entry costs its link, not the entry."""
    body = b'<rss><channel><item><links a="b"/><link>/1</link><guid>https://a.example/1</guid></item></channel></rss>'
    assert [one.url for one in await feeds.read(body, "https://a.example/rss", "rss:x")] == ["https://a.example/1"]


async def test_a_feed_in_a_wrongly_declared_character_set_is_read(feeds: FeedReader) -> None:
    """UTF-8 under a windows-1251 declaration, not well-formed either, still gives its addresses."""
    body = '<?xml version="1.0" encoding="windows-1251"?><rss><channel><item><title>Ж & <b></title><link>https://a.example/1</link></item>'
    assert [one.url for one in await feeds.read(body.encode(), "https://a.example/rss", "rss:x")] == [
        "https://a.example/1"
    ]


async def test_what_is_no_feed_is_named(feeds: FeedReader) -> None:
    """An answer without entries that cannot be parsed raises an error that names the address."""
    with pytest.raises(DiscoveryError, match=r"https://a\.example/rss"):
        await feeds.read(b"<rss><channel", "https://a.example/rss", "rss:x")


@pytest.mark.slow
async def test_a_feed_that_takes_too_long_costs_itself_alone(feeds: FeedReader) -> None:
    """A head of 300,000 newlines, which feedparser's patterns would chew on for minutes, is named; the next is read."""
    with pytest.raises(DiscoveryError, match="s of computing"):
        await feeds.read(b"<?xml version='1.0'?>" + b"\n" * 300_000 + GOOD, URL, "rss:x")
    assert [one.url for one in await feeds.read(GOOD, URL, "rss:x")] == ["https://a.example/1"]


@pytest.mark.slow
async def test_a_feed_that_takes_too_much_memory_costs_itself_alone(feeds: FeedReader) -> None:
    """A base address of a megabyte, repeated in every link, is named; the next feed is read."""
    items = b"<item><link>1</link></item>" * 20_000
    body = b"<rss xml:base='https://a.example/" + b"a" * 1_000_000 + b"/'><channel>" + items + b"</channel></rss>"
    with pytest.raises(DiscoveryError, match="MiB of memory"):
        await feeds.read(body, URL, "rss:x")
    assert [one.url for one in await feeds.read(GOOD, URL, "rss:x")] == ["https://a.example/1"]


async def test_a_feed_whose_answer_is_too_large_costs_itself_alone(feeds: FeedReader) -> None:
    """A base address of 8,000 characters in 5,000 links makes an answer of 40 MB: that is named; the next is read."""
    items = b"<item><link>1</link></item>" * FEED_ENTRIES
    body = b"<rss xml:base='https://a.example/" + b"a" * 8_000 + b"/'><channel>" + items + b"</channel></rss>"
    body += b"<!--" + b" " * 4_000_000 + b"-->"  # a larger document may take longer
    async with asyncio.timeout(120):
        with pytest.raises(DiscoveryError, match="its answer is larger than"):
            await feeds.read(body, URL, "rss:x")
        assert [one.url for one in await feeds.read(GOOD, URL, "rss:x")] == ["https://a.example/1"]


async def test_a_feed_over_the_cap_is_named_and_never_handed_over(feeds: FeedReader) -> None:
    """What is larger than FEED_BYTES is no reason to start a process."""
    with pytest.raises(DiscoveryError, match="larger than 8 MiB"):
        await feeds.read(b" " * (FEED_BYTES + 1), URL, "rss:x")
    assert feeds.process.pid is None


async def test_a_process_that_died_in_between_is_replaced(feeds: FeedReader) -> None:
    """Whoever kills the idle process costs no feed."""
    await feeds.read(GOOD, URL, "rss:x")
    first = feeds.process.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert await feeds.read(GOOD, URL, "rss:x")
    assert feeds.process.pid != first


async def test_a_process_with_nothing_to_do_is_let_go(feeds: FeedReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while without a feed its process ends by itself; the next feed has another."""
    monkeypatch.setattr(worker_process, "IDLE", 0.05)
    await feeds.read(GOOD, URL, "rss:x")
    first = feeds.process.pid
    assert first is not None
    async with asyncio.timeout(60):
        while feeds.process.pid is not None or alive(first):  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)
    assert await feeds.read(GOOD, URL, "rss:x")


async def test_a_feed_of_very_many_entries_gives_one_more_than_it_may(feeds: FeedReader) -> None:
    """What is passed on is bounded, and says that there was more."""
    items = b"".join(b"<item><link>/%d</link></item>" % number for number in range(FEED_ENTRIES + 9))
    found = await feeds.read(b"<rss><channel>" + items + b"</channel></rss>", URL, "rss:x")
    assert len(found) == FEED_ENTRIES + 1
    assert worker.LONGEST == ADDRESS_CHARS + 1


async def test_the_process_has_nothing_of_ours(feeds: FeedReader, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process that reads feeds has an empty environment."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nobody-may-read-this")
    await feeds.read(GOOD, URL, "rss:x")
    assert environment_of(feeds.process.pid) == b""


def test_the_process_has_no_http_client() -> None:
    """In the process that reads feeds feedparser has none of the libraries that fetch addresses."""
    asked = "import worker as w, sys; w._without_http(); w.read(b'<rss/>'); print(*sys.modules)"
    folder = Path(worker.__file__).parent
    command = [sys.executable, "-c", asked]
    loaded = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.split()
    assert "feedparser" in loaded
    assert not {"http.client", "requests", "httpx", "urllib3", "aiohttp"} & {*loaded}


@pytest.mark.slow
async def test_reading_a_feed_holds_nobody_up(feeds: FeedReader) -> None:
    """While one feed takes its time, the loop goes on as if there were none."""
    slow = asyncio.ensure_future(feeds.read(b"<?xml version='1.0'?>" + b"\n" * 300_000 + GOOD, URL, "rss:x"))
    turns = 0
    while not slow.done():
        await asyncio.sleep(0.01)
        turns += 1
    assert turns > 50
    assert isinstance(slow.exception(), DiscoveryError)


async def test_who_gives_up_leaves_the_next_answer_to_the_next(feeds: FeedReader) -> None:
    """A feed whose reading is cancelled half-way gives the one after it neither its entries nor its end."""
    await feeds.read(GOOD, URL, "rss:x")
    pid = feeds.process.pid
    assert pid is not None
    before = busy(pid)
    slow = asyncio.ensure_future(feeds.read(b"<?xml version='1.0'?>" + b"\n" * 300_000 + GOOD, URL, "rss:x"))
    async with asyncio.timeout(60):
        while busy(pid) - before < 0.3:  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    other = GOOD.replace(b"/1", b"/2")
    assert [one.url for one in await feeds.read(other, URL, "rss:x")] == ["https://a.example/2"]


PARENT = """import asyncio
from mtcrawler.discovery.feeds.feed_reader import FeedReader
from mtcrawler.markup.addresses import Site

async def main():
    feeds = FeedReader(Site("https://a.example", frozenset({"a.example"})))
    await feeds.read(b"<rss/>", "https://a.example/", "rss:x")
    print(feeds.process.pid, flush=True)
    await feeds.read(b"<?xml version='1.0'?>" + b"\\n" * 5_000_000 + b"<rss/>", "https://a.example/", "rss:x")

asyncio.run(main())
"""


def test_the_process_dies_with_its_parent() -> None:
    """A crawl that is killed while a feed is read leaves no process that would go on reading for half a minute."""
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        ends = time.monotonic() + 60
        while busy(pid) < 0.5 and time.monotonic() < ends:
            time.sleep(0.01)
        parent.kill()
    ends = time.monotonic() + 10
    while alive(pid) and time.monotonic() < ends:
        time.sleep(0.01)
    assert not alive(pid)


def busy(pid: int) -> float:
    """Seconds of CPU time a process has had."""
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[11]) / os.sysconf(
        "SC_CLK_TCK"
    )


def alive(pid: int) -> bool:
    """Whether the process runs; one that only waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
