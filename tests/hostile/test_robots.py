"""Laws of hostile robots.txt files: whatever is in one, reading it and obeying it takes little time and memory."""

from __future__ import annotations

import pytest

from tests.hostile.limited import limited

IMPORTS = """
from types import SimpleNamespace
from scrapy.statscollectors import StatsCollector
from mtcrawler.fetch.robots import ObeyRobots
from scrapy.utils.test import get_crawler
from spiders.moscowtimes import MoscowTimes
crawler = get_crawler(MoscowTimes, {"ROBOTSTXT_OBEY": True, "ROBOTSTXT_USER_AGENT": "mtcrawler"})
parser = ObeyRobots(crawler)._parserimpl
"""
CODE = """
body = {body}
rules = parser.from_crawler(crawler, body)
address = "https://a.example/" + "a" * 8000
for _ in range(20):
    print(rules.allowed(address, "mtcrawler"), rules.allowed("https://a.example/private", "mtcrawler"))
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
    "ten thousand groups": f"{OURS} + b''.join(b'User-agent: y%d\\nDisallow: /\\n' % n for n in range(100_000))",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_no_robots_txt_holds_a_crawl_up(body: str) -> None:
    """The file is parsed and asked forty times within limits, and what it says of us at its head holds."""
    told = limited(IMPORTS, CODE.format(body=body)).split()
    assert told == ["True", "False"] * 20
