"""Which pages are taken for the site's not-found page, where that comes with 200 and no page says what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtcrawler.answers.error_page import ErrorPages
from mtcrawler.extraction.extractor import ExtractedPage, SelectorExtractor
from mtcrawler.storage.location import Location
from tests.fixtures.crawl import articles
from tests.fixtures.moody import HOME, PROSE, Said, accounts, crawled, moody
from tests.fixtures.sites import described

PAPER = described()
DAY = "/2026/11/20"
NOWHERE = "/?p=no-such-page-asks-mtcrawler"
FRONT = Said("<title>The Paper</title><h1>The Paper</h1><p>All of today's news.</p>")
NOTHING = Said(
    "<title>The Paper</title><h1>The Paper</h1><p>It is 29 November 2026, 14:05, and 312 are reading.</p>"
    "<p>There is no such page on our site, so go and look at another one. Write to us.</p>"
)
SAILED = Said("<title>Nothing</title><h1>This has sailed</h1><p>Nobody knows where it went, so try another one.</p>")

TEXTS = (
    PROSE,
    PROSE.replace("ferry", "boat").replace("island", "mainland"),
    "The council meets on Friday to say what it will cost, and who pays for it when the ice has gone.",
)


def undeclared(headline: str, *paragraphs: str, title: str = "The Paper", logo: str = "") -> Said:
    """A page that does not say what it is."""
    level = "h2" if logo else "h1"
    return Said(
        f"<!doctype html><html lang=en><head><title>{title}</title></head><body>{logo}<article>"
        f"<{level}>{headline}</{level}>" + "".join(f"<p>{text}</p>" for text in paragraphs) + "</article></body></html>"
    )


PLAIN = undeclared("The ferry runs again", *TEXTS, title="The ferry")


def read(said: Said, address: str) -> ExtractedPage:
    """That answer as it was read at an address of the paper."""
    return SelectorExtractor(PAPER).extract(str(said.body), f"{HOME}{address}", {})


@pytest.mark.parametrize(
    ("answer", "led_to", "away"), [(SAILED, NOWHERE, False), (FRONT, NOWHERE, True), (FRONT, "/", False)]
)
def test_articles_may_be_named_by_the_query_alone(answer: Said, led_to: str, away: bool) -> None:
    """On a site whose articles are `/?p=N` none is taken for the home page, whatever unknown ones are answered with."""
    pages = ErrorPages(PAPER.site)
    assert pages.probe(f"{HOME}/?p=101") == f"{HOME}{NOWHERE}"
    pages.learn(read(answer, led_to))
    if pages.home():
        pages.compare_home(read(FRONT, "/"))
    assert pages.away is away
    assert pages.shows(read(PLAIN, "/?p=101")) is False
    assert pages.shows(read(answer, "/?p=102" if led_to == NOWHERE else led_to)) is True


def test_a_redirect_home_with_a_query_is_no_article(bucket: Location, tmp_path: Path) -> None:
    """What leads to `/?error=404`, as an address that cannot exist does, is missing."""
    away, front = Said("", 302, headers={"Location": "/?error=404"}), undeclared("The Paper", PROSE)
    with moody({"/": front, "/?error=404": front, f"{DAY}/ferry": PLAIN}, missing=away) as paper:
        paper.lists(f"{DAY}/ferry", f"{DAY}/gone")
        run, told = crawled(paper, bucket, tmp_path)
        assert (run.code, accounts(told)) == (0, {"new": 1, "missing": 1})


def test_numbers_are_words_too(bucket: Location, tmp_path: Path) -> None:
    """A story with a number in each paragraph is none of the error page's, but another date and time of it are."""
    counted = [f"{n} of the {n * 3} boats crossed at {n}:15. {PROSE}" for n in (2, 5, 7, 9)]
    storm = undeclared("5 boats lost in the storm", *counted, logo="<h1>The Paper</h1>")
    later = str(NOTHING.body).replace("29 November 2026, 14:05", "1 December 2026, 9:15").replace("312", "7")
    with moody({"/": FRONT, f"{DAY}/storm": storm, f"{DAY}/gone": Said(later)}, missing=NOTHING) as paper:
        paper.lists(f"{DAY}/storm", f"{DAY}/gone")
        run, told = crawled(paper, bucket, tmp_path)
        assert (run.code, accounts(told)) == (0, {"new": 1, "missing": 1})
    assert set(articles(bucket)) == {f"{HOME}{DAY}/storm"}
