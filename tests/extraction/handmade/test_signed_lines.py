"""Who wrote it, as pages made by hand say it."""

from __future__ import annotations

import pytest

from mtcrawler.api import read
from mtcrawler.extraction.bylines import is_person
from mtcrawler.extraction.handmade.signed_lines import end_names, head_names
from tests.extraction.any_site.pages import HEADLINE, STORY, paragraphs

URL = "http://www.ostervik.example/town/4821.html"
MENU = "".join(f"<a href='/{name}.html'>{name}</a><br>" for name in ("Home", "Sports", "Town", "Letters"))


def page(head: str = "", end: str = "", title: str = "Ostervik Weekly") -> str:
    """A story in a cell of a table, with a menu beside it; nothing is marked."""
    told = "<br><br>".join(STORY)
    return (
        f"<html><head><title>{title}</title></head><body><table><tr><td>{MENU}</td>"
        f"<td><font size=5><b>{HEADLINE}</b></font><br>{head}<br><br>{told}{end}</td></tr></table></body></html>"
    )


@pytest.mark.parametrize(
    ("line", "following", "names"),
    [
        ("By EDDA HOLM, Staff Writer", "", ["Edda Holm"]),
        ("by Edda Holm / Special to the Gazette", "", ["Edda Holm"]),
        ("BY EDDA McKAY | THE MORNING STAR", "", ["Edda McKay"]),
        ("By JO ANN PARK of the Courier", "", ["Jo Ann Park"]),
        ("By Edda Holm and Nils Brandt", "STAFF WRITERS", ["Edda Holm", "Nils Brandt"]),
        ("By Edda Holm, Nils Brandt and Kari Voss", "", ["Edda Holm", "Nils Brandt", "Kari Voss"]),
        ("By Edda Holm, Nils Brandt | 25.11.2026 10:12", "", ["Edda Holm", "Nils Brandt"]),
        ("By Edda Holm, Staff Writer | Pine Bluff", "", ["Edda Holm"]),
        ("Story by Edda Holm", "", ["Edda Holm"]),
        ("Author: Edda Holm", "", ["Edda Holm"]),
        ("Edda Holm reports", "", ["Edda Holm"]),
        ("From Edda Holm in Bergen", "", ["Edda Holm"]),
        ("Edda Holm / Weekly Staff", "", ["Edda Holm"]),
        ("Edda Holm and Nils Brandt of the Weekly staff", "", ["Edda Holm", "Nils Brandt"]),
        ("EDDA HOLM", "Transport Correspondent", ["Edda Holm"]),
        ("Edda Holm", "The vote took five hours.", []),
        ("By the sea", "", []),
        ("By Staff and wire reports", "", []),
        ("Harbour Office, Ostervik", "", []),
        ("Posted by the council", "", []),
    ],
)
def test_a_line_above_a_text_names_who_wrote_it(line: str, following: str, names: list[str]) -> None:
    """Roles and papers are parted from names, capitals become letters, and other lines name nobody."""
    assert head_names(line, following) == names


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("-- Edda Holm", ["Edda Holm"]),
        ("—Edda Holm, Ostervik Weekly", ["Edda Holm"]),
        ("(Edda Holm)", ["Edda Holm"]),
        ("Written by Edda Holm", ["Edda Holm"]),
        ("Edda Holm covers the harbour. She can be reached at 555-0138.", ["Edda Holm"]),
        ("Contact Edda Holm at edda@ostervik.example", ["Edda Holm"]),
        ("(The vote was on Thursday)", []),
        ("-- The Ostervik Gazette", []),
        ("Copyright 2001 by the Ostervik Weekly", []),
        ("The harbour office can be reached at 555-0138.", []),
    ],
)
def test_a_line_below_a_text_names_who_wrote_it(line: str, names: list[str]) -> None:
    """A text is signed with a dash, in brackets, or by a note on its author; papers sign nothing."""
    assert end_names(line) == names


@pytest.mark.parametrize(
    ("head", "end"),
    [
        ("<font size=2>By EDDA HOLM, Staff Writer<br>October 17, 2001</font>", ""),
        ("<i>by Edda Holm<br>Special to the Weekly</i>", ""),
        ("<b>EDDA HOLM</b>", ""),
        ("Edda Holm / Weekly Staff<br>Monday, March 5, 2001", ""),
        ("Edda Holm, Ostervik Journal", ""),
        ("", "<p>-- Edda Holm"),
        ("", "<p><i>Edda Holm covers the harbour for the Weekly. She can be reached at edda@ostervik.example</i>"),
        ("", "<p><b>EDDA HOLM</b><br>Ostervik"),
    ],
)
def test_a_page_made_by_hand_is_read_with_its_author_and_without_the_byline(head: str, end: str) -> None:
    """The byline is the author's name wherever it stands, and no part of the text."""
    found = read(page(head, end), URL)
    assert [one.name for one in found.authors] == ["Edda Holm"]
    assert (found.headline, found.page) == (HEADLINE, "article")
    assert found.text == "\n\n".join(STORY)


def test_a_page_that_names_nobody_has_no_author() -> None:
    """Names of papers, places and sections beside a text are nobody's."""
    head = "Ostervik Harbour<br>The Morning Star<br>October 17, 2001"
    assert read(page(head, "<p>Privacy Policy | Contact Us"), URL).authors == []


def test_lines_of_a_byline_that_is_marked_are_read_apart() -> None:
    """What stands in the next line of a marked byline is no part of the last name."""
    byline = "<p class='byline'>By Edda Holm and Nils Brandt<br>WEEKLY STAFF WRITERS</p>"
    html = f"<html><body><h1>{HEADLINE}</h1>{byline}{paragraphs()}</body></html>"
    assert [one.name for one in read(html, URL).authors] == ["Edda Holm", "Nils Brandt"]


@pytest.mark.parametrize(
    "line",
    [
        "Real Estate",
        "Yellow Pages",
        "Help Wanted",
        "Printer Friendly",
        "Auto Racing",
        "Knight Ridder",
        "Knight-Ridder Newspapers",
        "Dow Jones",
        "Hearst Corporation",
        "Tarn Communications",
    ],
)
def test_what_a_page_leads_on_to_and_firms_sign_nothing(line: str) -> None:
    """The names of sections, of chains of papers and of firms are no people's, alone, after a dash or a copyright."""
    assert head_names(line, alone=True) == end_names(f"-- {line}") == end_names(f"© 2003 {line}") == []
    assert read(page(line, f"<p>© 2003 {line}"), URL).authors == []


@pytest.mark.parametrize("name", ["Robert Service", "Emily Post", "Anthony Head", "Gwynne Dyer", "Clark Kent"])
def test_people_whose_names_are_such_words_are_people(name: str) -> None:
    """A family that is called after a word of papers or roles is named as any other."""
    assert head_names(f"By {name}") == [name]
    assert is_person(name, frozenset())


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("News Nation Bureau", False),
        ("Ostervik Lifestyle Desk", False),
        ("Deutsche Presse-Agentur", False),
        ("Knight-Ridder", False),
        ("Tarn Publishing Ltd", False),
        ("Sportredaktion", False),
        ("新浪网", False),
        ("海港日报", False),
        ("李晓峰", True),
        ("Ann Courtier", True),
    ],
)
def test_a_newsroom_or_a_firm_is_no_person(name: str, person: bool) -> None:
    """Bureaus, desks, houses and firms are told by the words of their names, wherever they are declared."""
    assert is_person(name, frozenset()) is person
    head = f"<head><meta name=author content='{name}'></head>"
    html = f"<html>{head}<body><h1>{HEADLINE}</h1>{paragraphs()}</body></html>"
    assert [one.name for one in read(html, URL).authors] == ([name] if person else [])
