"""Laws of the fields that are read off a page nobody described: what agrees counts, and each names its source."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from lxml.html import fragment_fromstring

from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.any_site.repetitions import without_dateline
from mtcrawler.model.article import Paragraph
from mtcrawler.model.reading import Reading
from tests.extraction.any_site.pages import HEADLINE, STORY, URL, linked, page, paragraphs

OTHER = linked(headline="Geese return", url="/geese", author="A")


def read(inside: str | None = None, head: str = "", **how: str) -> Reading:
    return read_page(page(inside, head=head, **how), URL)


def test_the_headline_is_the_one_that_most_agree_on() -> None:
    """Of two shown headings the one that the page's other statements name is the headline, and it is no paragraph."""
    html = page(title=f"{HEADLINE} – The Ostervik Paper").replace("<main>", "<h1>The Ostervik Paper</h1><main>")
    found = read_page(html, URL)
    assert found.headline == HEADLINE
    assert HEADLINE not in found.text


def test_a_headline_that_nothing_shows_is_the_declared_one_without_the_site() -> None:
    """A page without a heading has its title for a headline, without the name of the site."""
    head = '<meta property="og:site_name" content="The Ostervik Paper">'
    html = page(head=head, title=f"{HEADLINE} | The Ostervik Paper").replace(f"<h1>{HEADLINE}</h1>", "")
    found = read_page(html, URL)
    assert (found.headline, found.fields["headline"]) == (HEADLINE, "declared")


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("<p class='byline'>By Edda Holm | Nov. 22, 2026</p>", ["Edda Holm"]),
        (
            "<a rel='author'>Edda Holm, Political Editor</a> and <a rel='author'>By Jonas Weir</a>",
            ["Edda Holm", "Jonas Weir"],
        ),
        ("<span class='byline'>Von Edda Holm und Jonas Weir</span>", ["Edda Holm", "Jonas Weir"]),
        ("<span class='byline'>Par Edda Holm et Jonas Weir</span>", ["Edda Holm", "Jonas Weir"]),
        ("<span itemprop='author'>Por Edda Holm y Jonas Weir</span>", ["Edda Holm", "Jonas Weir"]),
        ("<span class='author'>Автор: Анна Белова</span>", ["Анна Белова"]),
        ("<span class='author'>記者:王小明</span>", ["王小明"]),
        ("<span class='author'>作者：李文静 周婉婷</span>", ["李文静", "周婉婷"]),
        ("<ul><li>기자명 김민서 기자</li></ul>", ["김민서"]),
        ("<p>By Edda Holm</p>", ["Edda Holm"]),
        ("<span class='byline'>Reuters</span>", []),
        ("<span class='byline'>The Ostervik Paper</span>", []),
        ("<span class='byline'>By Edda Holm and Reuters</span>", ["Edda Holm"]),
        ("<span class='byline'>By Edda Holm | 20 Nov 2026 12:20</span>", ["Edda Holm"]),
        ("<span class='byline'>Politics</span> <span class='authorname'>Edda Holm</span>", ["Edda Holm"]),
    ],
)
def test_people_sign_and_agencies_do_not(byline: str, names: list[str]) -> None:
    """A byline in any of the languages gives its people, without their roles and the words before them."""
    head = '<meta property="og:site_name" content="The Ostervik Paper">'
    found = read(f"<div>{byline}</div>{paragraphs()}", head)
    assert [author.name for author in found.authors] == names
    assert byline not in found.text


def test_an_agency_that_signs_is_in_the_byline() -> None:
    """Whoever a byline names is kept in it, an agency, too, though only people are authors."""
    found = read(head=linked(author=[{"name": "Edda Holm"}, {"name": "Reuters"}]))
    assert ([author.name for author in found.authors], found.byline) == (["Edda Holm"], ["Edda Holm", "Reuters"])


def test_the_structured_data_of_another_story_is_none_of_this_one() -> None:
    """Of several JSON-LD articles the one that names this address counts, wherever it stands."""
    own = linked(author={"name": "Edda Holm"}, datePublished="2026-11-20T09:30:00+01:00", mainEntityOfPage={"@id": URL})
    found = read(head=OTHER + own)
    assert [author.name for author in found.authors] == ["Edda Holm"]
    assert found.published_at == datetime.fromisoformat("2026-11-20T09:30:00+01:00")


@pytest.mark.parametrize(
    ("head", "moment", "day"),
    [
        (linked(datePublished="2026-11-20T09:30:00+01:00"), "2026-11-20T09:30:00+01:00", date(2026, 11, 20)),
        ('<meta property="article:published_time" content="2026-11-20T08:30:00Z">', "2026-11-20T08:30:00+00:00", None),
        ('<meta name="date" content="2026-11-20">', None, date(2026, 11, 20)),
        ('<meta name="date" content="2026-11-20 09:30">', None, date(2026, 11, 20)),
        ('<meta name="date" content="2014-02-01">', None, None),
        ("", None, date(2026, 11, 20)),
    ],
    ids="linked meta day no-offset contradicts address".split(),
)
def test_a_moment_has_the_offset_that_is_stated(head: str, moment: str | None, day: date | None) -> None:
    """A moment needs a stated offset; else there is the day, and none that contradicts the address."""
    found = read(head=head)
    assert found.published_at == (datetime.fromisoformat(moment) if moment else None)
    assert found.published_date == (day or (found.published_at.date() if found.published_at else None))


def test_the_declared_picture_has_the_words_that_are_shown_under_it() -> None:
    """The lead picture is the declared one, with caption and credit of the same picture in the story."""
    shown = (
        "<figure><img src='/pics/lamp-640x480.jpg' width='640'><figcaption>The lamp at dusk. Photo: Arne Dahl"
        "</figcaption></figure>"
    )
    found = read(
        shown + paragraphs(), '<meta property="og:image" content="https://paper.example/pics/lamp-1200x630.jpg">'
    )
    assert found.image is not None
    assert (found.image.url, found.image.caption, found.image.credit) == (
        "https://paper.example/pics/lamp-1200x630.jpg",
        "The lamp at dusk.",
        "Arne Dahl",
    )
    assert "dusk" not in found.text


@pytest.mark.parametrize(
    ("markup", "caption", "credit"),
    [
        ("<p class='c1'>The lamp at dusk</p><p class='c2'>© Arne Dahl/dpa</p>", "The lamp at dusk", "Arne Dahl/dpa"),
        ("<figcaption>The lamp at dusk (AP Photo/Arne Dahl)</figcaption>", "The lamp at dusk", "AP Photo/Arne Dahl"),
        (
            "<div class='legend'>The lamp at dusk <cite class='source'>Arne Dahl</cite></div>",
            "The lamp at dusk",
            "Arne Dahl",
        ),
        ("<span class='img-info'>The lamp at dusk. Bild: Arne Dahl</span>", "The lamp at dusk.", "Arne Dahl"),
    ],
)
def test_caption_and_credit_are_told_apart(markup: str, caption: str, credit: str) -> None:
    """What is written under a picture is its caption and its credit, whatever marks them."""
    found = read(f"<div><div><img src='/lamp.jpg' width='640' height='480'></div>{markup}</div>{paragraphs()}")
    assert found.image is not None
    assert (found.image.caption, found.image.credit) == (caption, credit)


def test_the_lines_above_a_story_are_no_part_of_it() -> None:
    """Who wrote it, when it was published and the headline said again are fields, and no paragraphs."""
    head = f"<p>By Edda Holm</p><p><time>20 November</time></p><p>20 November 2026</p><h2>{HEADLINE}</h2>"
    assert read(head + paragraphs()).text == "\n\n".join(STORY)


def test_each_field_says_how_it_was_had() -> None:
    """The text comes of the model, what is stated to machines is declared, and what is only shown is a guess."""
    head = linked(author={"name": "Edda Holm"}, keywords="lamps, harbours", articleSection="News")
    found = read(f"<time datetime='2026-11-20T09:30:00+01:00'>20 November</time>{paragraphs()}", head)
    assert (found.tags, found.section) == (["lamps", "harbours"], "News")
    assert {name: found.fields[name] for name in ("body", "authors", "tags", "published_at", "headline")} == {
        "body": "model",
        "authors": "declared",
        "tags": "declared",
        "published_at": "guess",
        "headline": "guess",
    }
    assert found.text == "\n\n".join(STORY)


@pytest.mark.parametrize(
    "shown",
    [
        "<a rel='category tag' href='/category/town'>Town</a>",
        "<div class='taxonomy-category'><a rel='tag' href='/category/town'>Town</a></div>",
        "<nav class='breadcrumb'><a href='/'>Home</a> <a href='/town'>Town</a></nav>",
        "<dd>Category: <a itemprop='genre' href='/town'>Town</a></dd>",
        "<nav class='breadcrumb'><a href='/en/'>Home</a> <a href='/en/town'>Town</a></nav>",
        "<nav class='breadcrumb'><a href='/en/'>The Paper</a> <a href='/en/town'>Town</a></nav>",
        "<nav class='breadcrumb'><a href='/index.php'>The Paper</a> <a href='/town'>Town</a></nav>",
    ],
)
def test_a_section_that_is_only_shown_is_read(shown: str) -> None:
    """A category, or the step of a breadcrumb, is the section of a page that declares none, and it is no tag."""
    found = read(f"{shown}{paragraphs()}<a rel='tag' href='/tag/lamps'>Lamps</a>")
    assert (found.section, found.fields["section"], found.tags) == ("Town", "guess", ["Lamps"])


def test_a_link_at_the_headline_to_a_section_of_the_menu_names_the_section() -> None:
    """What the menu names and the article's head links to by the same name is the section; a tag in it is not."""
    html = page(headline=f"{HEADLINE}</h1><a href='/sport'>Sport</a><h1>")
    assert read_page(html, URL).section == "Sport"
    assert read_page(page(headline=f"{HEADLINE}</h1><a href='/lamps'>Lamps</a><h1>"), URL).section is None


def test_a_large_picture_between_headline_and_text_leads() -> None:
    """Where no picture is declared the one at the headline is the lead, with its caption; a portrait is not."""
    told = "<img class='avatar' src='/edda.jpg'><img width='1200' src='/lamp.jpg'>"
    html = page(headline=f"{HEADLINE}</h1><figure>{told}<figcaption>The lamp at dusk.</figcaption></figure><h1>")
    found = read_page(html, URL)
    assert found.image is not None
    assert (found.image.url, found.image.caption) == ("https://paper.example/lamp.jpg", "The lamp at dusk.")


@pytest.mark.parametrize(
    ("picture", "leads"),
    [
        ("src='/lamp.jpg' alt='Local authorities and social workers share a banner'", True),
        ("src='/silicon-valley.jpg'", True),
        ("src='/comicon.jpg'", True),
        ("src='/catalogo.jpg'", True),
        ("src='/site-logo.png'", False),
        ("class='siteLogo' src='/lamp.jpg'", False),
        ("class='byline-author' src='/lamp.jpg'", False),
    ],
)
def test_a_picture_leads_unless_a_whole_word_says_what_else_it_is(picture: str, leads: bool) -> None:
    """Words of a class or an address tell signs and portraits, not parts of words, and not what a picture shows."""
    html = page(headline=f"{HEADLINE}</h1><figure><img width=1200 {picture}></figure><h1>")
    assert (read_page(html, URL).image is not None) is leads


def test_what_ends_a_text_and_only_leads_elsewhere_is_none_of_it() -> None:
    """Links, headings and labels after the last paragraph are left out of the text, and links in it are not."""
    more = "<h3>Read on</h3><p><b>From the archive</b></p><p><a href='/a'>How the lamp was lit in 1911</a></p>"
    found = read(f"{paragraphs()}{more}")
    assert found.text == "\n\n".join(STORY)


def test_the_head_of_a_page_made_by_hand_is_none_of_its_text() -> None:
    """Section, headline, byline and date in the lines of one cell are read as what they are, and left out."""
    head = f"<font size=2><a href='/town'>Town</a></font><br><b>{HEADLINE}</b><br><i>By Edda Holm, 2026-11-20</i><hr>"
    text = "<br><br>".join(STORY)
    html = (
        f"<html><head><title>{HEADLINE}</title></head><body><table><tr><td>{head}{text}</td></tr></table></body></html>"
    )
    found = read_page(html, "https://paper.example/story.asp?id=48213")
    assert (found.page, found.text, [one.name for one in found.authors], found.published_date) == (
        "article",
        "\n\n".join(STORY),
        ["Edda Holm"],
        date(2026, 11, 20),
    )


def test_a_date_in_the_line_of_the_first_paragraph_is_none_of_it() -> None:
    """What an element named as a date says before the first words is left out of them."""
    body = (
        f"<div class='news-detail'><span class='news-date-time'>20.11.2026 09:00</span>{'<br><br>'.join(STORY)}</div>"
    )
    assert read(body).text == "\n\n".join(STORY)


@pytest.mark.parametrize(
    ("date_line", "kept"),
    [
        ("<p><time>20 November 2026</time> was the day on which {0}</p>", True),
        ("<p><time>20 November 2026</time>, said the clerk, {0}</p>", True),
        ("<p><time>20 November 2026</time><br>{0}</p>", False),
        ("<p><time>20 November 2026</time> – {0}</p>", False),
    ],
)
def test_a_date_that_belongs_to_a_sentence_stays_in_it(date_line: str, kept: bool) -> None:
    """Only a date that a break or a separator sets apart is left out of the first paragraph."""
    text = read(date_line.format(STORY[0]) + paragraphs(STORY[1:])).text
    assert text.startswith("20 November 2026") is kept
    assert text.endswith("\n\n".join([STORY[0], *STORY[1:]]))


def test_a_paragraph_that_is_only_a_date_is_left_out_as_a_whole() -> None:
    """It does not stay behind without words."""
    near = fragment_fromstring("<p><time>20 November 2026</time></p>")
    blocks = [Paragraph(text="20 November 2026"), Paragraph(text=STORY[0])]
    assert without_dateline([*blocks], near) == blocks[1:]


def test_the_table_that_blogger_makes_of_a_picture_is_one() -> None:
    """Its second row is the picture's caption, and no paragraph."""
    rows = "<tr><td><img src='/lamp.jpg'></td></tr><tr><td class='tr-caption'>{}</td></tr>"
    row = f"<table class='tr-caption-container'>{rows}</table>"
    told = "The lamp of the old lighthouse, seen from the ferry on Thursday."
    found = read(f"{paragraphs(STORY[:2])}{row.format(told)}{paragraphs(STORY[2:])}")
    assert found.image is not None
    assert (found.image.caption, found.text) == (told, "\n\n".join(STORY))
