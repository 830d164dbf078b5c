"""Laws of the blocks that are read off a page nobody described."""

from __future__ import annotations

import numpy as np
import pytest

from mtcrawler.extraction.any_site.reading import read_page
from mtcrawler.extraction.any_site.repetitions import paragraphs_among
from mtcrawler.extraction.body.model import shipped
from mtcrawler.markup.document import parsed
from mtcrawler.model.article import (
    Aside,
    Block,
    Embed,
    Heading,
    ImageBlock,
    ListBlock,
    Paragraph,
    Post,
    Quote,
    Table,
)
from tests.extraction.any_site.pages import HEADLINE, STORY, URL, linked, page, paragraphs

ROWS = "".join(f"<tr><td>{year}</td><td>{boats}</td></tr>" for year, boats in ((2024, 812), (2025, 907)))
FIRST, REST = paragraphs(STORY[:3]), paragraphs(STORY[3:])


def blocks(inside: str) -> list[Block]:
    return read_page(page(inside), URL).body


def between(markup: str) -> list[Block]:
    """What stands between the third and the fourth paragraph of the story."""
    found = blocks(FIRST + markup + REST)
    texts = [block.text if isinstance(block, Paragraph) else None for block in found]
    assert texts[:3] == list(STORY[:3])
    assert texts[-3:] == list(STORY[3:])
    return found[3:-3]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<h2>What the keeper said</h2>", [Heading(level=2, text="What the keeper said")]),
        (
            "<ul><li>Nine boats were led home in October.</li><li>Two of them had lost their masts.</li></ul>",
            [
                ListBlock(
                    ordered=False, items=["Nine boats were led home in October.", "Two of them had lost their masts."]
                )
            ],
        ),
        (
            f"<figure class='wp-block-table'><table><thead><tr><th>Year</th><th>Boats</th></tr></thead>{ROWS}</table>"
            "<figcaption>Counted at the point.</figcaption></figure>",
            [
                Paragraph(text="Counted at the point."),
                Table(rows=[["Year", "Boats"], ["2024", "812"], ["2025", "907"]]),
            ],
        ),
        (
            "<blockquote><p>No beacon ever poured a sailor his coffee.</p><cite>Ingrid Solheim</cite></blockquote>",
            [Quote(text="No beacon ever poured a sailor his coffee.", cite="Ingrid Solheim")],
        ),
        (
            "<figure><blockquote><p>No beacon ever poured a sailor his coffee.</p></blockquote>"
            "<figcaption>— Ingrid Solheim</figcaption></figure>",
            [Quote(text="No beacon ever poured a sailor his coffee.", cite="Ingrid Solheim")],
        ),
        (
            "<figure><img src='/lamp.jpg' width='800' height='600'>"
            "<figcaption>The lamp at dusk. <span class='credit'>Photo: Arne Dahl</span></figcaption></figure>",
            [
                ImageBlock(
                    url="https://paper.example/lamp.jpg",
                    caption="The lamp at dusk.",
                    credit="Arne Dahl",
                    width=800,
                    height=600,
                )
            ],
        ),
        (
            "<iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe>",
            [Embed(provider="youtube", url="https://www.youtube.com/watch?v=abcdefghijk")],
        ),
        (
            "<blockquote class='twitter-tweet'><p>It burns.</p><a href='https://twitter.com/ostervik/status/12'>1</a>"
            "</blockquote>",
            [Embed(provider="twitter", url="https://twitter.com/ostervik/status/12")],
        ),
        ("<p class='sr-only'>Read this article aloud with our new player.</p>", []),
        ("<div class='newsletter'><p>Sign up for our newsletter</p><button>Subscribe</button></div>", []),
    ],
    ids="heading list table quote pull-quote picture video tweet hidden box".split(),
)
def test_what_stands_in_a_story_keeps_its_type(markup: str, expected: list[Block]) -> None:
    """Each kind of markup in a story gives its own type of block in its place, and clutter gives none."""
    assert between(markup) == expected


def test_a_table_that_lays_the_page_out_is_none() -> None:
    """A story laid out in a table's cells is read as paragraphs."""
    inside = f"<table><tr><td width='20'></td><td>{paragraphs()}</td></tr></table>"
    assert blocks(inside) == [Paragraph(text=text) for text in STORY]


def test_a_list_of_parts_is_an_article_in_parts() -> None:
    """Items that hold headings, paragraphs and pictures are read as those, captions at their pictures."""
    inside = (
        f"{paragraphs(STORY[:2])}<ol><li><h2>The stairs</h2>{paragraphs(STORY[2:4])}"
        "<figure><img src='/stairs.jpg' width='600' height='400'><figcaption>Iron and salt</figcaption></figure></li>"
        f"<li><h2>The lamp</h2>{paragraphs(STORY[4:])}</li></ol>"
    )
    found = blocks(inside)
    assert [block.text for block in found if isinstance(block, Heading)] == ["The stairs", "The lamp"]
    assert [block.text for block in found if isinstance(block, Paragraph)] == list(STORY)
    assert [block.caption for block in found if isinstance(block, ImageBlock)] == ["Iron and salt"]


def test_a_list_of_most_of_the_words_is_a_list() -> None:
    """A plain list stays one however much of a story it holds; one that holds all of it only lays the story out."""
    items = "".join(f"<li>{text}</li>" for text in STORY[1:])
    listed = ListBlock(ordered=False, items=list(STORY[1:]))
    assert blocks(f"{paragraphs(STORY[:1])}<ul>{items}</ul>") == [Paragraph(text=STORY[0]), listed]
    whole = "".join(f"<li>{text}</li>" for text in STORY)
    assert blocks(f"<ul>{whole}</ul>") == [Paragraph(text=text) for text in STORY]


def test_a_paragraph_beside_a_picture_is_no_caption() -> None:
    """Text of the story that stands in one box with a picture stays in the text, and is not said with the picture."""
    parts = "".join(
        f"<div class='part'><div><img src='/{number}.jpg' width='700' height='500'></div><div><p>{text}</p></div></div>"
        for number, text in enumerate(STORY)
    )
    found = blocks(parts)
    assert [block.text for block in found if isinstance(block, Paragraph)] == list(STORY)
    pictures = [block for block in found if isinstance(block, ImageBlock)]
    assert [picture.caption for picture in pictures] == [None] * len(STORY)
    assert (lead := read_page(page(parts), URL).image) is not None
    assert lead.caption is None


def test_only_what_is_sure_and_leads_nowhere_is_a_paragraph_whatever_stands_beside_it() -> None:
    """A text of which the model is not sure, a title that is a link, and words in a figure or called a caption may be a
    picture's.
    """
    markup = (
        "<p>The stairs are of iron.</p><p>The tower at dusk.</p><h3><a href='/geese'>Geese return</a></h3>"
        "<figure><img src='/a.jpg'><figcaption>The old lamp.</figcaption></figure>"
        "<table><tr><td><img src='/b.jpg'><tr><td class=tr-caption>The gate.</table>"
    )
    seen = shipped().observe(parsed(f"<html><body>{markup}</body></html>"), [], [])
    assert paragraphs_among(seen, np.array([0.9, 0.8, 1.0, 1.0, 1.0]), range(5)) == {"the stairs are of iron"}


def test_pictures_that_load_late_have_their_own_addresses() -> None:
    """A picture is the one that readers see: from noscript, a data attribute or the largest of a srcset."""
    late = (
        "<figure><img alt=''><noscript><img src='/a.jpg'></noscript><figcaption>The point</figcaption></figure>",
        "<figure><img src='/blank.gif' data-src='/b.jpg'><figcaption>The hall</figcaption></figure>",
        "<figure><img srcset='/c-400.jpg 400w, /c-1200.jpg 1200w'><figcaption>The tower</figcaption></figure>",
        "<figure><img src='data:image/gif;base64,R0' data-lazy-src='/d.jpg'><figcaption>The ice</figcaption></figure>",
    )
    found = between(f"<p>{STORY[0].replace('town', 'port')}</p>".join(late))
    pictures = [block for block in found if isinstance(block, ImageBlock)]
    assert [picture.url.rpartition("/")[2] for picture in pictures] == ["a.jpg", "b.jpg", "c-1200.jpg", "d.jpg"]
    assert [picture.caption for picture in pictures] == ["The point", "The hall", "The tower", "The ice"]


def test_what_a_closed_box_tells_is_told() -> None:
    """The text of closed details is the article's, as it is for whoever opens them."""
    found = blocks(f"{FIRST}<details><summary>More of the debate</summary>{REST}</details>")
    assert [block.text for block in found if isinstance(block, Paragraph) and block.text in STORY] == list(STORY)


def test_an_aside_is_apart() -> None:
    """What the newsroom wrote in an aside is an aside, and no paragraph of the story."""
    facts = "<aside class='factbox'><h3>The lamp</h3><p>It was lit in 1871 and has burned all nights since.</p></aside>"
    found = blocks(FIRST + facts + REST)
    assert [block.text for block in found if isinstance(block, Paragraph)] == list(STORY)
    assert all("1871" in block.text for block in found if isinstance(block, Aside))


def test_the_posts_of_a_live_blog_are_posts() -> None:
    """A live blog is what stands before its posts, and each post with its time, oldest first."""
    posts = [
        {
            "@type": "BlogPosting",
            "datePublished": f"2026-11-20T{hour}:00:00Z",
            "headline": said,
            "articleBody": text,
        }
        for hour, said, text in ((14, "The vote", STORY[1]), (12, "The debate", STORY[2]))
    ]
    shown = "".join(f"<article><h3>{post['headline']}</h3><p>{post['articleBody']}</p></article>" for post in posts)
    head = linked(**{"@type": "LiveBlogPosting", "liveBlogUpdate": posts})
    found = read_page(page(f"<p>{STORY[0]}</p>{shown}", head=head), URL).body
    assert [type(block) for block in found] == [Paragraph, Post, Post]
    told = [block.blocks[0].text for block in found if isinstance(block, Post) and isinstance(block.blocks[0], Heading)]
    assert told == ["The debate", "The vote"]


def test_another_story_first_is_not_this_one() -> None:
    """Teasers that are articles of their own markup stand before the story and are none of it."""
    teasers = "".join(
        f"<article class='teaser'><a href='/x{number}'><h3>{title}</h3></a><p>They came a week late.</p></article>"
        for number, title in enumerate(("Geese return to the meadow", "Baker wins prize"))
    )
    html = page().replace("<main>", f"<div class='latest'>{teasers}</div><main>")
    found = read_page(html, URL)
    assert found.headline == HEADLINE
    assert [block.text for block in found.body if isinstance(block, Paragraph)] == list(STORY)
