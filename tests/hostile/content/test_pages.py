"""Laws of hostile pages: reading takes time in proportion to the page, and what cannot be read costs itself alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtcrawler.discovery.section_lists import read_listing
from mtcrawler.extraction.drafting import MARGIN
from mtcrawler.extraction.extractor import Extractor
from mtcrawler.identity.signatures import signature
from mtcrawler.identity.texts import clean
from mtcrawler.markup.addresses import origin_of
from mtcrawler.markup.css import css
from mtcrawler.markup.document import BYTES, DEEP, ELEMENTS
from mtcrawler.model.article import Article, Heading, ListBlock, Paragraph, Quote, Table
from mtcrawler.model.errors import DiscoveryError
from tests.hostile.parts import ODD, PAGES, PARTS, URL, WORDS, linked, page_from, page_with, read, readings

LESS, TIMES = 300, 16
"""Parts of the small page, and how many times as many the large one has."""
SIZE = 10_000 + MARGIN
STORY = "The harbour office said on Monday that the ferry will not sail before the ice has gone."
"""What any extractor takes for a story, however little it is."""
Kind = tuple[Extractor, str]


def str_of(given: object) -> str:
    """The name of a part, or of a kind of page by its host."""
    return given[1].split(".")[-2].rpartition("/")[2] if isinstance(given, tuple) else str(given)


def seconds(act: Callable[[], Any]) -> float:
    """CPU time of doing this, the least of three where that is short."""
    took = []
    for _ in range(3):
        before = time.process_time()
        act()
        took.append(time.process_time() - before)
        if took[-1] > 0.5:
            break
    return min(took)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), readings(), ids=str_of)
def test_reading_is_linear_in_the_page(name: str, kind: Kind) -> None:
    """Sixteen times as many parts of any sort take about sixteen times as long to read, and never a square of it."""
    small, large = PARTS[name](LESS), PARTS[name](LESS * TIMES)
    before = seconds(lambda: read(small, *kind))
    # Linear time is 16 times the small page's, quadratic 256 times.
    assert seconds(lambda: read(large, *kind)) < 64 * max(before, 0.05)


def found(html: str, kind: Kind = PAGES[0]) -> Article:
    """The article of a page that has to have one."""
    article = read(html, *kind)
    assert isinstance(article, Article), article
    return article


@pytest.mark.parametrize(("name", "kind"), readings(), ids=str_of)
def test_an_article_is_no_larger_than_its_page(name: str, kind: Kind) -> None:
    """However often a part is there, the article's JSON is at most a constant longer than the page."""
    html = PARTS[name](3 * LESS)
    article = read(html, *kind)
    assert isinstance(article, str) or len(article.to_json()) <= len(html.encode("utf-8", "replace")) + SIZE
    if isinstance(article, Article) and WORDS in article.text:
        assert article.text.count(WORDS) == 1


DEEP_WORDS = "Only the innermost of all says this."


@pytest.mark.parametrize(
    ("opening", "closing", "block"),
    [
        ("<div>", "</div>", Paragraph),
        ("<span><b>", "</b></span>", Paragraph),
        ("<blockquote>", "</blockquote>", Quote),
        ("<table><tr><td>", "</td></tr></table>", Table),
        ("<ul><li>", "</li></ul>", ListBlock),
        ("<ol>", "</ol>", ListBlock),
        ("<h2><i>", "</i></h2>", Heading),
    ],
)
@pytest.mark.parametrize("depth", [60, 250, 600])
def test_words_of_any_depth_are_there_once(opening: str, closing: str, block: type, depth: int) -> None:
    """What stands deep inside others of its kind is read once, and what comes after it is read as well."""
    inner = f"<li>{DEEP_WORDS}</li>" if "<ol>" in opening else DEEP_WORDS
    article = found(page_with(f"{opening * depth}{inner}{closing * depth}<p>{WORDS}"))
    assert article.text.count(DEEP_WORDS) == 1
    assert article.text.count(WORDS) == 1
    assert isinstance(article.body[0], block)
    assert article.to_json().decode().count(DEEP_WORDS) == 2  # as a block, and as text


@pytest.mark.parametrize(
    ("html", "why"),
    [
        (page_with("<p>x" * (ELEMENTS + 1)), f"more than {ELEMENTS:,} elements"),
        (page_with("<!---->" * (ELEMENTS + 1)), f"more than {ELEMENTS:,} elements"),
        (page_with("<p>" + "word " * (BYTES // 5)), "bytes long"),
        (page_with("<div>" * (DEEP + 1) + WORDS), f"nested more than {DEEP:,}"),
        (PARTS["attributes"](80_000), "attributes"),
        (
            page_with(f"<p>{STORY}" + "".join(f"<figure><img src=x{number}></figure>" for number in range(20_000))),
            "larger than its page",
        ),
    ],
    ids=["elements", "comments", "bytes", "depth", "attributes", "article"],
)
@pytest.mark.parametrize("kind", PAGES, ids=str_of)
def test_what_is_too_large_is_told_by_name(html: str, why: str, kind: Kind) -> None:
    """A page beyond a limit gives no part of an article: it is `page too large to read`, with the limit it met."""
    reason = read(html, *kind)
    assert isinstance(reason, str)
    assert "page too large to read" in reason
    assert why in reason
    assert kind[1] in reason


def test_a_list_that_is_too_large_is_told() -> None:
    """A section list beyond the limits of a page is a list that cannot be read."""
    with pytest.raises(DiscoveryError, match="page too large to read"):
        list(read_listing("<a href=/x>x</a>" * (ELEMENTS + 1), "https://paper.example/", css("a"), "section:x"))


GOOD = {"@type": "NewsArticle", "headline": "Ice", "datePublished": "2026-11-22T10:00:00+03:00"}
BAD = {
    "a number too long for Python": '{"wordCount": ' + "9" * 5000 + "}",
    "a text too long for a number": {"wordCount": "9" * 5000},
    "a number that is none": '{"wordCount": NaN, "position": -Infinity}',
    "a number beyond all": '{"wordCount": 1e999}',
    "a graph that is a number": {"@graph": 5},
    "a graph that is a text": {"@graph": "x"},
    "a graph of anything": {"@graph": [5, None, [None, {"@graph": 1}]]},
    "a depth that recurses": '{"a":' * 900 + "1" + "}" * 900,
    "a depth no parser takes": "[" * 200_000,
    "lists of lists": "[" * 900 + "]" * 900,
    "types of any type": {"@type": [[], {}, 5, None]},
    "steps of any type": {"@type": "BreadcrumbList", "itemListElement": [5, None, [], {"position": "9" * 5000}]},
    "parts of any type": {"hasPart": [5, {"isAccessibleForFree": False, "cssSelector": [5, "((", "a:has(b ~ c)"]}]},
    "no JSON": "{",
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
@pytest.mark.parametrize("kind", PAGES, ids=str_of)
def test_bad_data_costs_itself_alone(data: object, kind: Kind) -> None:
    """Data of the wrong kind, length or depth costs its own script: the article is there, with what others say."""
    article = found(page_with(f"<p>{WORDS}", linked(data) + linked(GOOD)), kind)
    assert article.published_at is not None
    assert WORDS in article.text


def test_a_long_number_costs_its_field_alone() -> None:
    """A script with one number of five thousand digits is read but for that number."""
    data = '{"@type": "NewsArticle", "wordCount": ' + "9" * 5000 + ', "datePublished": "2026-11-22T10:00:00+03:00"}'
    assert found(page_with("<p>x", linked(data))).published_at is not None


@pytest.mark.parametrize("width", ["9" * 5000, "-5", "1e5", "٣٣٣", "", "0", "99999999999", "5px"])
def test_a_width_that_is_none_costs_itself_alone(width: str) -> None:
    """A picture whose width is no number that a picture has is kept without it."""
    (picture, *_) = found(page_with(f"<img src=/a.jpg width='{width}' height=400><p>{WORDS}")).media
    block = found(page_with(f"<img src=/a.jpg width='{width}' height=400><p>{WORDS}")).body[0]
    assert picture.url.endswith("/a.jpg")
    assert getattr(block, "height", None) == 400
    assert getattr(block, "width", 0) in {None, 333}


PIECES = st.lists(st.binary(min_size=3, max_size=3), max_size=12).map(b"".join)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(PIECES)
def test_any_mixture_of_parts_is_an_article_or_has_a_reason(data: bytes) -> None:
    """Whatever parts a page is put together from, it is read or refused by name, and never grows by it."""
    html = page_from(data)
    for kind in PAGES:
        article = read(html, *kind)
        assert isinstance(article, str) or len(article.to_json()) <= len(html.encode("utf-8", "replace")) + SIZE


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(ODD), max_size=20))
def test_no_odd_piece_costs_the_page(pieces: list[str]) -> None:
    """Markup that fits nowhere and data of the wrong kind never cost the page they stand on."""
    for kind in PAGES:
        assert isinstance(read(page_with("".join(pieces) + f"<p>{WORDS}"), *kind), Article | str)


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0344", "\u0316\u0301" * 3])
def test_marks_upon_marks_take_no_time(marks: str) -> None:
    """A letter under a hundred thousand marks is cleaned at once, and cleaning it again changes nothing."""
    first, last = marks[: len(marks) // 2] or marks, marks[len(marks) // 2 :]
    before = time.process_time()
    cleaned = clean("a" + first * 100_000 + last * 100_000)
    # Putting them in order takes minutes.
    assert time.process_time() - before < 10
    assert clean(cleaned) == cleaned


def test_a_signature_is_linear_in_the_text() -> None:
    """A text of a megabyte, in one word or in a million, has its signature at once."""
    before = time.process_time()
    for text in ("x" * 2**20, "x " * 2**19, " ".join(map(str, range(150_000)))):
        signature(text)
    assert time.process_time() - before < 30


@pytest.mark.parametrize(("extractor", "url"), PAGES, ids=["The Moscow Times", "any paper", "any site"])
def test_a_page_keeps_its_own_address_where_it_declares_a_huge_one(extractor: Extractor, url: str) -> None:
    """A declared address that no server would take is not the article's."""
    huge = f"{origin_of(url)}/2026/11/22/{'a' * 9000}-a90001"
    markup = page_with("<p>Ice.</p>").replace(f"href='{URL}'", f"href='{huge}'")
    assert extractor.extract(markup, url, {}).canonical_url == url
