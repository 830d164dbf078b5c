"""Laws of body markup: every block is typed, in order, and nothing else is one."""

from __future__ import annotations

import re

import lxml.html
import pytest
from lxml.html import HtmlElement

from mtcrawler.extraction.blocks.block_reader import BlockReader, embeds_in
from mtcrawler.extraction.blocks.boilerplate import boilerplate_in
from mtcrawler.markup.text import inline_text
from mtcrawler.model.article import Block, Embed, Heading, ImageBlock, ListBlock, Paragraph, Quote, Table

BASE = "https://paper.example/2026/"


def element(markup: str) -> HtmlElement:
    return lxml.html.fragment_fromstring(markup, create_parent="div")


def read(markup: str) -> list[Block]:
    root = element(markup)
    return BlockReader(BASE, boilerplate_in(root).__contains__).read([root])


@pytest.mark.parametrize(
    ("markup", "blocks"),
    [
        ("<p>One <b>two</b>\n  three<br/>four.</p>", [Paragraph(text="One two three\nfour.")]),
        ("<p> </p><p>&nbsp;</p><p>x</p>", [Paragraph(text="x")]),
        ("bare text<br><br>and more <i>of it</i><p>then</p>tail", ["bare text", "and more of it", "then", "tail"]),
        ("<div><div>deep</div></div>", [Paragraph(text="deep")]),
        ("<h3>Head</h3><h4> </h4>", [Heading(level=3, text="Head")]),
        ("<ul><li>a</li><li><p>b</p></li></ul>", [ListBlock(ordered=False, items=["a", "b"])]),
        (
            "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>",
            [ListBlock(ordered=True, items=["a", ListBlock(ordered=False, items=["b"]), "c"])],
        ),
        (
            "<table><thead><tr><th>h</th><th></th></tr></thead><tbody><tr><td>1</td><td>2<br>3</td></tr></tbody></table>",
            [Table(rows=[["h", ""], ["1", "2\n3"]])],
        ),
        ("<blockquote><p>Said.</p><footer>— Ann</footer></blockquote>", [Quote(text="Said.", cite="Ann")]),
        ("<blockquote>Plain</blockquote>", [Quote(text="Plain")]),
        ("<p><a href='/x'><img src='i.jpg'></a></p>", [ImageBlock(url="https://paper.example/2026/i.jpg")]),
        (
            "<figure><img src='/i.jpg' width='640' height='360'><figcaption>A view</figcaption></figure>",
            [ImageBlock(url="https://paper.example/i.jpg", caption="A view", width=640, height=360)],
        ),
        ("<p>a<script>var x</script><style>p{}</style>b</p>", [Paragraph(text="ab")]),
        ("<p>note<sup><a href='#1'>1</a></sup></p>", [Paragraph(text="note1")]),
    ],
)
def test_markup_becomes_typed_blocks(markup: str, blocks: list[Block | str]) -> None:
    """Each kind of markup gives its own type of block, in page order, white space folded and line breaks kept."""
    assert read(markup) == [Paragraph(text=block) if isinstance(block, str) else block for block in blocks]


@pytest.mark.parametrize(
    ("markup", "provider", "url"),
    [
        (
            "<blockquote class='twitter-tweet'><p>t <a href='https://t.co/1'>x</a></p><a href='https://twitter.com/a/status/9?s=20'>d</a></blockquote>",
            "twitter",
            "https://twitter.com/a/status/9",
        ),
        ("https://twitter.com/a/status/9?ref_src=x", "twitter", "https://twitter.com/a/status/9"),
        (
            "<iframe src='//www.youtube.com/embed/dQw4w9WgXcQ?rel=0'></iframe>",
            "youtube",
            "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        ),
        (
            "<script async src='https://telegram.org/js/w.js' data-telegram-post='chan/12'></script>",
            "telegram",
            "https://t.me/chan/12",
        ),
        (
            "<blockquote class='instagram-media' data-instgrm-permalink='https://www.instagram.com/p/X/?utm_source=e'></blockquote>",
            "instagram",
            "https://www.instagram.com/p/X/",
        ),
        ("<iframe data-src='https://maps.example/e?q=1'></iframe>", "maps.example", "https://maps.example/e?q=1"),
        ("<script src='https://pin.example/embed.js'></script>", "pin.example", "https://pin.example/embed.js"),
    ],
)
def test_an_embed_names_its_provider_and_its_own_address(markup: str, provider: str, url: str) -> None:
    """An embed is told by whose it is and by the address of the thing itself, without tracking."""
    assert embeds_in(element(markup), BASE) == [Embed(provider=provider, url=url)]


MESSAGE = (
    "<{0}>A Message from The Paper:</{0}><p>Dear readers,</p><p>We need your help. {1}</p>"
    "<{0}>Once</{0}><{0}>Monthly</{0}><{0}>Annual</{0}><a>Continue</a><{0}>paiment methods</{0}>"
    "<p>Not ready to support today?</p><a>Remind me later.</a>"
)
PROSE = "Long enough to be prose rather than a label. " * 6
NEWSLETTER = "<div><h6>Sign up</h6><p>Every Friday.</p><input placeholder='Your email'><button>Go</button></div>"
BOXES = [
    *(f"<{tag}>{MESSAGE.format('div', PROSE)}</{tag}>" for tag in ("div", "section", "mt-message", "main", "details")),
    f"<div><span>Close</span>{MESSAGE.format('span', PROSE)}</div>",
    MESSAGE.format("p", PROSE),
    NEWSLETTER,
    f"<div><h4>A Message from The Paper:</h4><p>Dear readers,</p><p>{PROSE}</p>{NEWSLETTER}<p>{PROSE}</p></div>",
    "<form><p>How do you like it?</p><button>Well</button></form>",
]


@pytest.mark.parametrize("box", BOXES)
def test_a_box_that_asks_is_no_part_of_the_story(box: str) -> None:
    """A newsletter, donation or poll box, whatever its markup, leaves no word; the paragraphs around it stay."""
    wrapped = f"<div><p>Short.</p><p>{PROSE}</p>{box}<p>Last.</p></div>"
    assert read(wrapped) == [Paragraph(text="Short."), Paragraph(text=PROSE.strip()), Paragraph(text="Last.")]


@pytest.mark.parametrize(
    ("story", "texts"),
    [
        ("<div><p>One.</p><p>Two.</p><button>Copy link</button></div>", ["One.", "Two."]),
        ("<p>Support the war was a one-time payment's message.</p><p>Once.</p>", None),
        ("<aside><p>Donate clothes, a one-time drive asks.</p><p>More.</p></aside>", None),
        (
            f"<p>Dear readers,</p><p>Thirty years ago.</p>{NEWSLETTER}<p>{PROSE}</p>",
            ["Dear readers,", "Thirty years ago.", PROSE],
        ),
        *(
            (
                f"<div><p>{opening}</p><p>She said so.</p>{NEWSLETTER}</div><p>{PROSE}</p>",
                [opening, "She said so.", PROSE],
            )
            for opening in (
                "“We need your sons,” the poster said.",
                "Support came late.",
                "Subscribe to no theory, he used to say.",
                "Donate, they asked, and people did.",
                "Help us, the letter begins.",
                "Sign up, the recruiters urged.",
                "Дорогие читатели!",
            )
        ),
        (
            "<p>Support the army, the posters said:</p><ul><li>Once</li><li>Monthly</li></ul><p>They did.</p>",
            ["Support the army, the posters said:", "They did."],
        ),
        (f"<p>Dear reader, it began.</p>{'<p>And on it went.</p>' * 14}<p>Once</p><p>Monthly</p>", None),
        (f"{NEWSLETTER}<p>Between.</p>{NEWSLETTER}<p>{PROSE}</p><button>Share</button>", ["Between.", PROSE]),
    ],
)
def test_a_story_that_sounds_like_a_box_stays_whole(story: str, texts: list[str] | None) -> None:
    """Words of asking in a story, or a button beside it, cost it nothing; nor does a box on either side."""
    found = [block.text for block in read(story) if isinstance(block, Paragraph)]
    assert found == [text.strip() for text in texts or re.findall("<p>(.*?)</p>", story)]


def test_the_controls_of_what_is_left_out_are_nobody_s() -> None:
    """A box that the definition leaves out already makes no box of the paragraphs before it."""
    root = element(f"<p>Dear readers,</p><p>Support us.</p>{NEWSLETTER}<p>Last.</p>")
    left_out = root.find("div")
    assert boilerplate_in(root, lambda one: one is left_out) == set()


def test_reading_takes_no_longer_for_being_nested() -> None:
    """Markup nested two hundred deep is read like any other."""
    assert read("<div>" * 200 + "<p>Deep.</p><button>x</button>" + "</div>" * 200) == [Paragraph(text="Deep.")]


def test_inline_text_keeps_words_apart() -> None:
    """Blocks inside inline text are separated by a space, phrases are not."""
    assert inline_text(element("<span>a</span><span>b</span><p>c</p>d")) == "ab c d"


def test_malformed_addresses_cost_only_themselves() -> None:
    """A picture or a frame whose address is no address is left out; the words around it stay."""
    found = read("<p>a</p><img src='http://[x'><iframe src='http://[y'></iframe><p>b</p>")
    assert found == [Paragraph(text="a"), Paragraph(text="b")]


def test_a_late_picture_is_taken_from_where_it_will_be_loaded() -> None:
    """A placeholder in src does not hide the photo in data-src."""
    assert read("<img src='data:image/gif;base64,x' data-src='/i.jpg'>") == [
        ImageBlock(url="https://paper.example/i.jpg")
    ]
