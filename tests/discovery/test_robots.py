"""Laws of robots.txt: what holds for us is what a whole parse would say, and no file takes long to read."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protego import Protego

from mtcrawler.discovery import robots
from mtcrawler.discovery.robots import delay_of, rules_for, sitemaps_of
from mtcrawler.model.limits import ROBOTS_BYTES

AGENT = "mtcrawler"
PATHS = ("/", "/news", "/news/a.html", "/private/x", "/private/open", "/a$b", "/plus/?q=1")
NAME = st.sampled_from(["*", "mtcrawler", "MTCrawler", "other", ""])
RULE = st.sampled_from(["/", "/private", "/private/open", "/*.html$", "/news*a", "", "/a$b", "/plus/?", "*"])
LINE = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["User-agent: ", "user agent:", "Useragent ", " USER-AGENT:\t"]), NAME),
    st.builds("{}{}".format, st.sampled_from(["Disallow: ", "disallow:", "Allow: ", "Disallow "]), RULE),
    st.sampled_from(
        ["", "# nothing", "Sitemap: /s.xml", "Host: a", "Crawl-delay: 5", "Noindex: /", "words", "a: b # c"]
    ),
)


@settings(deadline=None, max_examples=600)
@given(st.lists(LINE, max_size=14))
def test_the_rules_for_us_are_those_of_the_whole_file(lines: list[str]) -> None:
    """Every path is allowed or not, and the delay is, as the parser finds it in the file before it is reduced."""
    text = "\n".join(lines)
    whole, ours = Protego.parse(text), Protego.parse(rules_for(AGENT, text.encode()).text)
    for path in PATHS:
        assert ours.can_fetch(f"https://a.example{path}", AGENT) == whole.can_fetch(f"https://a.example{path}", AGENT)
    assert ours.crawl_delay(AGENT) == whole.crawl_delay(AGENT)


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("mtcrawler", True),
        ("MTCrawler/2.1 (+https://a.example)", True),
        ("mtcrawler*", True),
        ("*", True),
        ("mtcraw", False),
        ("crawler", False),
        ("mtcrawler-news", False),
        ("Mozilla/5.0 (compatible; mtcrawler)", False),
    ],
)
def test_a_group_is_ours_by_its_product_token(name: str, ours: bool) -> None:
    """The whole product token decides, whatever follows it: neither a part of our name nor a longer one is ours."""
    rules = rules_for(AGENT, f"User-agent: {name}\nDisallow: /\n".encode())
    assert ("Disallow" in rules.text) is ours


@pytest.mark.parametrize(
    ("lines", "delay"),
    [
        ("Crawl-delay: 4", 4),
        ("crawl-delay:0.5 # gently", 0.5),
        ("Crawl-delay: 0,5", 0.5),
        ("Crawl-delay: 2s", 2),
        ("Request-rate: 1/5", 5),
        ("Request-rate: 2/1m 0600-0845", 30),
        ("Crawl-delay: 2\nRequest-rate: 1/10s\nCrawl-delay: 3", 10),
        ("Crawl-delay: soon\nRequest-rate: 0/5\nCrawl-delay: -1\nCrawl-delay: inf\nCrawl-delay:", None),
        ("User-agent: other\nCrawl-delay: 9", None),
    ],
)
def test_the_delay_is_the_longest_that_the_rules_ask_for(lines: str, delay: float | None) -> None:
    """Crawl-delay and Request-rate both count, and what is no time asks for nothing."""
    assert delay_of(rules_for(AGENT, f"User-agent: *\nDisallow: /x\n{lines}\n".encode())) == delay


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_hides_no_rule(encoding: str) -> None:
    """The first line of a file counts, whichever mark stands before it."""
    assert "Disallow: /x" in rules_for(AGENT, "User-agent: *\nDisallow: /x\n".encode(encoding)).text


STARS = st.text("/ab*$яé%?= ", max_size=6)
STARRED = st.builds("{}: /{}".format, st.sampled_from(["Allow", "Disallow", "disallow"]), STARS)


@settings(deadline=None, max_examples=600)
@given(st.lists(STARRED, max_size=12), st.integers(0, 3), st.text("/abя$?=", max_size=8))
def test_what_the_file_forbids_stays_forbidden_past_the_caps(lines: list[str], most: int, path: str) -> None:
    """Of rules with stars past the caps none is forgotten: an address is allowed only if the whole file allows it."""
    text, url = "\n".join(["User-agent: *", *lines]), f"https://a.example/{path}"
    with patch.object(robots, "WILDCARD_RULES", most):
        rules = rules_for(AGENT, text.encode())
    ours = Protego.parse(rules.text).can_fetch(url, AGENT)
    assert ours <= Protego.parse(text).can_fetch(url, AGENT)
    assert rules.stricter or ours == Protego.parse(text).can_fetch(url, AGENT)


def test_what_lies_past_the_cap_does_not_count() -> None:
    """A file is read as far as RFC 9309 asks for; the line that the cap cuts through is not half read."""
    head = b"User-agent: *\nDisallow: /private/\nSitemap: /s.xml\n"
    body = head + b"#" * (ROBOTS_BYTES - len(head) - 20) + b"\nDisallow: /news/politics\nSitemap: /late.xml\n"
    rules = rules_for(AGENT, body).text
    assert "/private/" in rules
    assert "/news" not in rules
    assert sitemaps_of(body) == ["/s.xml"]


def test_sitemaps_are_named_in_order_and_any_spelling() -> None:
    """Case, spaces and comments do not matter, and neither does where in the file a sitemap is named."""
    body = b"\xef\xbb\xbfSITEMAP:https://a.example/1 # one\r\nUser-agent: x\r\n  sitemap : /2 two\nSitemap:\nmap: /3\n"
    assert sitemaps_of(body) == ["https://a.example/1", "/2"]


@pytest.mark.parametrize("line", ["Sitemap: {}", "sitemap:{} # ours", "SITEMAP : <{}>", 'Sitemap: "{}"'])
def test_a_sitemap_is_named_with_or_without_marks_around_it(line: str) -> None:
    """Quotes and angle brackets are no part of an address."""
    assert sitemaps_of(line.format("https://a.example/s.xml").encode()) == ["https://a.example/s.xml"]
