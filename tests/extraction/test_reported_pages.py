"""Laws of pages as people reported them elsewhere: what is odd about their markup costs no field and adds no words."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from mtcrawler.extraction.any_site.edges import of_this_story
from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.body.observation import Observation
from mtcrawler.extraction.page import ArticlePage
from mtcrawler.markup.document import parsed
from mtcrawler.model.article import ImageBlock
from mtcrawler.model.reading import Reading
from tests.extraction.any_site.pages import HEADLINE, STORY, URL, page, paragraphs
from tests.fixtures.sites import described

WHEN = "2026-11-20T09:30:00Z"
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ARTICLE = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": WHEN, "author": {"name": "Edda Holm"}}
SAID = json.dumps(ARTICLE)
OTHER = {
    "@type": "NewsArticle",
    "headline": "Geese return",
    "datePublished": "2026-11-20T07:00:00Z",
    "author": "K. Voss",
}


def read(inside: str | None = None, head: str = "", **how: str) -> Reading:
    return read_page(page(inside, head=head, **how), URL)


def declaring(said: str, head: str = "") -> Reading:
    return read(head=f"{head}<script type='application/ld+json'>{said}</script>")


@pytest.mark.parametrize(
    "said",
    [
        SAID[:-1] + ",}",
        f"/* by the template */ {SAID} // its end",
        SAID.replace('"', "&quot;"),
        f'{{"@type": "WebSite", "name": "x"}}\n{SAID}',
        f"\ufeff{SAID}",
        SAID[:-1] + ', "description": "He said "no" and left"}',
        SAID[:-1] + ', "description": "It\\\'s late"}',
        json.dumps({"@graph": ARTICLE}),
        json.dumps({**ARTICLE, "@type": "schema:NewsArticle"}),
        json.dumps({**ARTICLE, "datePublished": {"@type": "DateTime", "@value": WHEN}}),
        json.dumps({**ARTICLE, "datePublished": [WHEN]}),
        json.dumps([OTHER, ARTICLE]),
        json.dumps({**ARTICLE, "author": {"@type": "Role", "author": {"name": "Edda Holm"}}}),
        json.dumps({**ARTICLE, "author": {"givenName": "Edda", "familyName": "Holm"}}),
        json.dumps({**ARTICLE, "author": "edda@paper.example (Edda Holm)"}),
    ],
)
def test_structured_data_is_read_as_it_was_meant(said: str) -> None:
    """What is nearly JSON, or nearly schema.org, tells the date and the author of this page's article all the same."""
    found = declaring(said)
    assert (found.published_at, [one.name for one in found.authors]) == (AT, ["Edda Holm"])


def test_of_several_articles_a_definition_s_page_takes_the_one_with_its_title() -> None:
    """The object that says what og:title says is the page's, whichever comes first."""
    data = f"<script type='application/ld+json'>{json.dumps([OTHER, ARTICLE])}</script>"
    html = page(paragraphs(), head=f'<meta property="og:title" content="{HEADLINE}">{data}')
    assert ArticlePage(html, "https://paper.example/n/17", described(), {}).linked["datePublished"] == WHEN


@pytest.mark.parametrize(
    "image",
    [
        "<img data-cfsrc='/pic/a.jpg' style='display:none'>",
        "<img src='data:image/gif;base64,AAAA' data-runner-src='/pic/a.jpg'>",
        "<img src='/i/grey.gif' data-medium-file='/pic/s.jpg' data-large-file='/pic/a.jpg?w=9'>",
        "<picture><source data-srcset='/pic/s.jpg 400w, /pic/a.jpg 1200w'><img class=late></picture>",
    ],
)
def test_a_picture_has_its_address_wherever_a_script_would_find_it(image: str) -> None:
    """An attribute that nobody agreed upon, or the source around an image, names what readers come to see."""
    shown = f"<figure>{image}<figcaption>The lamp at dawn</figcaption></figure>"
    found = [
        one for one in read(paragraphs(STORY[:2]) + shown + paragraphs(STORY[2:])).body if isinstance(one, ImageBlock)
    ]
    assert [(one.url.partition("?")[0], one.caption) for one in found] == [
        ("https://paper.example/pic/a.jpg", "The lamp at dawn")
    ]


@pytest.mark.parametrize(
    "image", ["<img src=/c?id=1 width=1 height=1>", "<img src=/c?id=2 width='1' height='1' alt=''>"]
)
def test_what_counts_readers_is_no_picture(image: str) -> None:
    """An image that nobody can see is none."""
    assert not [one for one in read(paragraphs(STORY[:2]) + image + paragraphs(STORY[2:])).body if one.type == "image"]


@pytest.mark.parametrize("first", ["<header><a href=/>The Paper</a></header><main>", "<article>", "<x-page>"])
def test_a_page_may_leave_out_the_tags_of_its_body(first: str) -> None:
    """The head ends where an element begins that it cannot hold, as minified pages have it."""
    text = "".join(f"<p>{one}" for one in STORY)
    html = f"<!doctype html><html lang=en><meta charset=utf-8><title>{HEADLINE}</title>{first}<h1>{HEADLINE}</h1>{text}"
    found = read_page(html, URL)
    assert (found.headline, found.text) == (HEADLINE, "\n\n".join(STORY))


@pytest.mark.parametrize(
    ("outer", "tag", "head", "kept"),
    [
        ("main", "article", "<time>20 November 2026</time>", 1),
        ("main", "article", "<p class=byline>By Ida Berg</p>", 1),
        ("main", "article", "", 2),
        ("main", "section", "<time>20 November 2026</time>", 2),
        ("article", "article", "<time>20 November 2026</time>", 2),
    ],
)
def test_the_next_story_is_not_this_one_s(outer: str, tag: str, head: str, kept: int) -> None:
    """A story that is appended with a headline and a date or byline of its own, in an article of its own, is left out;
    sections of one story that have headings of the first level stay.
    """
    following = [one.replace("lamp", "bell").replace("lighthouse", "chapel") for one in STORY]
    stories = (
        f"<{tag}><h1>{headline}</h1>{head}<div class=text>{''.join(f'<p>{one}</p>' for one in text)}</div></{tag}>"
        for headline, text in ((HEADLINE, STORY), ("Chapel bell rings again", following))
    )
    html = (
        f"<html lang=en><head><title>{HEADLINE}</title></head><body><{outer}>{''.join(stories)}</{outer}></body></html>"
    )
    text = read_page(html, URL).text
    assert [all(one in text for one in STORY), following[0] in text] == [True, kept == 2]


@pytest.mark.parametrize(
    "line",
    ["<p style='display: none'>Nobody sees this line of words at all.</p>", "<p hidden>Nor is this one seen.</p>"],
)
def test_a_hidden_line_is_left_out(line: str) -> None:
    """A hidden paragraph between those of the story is no part of it."""
    assert read(paragraphs(STORY[:3]) + line + paragraphs(STORY[3:])).text == "\n\n".join(STORY)


@pytest.mark.parametrize("label", ["Advertisement", "ANZEIGE", "Реклама:", "広告"])
def test_the_label_of_an_advertisement_is_no_line_of_a_story(label: str) -> None:
    """Wherever it stands, and whatever the site's other pages have there, a label alone is left out."""
    seen = Observation(parsed(page(f"<p>{label}</p>{paragraphs()}"), URL), [HEADLINE], [])
    left = [seen.segments[index].text for index in of_this_story(list(range(len(seen.segments))), seen)]
    assert STORY[0] in left
    assert label not in left


def test_a_logo_is_no_headline() -> None:
    """Where the only h1 leads home and the titles agree on another text, theirs is the headline."""
    html = (
        page()
        .replace(f"<h1>{HEADLINE}</h1>", f"<h2>{HEADLINE}</h2>")
        .replace("<main>", "<h1><a href=/>The Ostervik Paper</a></h1><main>")
    )
    html = html.replace("<title>", f'<meta property="og:title" content="{HEADLINE}"><title>')
    assert read_page(html, "https://paper.example/n/17").headline == HEADLINE


@pytest.mark.parametrize(
    "shown",
    [
        "<abbr class=published title=2026-11-20T09:30:00Z>Friday</abbr>",
        "<p class=date>Updated 22 November 2026 10:00 UTC | Published 20 November 2026 09:30 UTC</p>",
        "<p class=date>Aktualisiert: 22. November 2026 | 20. November 2026, 09:30 UTC</p>",
    ],
)
def test_the_day_of_publication_is_not_that_of_an_update(shown: str) -> None:
    """Of two dates in a line the one that tells of no update counts, and a title may hold the date of an `abbr`."""
    html = page(shown + paragraphs()).replace("lang=en", "lang=en-GB")
    assert read_page(html, URL.replace("2026/11/20/", "")).published_at == AT


def test_a_mail_address_beside_a_name_costs_nobody_his_name() -> None:
    """What follows the name in a byline is left out."""
    found = read(f"<p class=byline>By <a href='mailto:e@x.example'>Edda Holm</a> e@x.example</p>{paragraphs()}")
    assert [one.name for one in found.authors] == ["Edda Holm"]
