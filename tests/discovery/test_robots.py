"""Laws of robots.txt: what holds for us is what a whole parse would say, and no file takes long to read."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from protego import Protego

from mtcrawler.discovery import robots
from mtcrawler.discovery.robots import rules_for, sitemaps_of
from mtcrawler.model.limits import ROBOTS_BYTES

AGENT = "mtcrawler"
PATHS = ("/", "/news", "/news/a.html", "/private/x", "/private/open", "/a$b", "/plus/?q=1")
NAME = st.sampled_from(["*", "mtcrawler", "MTCrawler", "mtcraw", "crawler", "other", "mt*crawler*", "mtcrawler/2", ""])
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
