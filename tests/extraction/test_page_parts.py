"""Laws of what a page says about itself: structured data, dates, language, rights, bylines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import lxml.html
import pytest

from mtcrawler.extraction.bylines import is_person
from mtcrawler.extraction.language.detection import language_of
from mtcrawler.extraction.page import ArticlePage
from mtcrawler.extraction.rights import rights, tdm_rules
from mtcrawler.markup.dates import moment
from mtcrawler.markup.json_values import read
from mtcrawler.markup.structured import json_ld, metas, of_type, string
from tests.fixtures.sites import described

MOSCOW = timezone(timedelta(hours=3))


def test_one_bad_script_spoils_no_other() -> None:
    """JSON-LD that cannot be parsed, or nests without end, is passed over; the scripts around it are read."""
    deep = "[" * 100_000
    bodies = ['{"@type": "WebSite",}', deep, '{"@graph": [{"@type": ["Thing", "NewsArticle"], "headline": " H "}]}']
    root = lxml.html.fromstring("".join(f'<script type="application/ld+json">{body}</script>' for body in bodies))
    article = of_type(json_ld(root), "NewsArticle")
    assert string(article, "headline") == "H"
    assert string(article, "author", "name") is None


def test_the_first_meta_of_a_name_counts() -> None:
    """Meta tags are read by name, property and http-equiv alike, in any case, the first one winning."""
    root = lxml.html.fromstring("<meta name=A content=1><meta property=a content=2><meta http-equiv=b content=' 3 '>")
    assert metas(root) == {"a": "1", "b": "3"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-06-03T10:00:00+03:00", datetime(2024, 6, 3, 10, tzinfo=MOSCOW)),
        ("2024-06-03 10:00:00", datetime(2024, 6, 3, 10, tzinfo=MOSCOW)),
        ("Mon, 03 Jun 2024 10:00:00 +0300", datetime(2024, 6, 3, 10, tzinfo=MOSCOW)),
        ("2024-06-03T07:00:00Z", datetime(2024, 6, 3, 7, tzinfo=UTC)),
        ("2024-06-03", None),
        ("0001-01-01T00:00:00+03:00", None),
        ("9999-12-31T23:59:59-03:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_read_or_refused(text: str | None, expected: datetime | None) -> None:
    """A time is read with its offset, in the publisher's zone where it has none, and never invented."""
    assert moment(text, MOSCOW) == expected


def test_a_time_without_offset_or_zone_is_no_moment() -> None:
    """Without an offset and without a known zone nothing can be said."""
    assert moment("2024-06-03T10:00:00") is None


@pytest.mark.parametrize(
    ("text", "claimed", "language"),
    [
        ("Россия в понедельник призвала к коллективным действиям для прекращения войны.", "en", "ru"),
        ("The mayor said on Monday that the bridge would open again next week.", "en", "en"),
        ("The mayor said on Monday that the bridge would open again next week.", "en-GB", "en-GB"),
        ("The mayor said on Monday that the bridge would open again next week.", None, "en"),
        ("Kyiv", "uk", "uk"),
        ("Kyiv", None, "und"),
    ],
)
def test_the_text_tells_the_language(text: str, claimed: str | None, language: str) -> None:
    """The language is that of the text; the page's claim stands where the text agrees or is too short."""
    assert language_of(text, claimed) == language


def test_rights_come_from_page_then_header_then_site() -> None:
    """Directives of page and header are joined; the page's TDM flag beats the header's, and that the site's."""
    site = tdm_rules(
        '[{"location": "/2026/*", "tdm-reservation": 1, "tdm-policy": "https://p.example/tdm"}, {"location": 5}]'
    )
    root = lxml.html.fromstring("<html><head><link rel=license href=https://l.example/></head></html>")
    url = "https://p.example/2026/01/02/x"
    only_site = rights(url, root, {"googlebot": "noarchive"}, {}, {"x-robots-tag": "noai"}, site)
    assert (only_site.tdm_reservation, only_site.tdm_policy) == (1, "https://p.example/tdm")
    assert only_site.robots == "googlebot: noarchive, noai"
    assert only_site.licence == "https://l.example/"
    headed = rights(url, root, {}, {"license": "CC-BY"}, {"tdm-reservation": "0"}, site)
    assert (headed.tdm_reservation, headed.tdm_policy, headed.licence, headed.robots) == (0, None, "CC-BY", None)
    assert rights("https://p.example/about", root, {}, {}, {}, site).tdm_reservation is None


@pytest.mark.parametrize("body", ["", "no json", "{}", "[1]"])
def test_a_damaged_tdm_file_reserves_nothing(body: str) -> None:
    """A TDM file that is not one is as good as none."""
    assert tdm_rules(body) == ()


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("Anna Berg", True),
        ("AFP", False),
        ("The Paper", False),
        ("the paper", False),
        ("Paper Staff", False),
        ("ТАСС", False),
        ("AFP.", False),
        ("Reuters/AFP", False),
        ("The Paper Russian Service", False),
        ("Ann Bo, AFP", True),
        (" ", False),
    ],
)
def test_agencies_and_the_paper_are_no_authors(name: str, person: bool) -> None:
    """Only people are authors."""
    assert is_person(name, frozenset({"the paper"})) is person


@pytest.mark.parametrize(("length", "kept"), [(1_500, True), (3_000, False)])
def test_relative_addresses_are_relative_to_the_page_itself(length: int, kept: bool) -> None:
    """Without a declared base the page's own address is the base, also where it is long; past 2,048 the origin is."""
    definition = described("a.example")
    url = f"https://a.example/{'x' * length}/story"
    assert ArticlePage("<h1>A boat</h1>", url, definition, {}).base == (url if kept else definition.origin)


def test_an_identifier_of_nineteen_digits_is_a_number() -> None:
    """Identifiers of 64 bits are read as they are; what is longer is none."""
    assert read("[1795000000000000123, 12345678901234567890]") == [1795000000000000123, None]
