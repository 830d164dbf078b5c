"""The headline and the date of pages that mark neither."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from mtcrawler.api import read
from mtcrawler.extraction.handmade import head as heads
from mtcrawler.markup.text import inline_text
from tests.extraction.any_site.pages import HEADLINE, STORY, paragraphs

URL = "http://www.ostervik.example/town/4821.html"


def page(head: str, title: str) -> str:
    """A story below a head of any markup."""
    return (
        f"<html><head><title>{title}</title></head><body>{head}{paragraphs()}<p><a href='/'>Home</a></p></body></html>"
    )


@pytest.mark.parametrize(
    "shown",
    [
        f"<font size=5>{HEADLINE}</font><br><br>",
        f"<center><h3>{HEADLINE}</h3></center>",
        f"<p class='story-title'>{HEADLINE}</p>",
        f"<p><b>{HEADLINE}</b></p>",
        f"<p style='font-size: 22px'>{HEADLINE}</p>",
    ],
)
@pytest.mark.parametrize("title", ["The Morning Star", f"{HEADLINE} -- The Morning Star", f"Star: {HEADLINE}"])
def test_the_headline_is_the_line_that_is_set_off_or_that_the_title_names(shown: str, title: str) -> None:
    """The name of the paper is no headline, in the title or in larger letters above it."""
    found = read(page(f"<font size=7>The Morning Star</font><hr>{shown}", title), URL)
    assert (found.headline, found.text) == (HEADLINE, "\n\n".join(STORY))


def test_a_declared_headline_is_not_looked_for_among_lines() -> None:
    """What a page declares or marks stands, however large other lines are."""
    html = page("<font size=7>A wholly different line in large letters</font>", "Star").replace(
        "</head>", f"<meta property='og:title' content='{HEADLINE}'></head>"
    )
    assert read(html, URL).headline == HEADLINE


def test_the_head_of_a_headline_with_more_lines_is_its_first() -> None:
    """Date and source in the same heading are no part of the headline."""
    head = f"<h1>{HEADLINE}<br><span>2010-07-19 17:02:51 Source: Star</span></h1>"
    assert read(page(head, f"{HEADLINE} - Star"), URL).headline == HEADLINE


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Volume 4, Number 12 -- March 22, 2002", date(2002, 3, 22)),
        ("Ostervik, Monday, March 5, 2001 / Last look at the harbour", date(2001, 3, 5)),
        ("Section B, page 3. Printed on 5 March 2001 in Ostervik and elsewhere", date(2001, 3, 5)),
        ("2011年03月07日09:12　来源：江城日报　我要评论(216)　字号：大 中 小", date(2011, 3, 7)),
        ("日期：2010-12-3 8:15:00　作者：李晓峰　来源：江城商报　点击：", date(2010, 12, 3)),
        ("发布日期：2017/11/20　　发布人：办公室　　点击：[302]", date(2017, 11, 20)),
        ("The lamp was lit on March 5, 2001, as nobody here forgets, and it burnt all night.", None),
    ],
)
def test_a_date_in_a_line_that_says_more_is_read(line: str, day: date | None) -> None:
    """A whole date among other words of the head is the page's, and one in a sentence is not."""
    found = read(page(f"<font size=5>{HEADLINE}</font><p>{line}</p>", "Star"), URL)
    assert found.published_date == day


def test_lines_in_one_wrapper_after_another_are_read_a_little_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where bold type stands around the whole page, no line of its head is looked for in all of that."""
    taken = list[int]()

    def counted(*asked: Any, **more: Any) -> str:
        text = inline_text(*asked, **more)
        taken.append(len(text))
        return text

    monkeypatch.setattr(heads, "inline_text", counted)
    lines = "<br><br>".join(f"line a {n}<br>line of words b {n}<br>line of words c {n}" for n in range(16))
    rest = "<i>ferry</i> " * 20_000
    shown = f"<html><head><title>Star</title></head><body>{'<b>' * 6}{lines}<br><br>{STORY[0]}<br><br>{rest}"
    read(shown, URL)
    assert 0 < sum(taken) < len(shown)
