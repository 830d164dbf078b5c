"""Laws of hostile robots.txt files: whatever is in one, reading it and obeying it takes little time and memory."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from mtcrawler.model.limits import Cut
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import Run, crawl
from tests.hostile.answers import Answer
from tests.hostile.canary import HostileSite
from tests.hostile.limited import limited
from tests.hostile.pages import PATH, article

IMPORTS = """
from types import SimpleNamespace
from scrapy.statscollectors import StatsCollector
from mtcrawler.model.limits import Cut
from mtcrawler.fetch.politeness.robots_rules import OwnRules
from scrapy.utils.test import get_crawler
from tests.fixtures.sites import spider_named
crawler = get_crawler(spider_named("moscowtimes"), {"ROBOTSTXT_USER_AGENT": "mtcrawler"})
"""
CODE = """
body = {body}
rules = OwnRules.from_crawler(crawler, body)
address = "https://a.example/" + "a" * 8000
stricter = crawler.stats.get_value(f"discovery/cut/{{Cut.WILDCARDS}}")
for _ in range(150):
    assert rules.allowed(address, "mtcrawler") or stricter
    assert not rules.allowed("https://a.example/private", "mtcrawler")
print(stricter)
"""
OURS = "b'User-agent: *\\nDisallow: /private\\n'"
BODIES = {
    "a megabyte of newlines": f"{OURS} + b'\\n' * 1_000_000",
    "a megabyte of spaces": f"{OURS} + b' ' * 1_000_000",
    "a line of a megabyte": f"{OURS} + b'Disallow: /' + b'x' * 1_000_000",
    "a million rules": f"{OURS} + b''.join(b'Disallow: /x%d\\n' % n for n in range(1_000_000))",
    "rules for thousands of names": f"{OURS} + b''.join(b'User-agent: x%d\\n' % n for n in range(12_000))"
    " + b'Disallow: /x\\n' * 20_000",
    "rules for a name that is ours a thousand times": f"{OURS} + (b'User-agent: mtcrawler\\n' * 50 +"
    " b'Disallow: /private\\n' * 50) * 200",
    "a rule with thousands of stars": f"{OURS} + b'Disallow: /' + b'*a' * 5_000 + b'b\\n'",
    "thousands of rules with stars": f"{OURS} + (b'Disallow: /' + b'*a' * 10 + b'*b$\\n') * 10_000",
    "thousands of short rules with stars": f"{OURS} + b''.join(b'Disallow: /*%xb\\n' % n for n in range(28_000))",
    "thousands of rules with stars that allow": f"{OURS} + b''.join(b'Allow: /*%xb\\n' % n for n in range(28_000))",
    "thousands of rules with long parts": f"{OURS} + (b'Disallow: /*' + b'a' * 50 + b'b' + b'a' * 50 + b'\\n') * 4_400",
    "thousands of rules with stars and beginnings": f"{OURS}"
    " + b''.join(b'Disallow: /%x*b\\n' % n for n in range(27_000))",
    "thousands of plain rules": f"{OURS} + b''.join(b'Disallow: /a%xg\\n' % n for n in range(27_000))",
    "thousands of rules with ends": f"{OURS} + b''.join(b'Disallow: /a%x$\\n' % n for n in range(27_000))",
    "ten thousand groups": f"{OURS} + b''.join(b'User-agent: y%d\\nDisallow: /\\n' % n for n in range(100_000))",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_no_robots_txt_holds_a_crawl_up(body: str) -> None:
    """The file is parsed and asked hundreds of times within limits, and what it forbids of all holds."""
    limited(IMPORTS, CODE.format(body=body))


CUT = gzip.compress(b"User-agent: *\nDisallow: /nowhere\nDisallow: /2026/\n")[:-20]
MANY = b"User-agent: *\n" + b"".join(b"Disallow: /x%d*b\n" % number for number in range(2_000))
LARGE = gzip.compress(b"#" * (65 << 20))


@pytest.mark.parametrize("body", [CUT, LARGE], ids=["cut", "too large"])
def test_a_robots_txt_that_is_not_had_whole_forbids_everything(body: bytes, bucket: Location, tmp_path: Path) -> None:
    """Where rules may be missing nothing is asked for, and the run says so."""
    run, asked = crawled(Answer(body, "text/plain", headers={"Content-Encoding": "gzip"}), bucket, tmp_path)
    assert run.code == 12, run.said
    assert set(asked) == {"/robots.txt"}
    assert "robots.txt could not be fetched" in run.said


def test_rules_past_the_cap_make_a_run_partial(bucket: Location, tmp_path: Path) -> None:
    """Rules that are taken to forbid more than they do are told, and what no rule may mean is read."""
    run, asked = crawled(Answer(MANY, "text/plain"), bucket, tmp_path)
    assert run.code == 11, run.said
    assert f"× {Cut.WILDCARDS}" in run.last_line
    assert PATH in asked


def crawled(robots: Answer, bucket: Location, var: Path) -> tuple[Run, list[str]]:
    """A crawl of one article of a site with this robots.txt, and what it asked for."""
    with HostileSite() as site:
        site.answers["/robots.txt"] = [robots]
        site.pages[PATH] = article()
        run = crawl("moscowtimes", bucket, var, site=site.origin, url=site.origin + PATH, E_RENDER_MODE="http")
        return run, site.asked
