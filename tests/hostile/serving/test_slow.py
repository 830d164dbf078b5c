"""Laws of text that is slow to read: a site made of nothing else is crawled as fast as any."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles, crawl
from tests.hostile.canary import HostileSite
from tests.hostile.limited import limited

SLOW = "/2026/11/22/a-boat-that-takes-its-time-a90003"
GOOD = "/2026/11/22/a-boat-a90004"
STARS = '[{"location": "/' + "*a" * 30 + '*b$", "tdm-reservation": 1}]'


def page(path: str, text: str) -> str:
    """An article."""
    head = (
        f'<link rel="canonical" href="https://www.themoscowtimes.com{path}"><meta property="og:type" content="article">'
    )
    when = '<meta property="article:published_time" content="2026-11-22T10:00:00+03:00">'
    words = "<p>The boat left the harbour in the morning and came back at night with nobody on board of it.</p>" * 5
    body = f'<div y-name="article-content">{words}<p>{text}</p></div>'
    shell = f'<article class="article"><header class="article__header"><h1>A boat</h1></header>{body}</article>'
    return f"<html><head>{head}{when}</head><body>{shell}</body></html>"


@pytest.mark.slow
def test_a_site_that_is_slow_to_read_is_crawled(bucket: Location, tmp_path: Path) -> None:
    """Newlines as robots.txt and in a feed's head, thirty stars in tdmrep.json, digits in a tweet: all else is stored.

    On the way through any of them a pattern that tries everything twice would take hours.
    """
    with HostileSite() as site:
        site.pages["/robots.txt"] = "\n" * 1_000_000
        site.pages["/.well-known/tdmrep.json"] = STARS
        site.pages["/rss/all"] = "<?xml version='1.0'?>" + "\n" * 300_000 + "<rss></rss>"
        items = "".join(f"<item><link>{path}</link></item>" for path in (SLOW, GOOD))
        site.pages["/rss/news"] = f"<rss><channel>{items}</channel></rss>"
        site.pages[SLOW] = page(SLOW, f"https://twitter.com/a/status/{'0' * 300_000} x")
        site.pages[GOOD] = page(GOOD, "It was a small boat.")
        given = {"since": "2026-11-20", "E_MTCRAWLER_NOW": "2026-11-22T12:00:00+00:00", "S_RENDER_MODE": "http"}
        run = crawl("moscowtimes", bucket, tmp_path, site=site.origin, sources="rss,sitemap", **given)
    assert {address.rpartition("/")[2] for address in articles(bucket)} >= {GOOD.rpartition("/")[2]}, run.said
    assert "rss:all" in run.last_line, run.said
    assert run.code == 11
    assert "Traceback" not in run.said


def test_the_paths_of_a_mining_declaration_are_matched_in_linear_time() -> None:
    """A pattern of thousands of stars, against a path of its own letters, is decided within limits."""
    told = limited(
        "from mtcrawler.extraction.rights import TdmRule\n",
        "path = '/' + 'a' * 100_000\n"
        "for end in ('', '$', 'b', 'b$', '*', '*$'):\n"
        "    print(TdmRule('/' + '*a' * 5_000 + end, 1, None).covers(path), end=' ')\n",
    )
    assert told.split() == ["True", "True", "False", "False", "True", "True"]


def test_a_mining_declaration_that_is_too_deep_is_none() -> None:
    """Brackets in brackets, a hundred thousand of them, are no declaration, and no error either."""
    told = limited(
        "from mtcrawler.extraction.rights import tdm_rules\n",
        "print(tdm_rules('[' * 100_000), tdm_rules('[' * 100_000 + ']' * 100_000))\n",
    )
    assert told == "() ()\n"
