"""Stories that are hard to read off a page: typography, markup, charsets, sizes, and parts that are missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mtcrawler.model.article import Heading, ListBlock, Paragraph, Quote, Table
from tests.newspaper import blocks as b
from tests.newspaper.newsroom.cast import AGENCIES, REPORTERS, person, tag
from tests.newspaper.newsroom.embeds import EMBEDS
from tests.newspaper.newsroom.filing import SOMETIME, story
from tests.newspaper.newsroom.writing import Writer, slugify, topics
from tests.newspaper.story import Edition, Photo, Story

if TYPE_CHECKING:
    from typing import Any

    from tests.newspaper.story import Flag

NBSP, SHY, ZWSP, ZWNJ, ZWJ, WJ, BOM = "\u00a0", "\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff"
NARROW, FIGURE_SPACE = "\u202f", "\u2007"


def oddities(seed: int) -> list[Story]:
    """Every odd story of the English edition."""
    return [
        _typography(),
        _alphabets(),
        _markup(),
        _footnotes(),
        _every_embed(),
        _every_block(),
        _long_read(seed),
        _russian_text(seed),
        _filed("Ferry Captain’s Diary — “Every Day a Little Later”", ("news",), declared="windows-1251"),
        _filed("The Town That Kept Every Receipt", ("city",), padding=10_000_000),
        _filed("No Picture, No Name, No Subject", ("news",), photo=None, tags=()),
        _filed("Only the Photographer Is Known", ("news",), photo=Photo("77/credit-only-0001.jpg", "", "M. Horvat")),
        _filed("A Caption Without a Credit", ("news",), photo=Photo("78/caption-only-0001.jpg", "A pier at dusk.")),
        _filed("Three Hands Wrote This", ("news", "ukraine_war"), bylines=REPORTERS["en"][:3]),
        _filed("By the Paper Itself", ("news",), bylines=(AGENCIES["en"][2],)),
        _filed("Filed by an Agency", ("news", "climate"), bylines=(AGENCIES["en"][0],)),
        _filed("A Lecture on Lichen", ("lecture_series",), bylines=(person("Óscar Ñíguez-Åberg"),)),
        _filed("Two Lines in the Introduction", ("news",), intro="The first line says where.\nThe second says when."),
        _filed("Short Notice", ("news",), blocks=(b.html("The office is closed on Friday.", "It opens on Monday."),)),
    ]


def _filed(headline: str, flags: tuple[Flag, ...], **fields: Any) -> Story:
    subjects = list(topics("en").values())
    texts = Writer("en", 0, f"odd/{headline}").sentences(subjects[len(headline) % len(subjects)], 7)
    base = Story(
        kind="news",
        edition="en",
        headline=headline,
        slug=slugify(headline),
        published=SOMETIME,
        flags=flags,
        blocks=(b.html(f"The note on “{headline}” was found in a drawer — unsigned.", *texts[:4]), b.html(*texts[4:])),
        tags=(tag("Archives"),),
        photo=Photo(f"70/{slugify(headline)[:20]}.jpg", f"A drawer, seen from above: {headline}.", "Courtesy photo"),
    )
    return replace(base, **fields)


def _typography() -> Story:
    text = (
        f"{BOM}Prices rose by 12{NBSP}percent to 4{NARROW}200{NBSP}rubles, or €{FIGURE_SPACE}41, the agency said.",
        f"The word inter{SHY}con{SHY}ti{SHY}nen{SHY}tal was broken{ZWSP} in four places, and no{WJ}body no{ZWNJ}ticed.",
        '“Curly,” ‘single,’ „low,“ «angled» and "straight" quotes — and a minus − beside a hyphen-minus.',
        f"The family 👩{ZWJ}👧{ZWJ}👦 sent a ❤️, a 🦆 and the flag 🇫🇮; thumbs went up 👍🏽.",
        "A cafe\u0301 in Smolensk\u00e1 Street, the letter и\u0306 in two pieces, and ﬁve ligatures stay readable.",
        "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 4 + " is a very long word.",
        "Spaces   collapse,\ttabs too; 5 < 6 & 7 > 3, AT&T, and &amp; stays as it was typed.",
        "First line of a poem,\nsecond line of a poem,\nand a third.",
    )
    return _filed(
        f"Soft{SHY}ware “Reads” 12{NBSP}%{ZWSP} of Cafe\u0301 Signs & 5 < 6",
        ("city",),
        slug="software-reads-signs",
        blocks=(b.html(*text),),
        subtitle=f"A test{SHY} of{NBSP}patience",
        photo=Photo("71/typography-0001.jpg", f"A sign{NBSP}— half painted.", f"Zoe\u0308{NBSP}K. / Studio{SHY}Nord"),
    )


def _alphabets() -> Story:
    text = (
        "The list is read in turn: محمد الأمين, דוד בן־עמי, Ωραία Ελένη, 王小明, 김민준, and Þórdís Æsisdóttir.",
        "“שלום,” said the first; “مرحبا,” said the second, and the choir of twelve answered in Georgian: გამარჯობა.",
        "Names run from right to left on one side of the page, and the editor, Юрий Ёлкин, checks both margins.",
    )
    return _filed(
        "A Roll Call in Seven Alphabets", ("diaspora",), blocks=(b.html(*text),), bylines=(person("Nino Čolić"),)
    )


def _markup() -> Story:
    raw = (
        b.Raw(
            "Bare text that <b>nobody</b> wrapped<p>and a paragraph right after it</p>then bare text <i>again</i>",
            (
                Paragraph(text="Bare text that nobody wrapped"),
                Paragraph(text="and a paragraph right after it"),
                Paragraph(text="then bare text again"),
            ),
        ),
        b.Raw("<p> </p><p>&nbsp;</p><p><br></p><div></div>", ()),
        b.Raw(
            '<p class="x" style="color:red">Styled, <span style="font-weight:400">spanned</span> and '
            '<a href="https://example.org/?a=1&amp;b=2" target="_blank">linked<sup>*</sup></a> text<br/>'
            "in two lines</p>",
            (Paragraph(text="Styled, spanned and linked* text\nin two lines"),),
        ),
        b.Raw(
            "<!-- pasted from a word processor --><div><p>A paragraph inside a div</p><p>and its neighbor</p></div>",
            (Paragraph(text="A paragraph inside a div"), Paragraph(text="and its neighbor")),
        ),
        b.Raw(
            "<h3>A heading of the <em>third</em> level</h3><h4>And of the fourth</h4>",
            (Heading(level=3, text="A heading of the third level"), Heading(level=4, text="And of the fourth")),
        ),
        b.Raw(
            "<blockquote>Spoken without a source</blockquote>"
            "<blockquote>Spoken with one <footer>A Witness</footer></blockquote>",
            (Quote(text="Spoken without a source"), Quote(text="Spoken with one", cite="A Witness")),
        ),
        b.Raw(
            "<script>window.pasted = '<p>not a paragraph</p>';</script><style>.pasted{color:red}</style>"
            "<p>H<sub>2</sub>O and E=mc<sup>2</sup></p>",
            (Paragraph(text="H2O and E=mc2"),),
        ),
    )
    return _filed("What the Editor Pasted", ("meanwhile",), blocks=(b.Html(raw), b.html("An ordinary end.")))


def _footnotes() -> Story:
    raw = (
        b.Raw(
            '<p>The bridge is 412 meters long<sup><a href="#fn1">1</a></sup> and was painted twice.'
            '<sup id="ref2">[2]</sup></p>',
            (Paragraph(text="The bridge is 412 meters long1 and was painted twice.[2]"),),
        ),
        b.Raw(
            "<table><caption></caption><thead><tr><th>Span</th><th>Year</th><th>Meters</th></tr></thead><tbody>"
            '<tr><td>North</td><td>1931</td><td>180</td></tr><tr><td colspan="2">Both <b>halves</b></td>'
            "<td>412</td></tr><tr><td>South</td><td></td><td>232</td></tr></tbody></table>",
            (
                Table(
                    rows=[
                        ["Span", "Year", "Meters"],
                        ["North", "1931", "180"],
                        ["Both halves", "412"],
                        ["South", "", "232"],
                    ]
                ),
            ),
        ),
        b.Raw(
            "<ol><li>Before dawn<ul><li>the <i>northern</i> span</li><li>the toll house"
            "<ol><li>its cellar</li></ol></li></ul></li><li>After dark</li></ol>",
            (
                ListBlock(
                    ordered=True,
                    items=[
                        "Before dawn",
                        ListBlock(
                            ordered=False,
                            items=[
                                "the northern span",
                                "the toll house",
                                ListBlock(ordered=True, items=["its cellar"]),
                            ],
                        ),
                        "After dark",
                    ],
                ),
            ),
        ),
        b.Raw(
            '<hr><p id="fn1"><sup>1</sup> Measured at noon.</p><p><small>2 By two different painters.</small></p>',
            (Paragraph(text="1 Measured at noon."), Paragraph(text="2 By two different painters.")),
        ),
    )
    return _filed("A Bridge in Figures", ("indepth",), blocks=(b.Html(raw),), updated=None)


def _every_embed() -> Story:
    blocks: list[b.Block] = []
    for place, embed in enumerate(EMBEDS):
        blocks += [b.html(f"Exhibit {place + 1} was found on another site."), embed]
    return _filed("Everything Everyone Else Posted", ("meanwhile",), blocks=tuple(blocks))


def _every_block() -> Story:
    photos = tuple(Photo(f"72/slide-{number}.jpg", f"Slide {number}.", "Studio Nord") for number in range(3))
    blocks: tuple[b.Block, ...] = (
        b.html("The first block is running text.", "So is its second paragraph, which is a little longer."),
        b.Header("Then a heading"),
        b.PullQuote("A quotation set large", "A Person, Of Note"),
        b.PullQuote("Another without a name"),
        b.Box(("A box beside the story.", "With two paragraphs.")),
        b.Picture(Photo("72/inline.jpg", "A photo in the text.", "Anna Dubrovina"), "example.org/photo"),
        b.Picture(Photo("72/bare.jpg")),
        b.Slides(photos),
        EMBEDS[2],
        b.Related(),
        b.Pointer("https://example.org/report", "The full report", "All of its 90 pages"),
        b.Signup(),
        b.html("The last block is running text again.", "It ends here."),
    )
    return _filed("One of Each", ("news", "business"), blocks=blocks, intro="A story with every block there is.")


def _long_read(seed: int) -> Story:
    writer = Writer("en", seed, "long")
    blocks: list[b.Block] = []
    for topic in topics("en").values():
        texts = writer.sentences(topic, 12)
        blocks += [b.Header(writer.fill(topic.headlines[0])), b.html(*texts[:6]), b.html(*texts[6:])]
    return _filed("The Long Road Around Everything", ("indepth",), blocks=tuple(blocks), bylines=REPORTERS["en"][:1])


def _russian_text(seed: int) -> Story:
    """A story in Russian in the English edition: the page claims to be English, the text is not."""
    made = story("news", "ru", topics("ru")["knigi"], 1000, seed)
    return replace(made, edition="en", flags=("news",), bylines=(), slug=f"{made.slug}-ru")


def russian(edition: Edition) -> list[Story]:
    """The odd stories of the Russian edition: «ёлочки», nbsp before a dash, a stress mark, a wrong charset."""
    assert edition == "ru"
    text = (
        f"Цены выросли на 12{NBSP}%, до 4{NARROW}200{NBSP}рублей{NBSP}— так считает «Коммерческий „Вестник“».",
        f"Слово «досто{SHY}при{SHY}ме{SHY}ча{SHY}тель{SHY}ность» перенесли трижды, а и\u0306 набрали двумя знаками.",
        "Ударе\u0301ние оставили, ёлку — тоже; письмо пришло из 王-店 и от דוד.",
    )
    base = Story(
        kind="news",
        edition="ru",
        headline=f"Знаки{NBSP}— «лишние» и не{SHY}лишние",
        slug="znaki-lishnie-i-nelishnie",
        published=SOMETIME,
        flags=("news", "city"),
        blocks=(b.html(*text),),
        language="ru",
        photo=Photo("73/znaki.jpg", "Вывеска над входом.", "Анна Дубровина"),
    )
    wrong = replace(
        base,
        headline="Письмо пришло не в той кодировке",
        slug="pismo-ne-v-toi-kodirovke",
        blocks=(b.html("Конверт дошёл целым, а буквы внутри — нет.", "Прочесть его удалось лишь с третьего раза."),),
    )
    return [base, replace(wrong, declared="windows-1251", photo=None)]
