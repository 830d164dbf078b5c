"""Laws of what stands inside other blocks: lists, quotes and figures keep all they hold, in order."""

from __future__ import annotations

import pytest

from mtcrawler.extraction.blocks.block_reader import picture_of
from mtcrawler.model.article import Block, Embed, ImageBlock, ListBlock, Paragraph, Quote, Table
from tests.extraction.blocks.test_block_reader import element, read

PHOTO = ImageBlock(url="https://paper.example/i.jpg")


def listed(*items: str | ListBlock) -> ListBlock:
    return ListBlock(ordered=False, items=[*items])


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<ul><li>a<ul><li>b</li></ul>c</li></ul>", [listed("a", listed("b"), "c")]),
        ("<ul><li>a<img src=/i.jpg>b</li><li>c</li></ul>", [listed("a"), PHOTO, listed("b", "c")]),
        ("<ul><li>a<ul><li>b<img src=/i.jpg></li></ul>c</li></ul>", [listed("a", listed("b")), PHOTO, listed("c")]),
        (
            "<ul><li>a<iframe src='https://maps.example/1'></iframe></li></ul>",
            [listed("a"), Embed(provider="maps.example", url="https://maps.example/1")],
        ),
        ("<ol><li><h2>One</h2><p>It.</p><p>That.</p></li></ol>", [ListBlock(ordered=True, items=["One It. That."])]),
        ("<ul><li>a</li>stray<li>b</li></ul>", [listed("a", "stray", "b")]),
        ("<ul><li><figure><figcaption>Words.</figcaption></figure></li></ul>", [listed("Words.")]),
        ("<blockquote><p>Said:</p><ul><li>a</li><li>b</li></ul></blockquote>", [Quote(text="Said:\na\nb")]),
        ("<blockquote><table><tr><td>a<td>b</table><cite>Ann</cite></blockquote>", [Quote(text="a\tb", cite="Ann")]),
        (
            "<blockquote><p>One.</p><img src=/i.jpg><p>Two.</p><footer>— Ann</footer></blockquote>",
            [Quote(text="One."), PHOTO, Quote(text="Two.", cite="Ann")],
        ),
        ("<blockquote><img src=/i.jpg></blockquote>", [PHOTO]),
        (
            "<figure><table><tr><td>a</table><figcaption>Counted.</figcaption></figure>",
            [Table(rows=[["a"]]), Paragraph(text="Counted.")],
        ),
        ("<figure><blockquote><p>Said.</p><cite>Ann</cite></blockquote></figure>", [Quote(text="Said.", cite="Ann")]),
        ("<figure><img src=/i.jpg><table><tr><td>a</table></figure>", [PHOTO, Table(rows=[["a"]])]),
    ],
)
def test_what_stands_in_a_block_is_kept_in_order(markup: str, blocks: list[Block]) -> None:
    """Words, lists, tables, pictures and embeds inside lists, quotes and figures stand where they stood."""
    assert read(markup) == blocks


@pytest.mark.parametrize(
    ("markup", "caption", "credit"),
    [
        ("<figcaption>Ice <span class=credit>A. Lens</span></figcaption>", "Ice", "A. Lens"),
        ("<figcaption>Ice | <span class='photo-credit'>A. Lens</span></figcaption>", "Ice", "A. Lens"),
        ("<figcaption><span class=credit>A. Lens</span></figcaption>", None, "A. Lens"),
        ("<div class=caption>Ice <i class=credits>A. Lens</i></div>", "Ice", "A. Lens"),
        ("<figcaption>Ice</figcaption>", "Ice", None),
    ],
)
def test_a_credit_in_a_caption_is_no_part_of_it(markup: str, caption: str | None, credit: str | None) -> None:
    """A caption that holds the photographer's name gives both, each without the other."""
    found = picture_of(element(f"<figure><img src=/i.jpg>{markup}</figure>"), "https://paper.example/")
    assert found is not None
    assert (found.caption, found.credit) == (caption, credit)


@pytest.mark.parametrize(
    "image",
    [
        "<img><noscript><img src=/i.jpg></noscript>",
        "<img src=/pic/blank.gif data-src=/i.jpg>",
        "<img src='data:image/gif;base64,x' data-lazy-src=/i.jpg>",
        "<img srcset='/i-400.jpg 400w, /i.jpg 1200w'>",
        "<img src=/placeholder.svg data-srcset='/i-1.jpg 1x, /i.jpg 2x'>",
        "<picture><source srcset='/i.jpg 900w'><img></picture>",
        "<img src=/i.jpg><noscript><img src=/other.jpg></noscript>",
    ],
)
@pytest.mark.parametrize("around", ["{}", "<figure>{}</figure>"])
def test_a_picture_is_what_will_be_loaded(image: str, around: str) -> None:
    """A picture that is loaded late is read from where the page keeps its address; a placeholder is none."""
    assert read(around.format(image)) == [PHOTO]


@pytest.mark.parametrize(
    ("markup", "provider", "url"),
    [
        (
            "<div class=infogram-embed data-id=1a2b data-type=interactive></div><script>!function(){}()</script>",
            "infogram",
            "https://infogram.com/1a2b",
        ),
        (
            "<div class=tableauPlaceholder><noscript><a href=#><img src=/s.png></a></noscript><object class=tableauViz>"
            "<param name=host_url value='https%3A%2F%2Fpublic.tableau.com%2F'><param name=name value='Ice&#47;Sheet1'>"
            "</object></div><script>new tableau()</script>",
            "tableau",
            "https://public.tableau.com/views/Ice/Sheet1",
        ),
        (
            "<div id=DV-viewer-12-ice></div><script src='//assets.documentcloud.org/viewer/loader.js'></script>"
            "<script>DV.load('https://www.documentcloud.org/documents/12-ice.js', {width: 600})</script>",
            "documentcloud",
            "https://www.documentcloud.org/documents/12-ice",
        ),
        (
            "<div id=datawrapper-vis-aBc1><script src='https://datawrapper.dwcdn.net/aBc1/embed.js'></script></div>",
            "datawrapper",
            "https://datawrapper.dwcdn.net/aBc1/",
        ),
        (
            "<div class='flourish-embed flourish-chart' data-src='visualisation/77?9'><script src=x.js></script></div>",
            "flourish",
            "https://public.flourish.studio/visualisation/77",
        ),
        (
            "<iframe src='https://e.infogram.com/1a2b?src=embed'></iframe>",
            "infogram",
            "https://e.infogram.com/1a2b?src=embed",
        ),
    ],
)
def test_a_widget_is_told_by_its_document(markup: str, provider: str, url: str) -> None:
    """What a script draws is an embed with the address of the document, not of the script or its loader."""
    assert read(f"<p>a</p>{markup}<p>b</p>") == [
        Paragraph(text="a"),
        Embed(provider=provider, url=url),
        Paragraph(text="b"),
    ]
