"""The publisher's templates, in our own words: what each of them adds to an article, or takes nothing from it by."""

from __future__ import annotations

import pytest

from mtcrawler.model.article import Article, Aside, Block, Embed, ImageBlock, Paragraph, Sponsor
from tests.fixtures.sites import definition_of, extractor_named
from tests.pages.reading import article_in

URL = "https://www.themoscowtimes.com/2026/11/20/ice-a91234"
SHARED = (
    '<html lang="en"><head><link rel="canonical" href="{url}"><meta property="article:published_time" '
    'content="2026-11-20T09:00:00+03:00"></head><body><div class="article-container"><article class="article">'
    '<header class="article__header">{label}<h1>{headline}</h1></header>{top}<div class="article__content" '
    'y-name="article-content">{blocks}</div></article></div></body></html>'
)


def article(
    *blocks: str, headline: str = "Ice on the River", label: str = "", top: str = "", spider: str = "moscowtimes"
) -> Article:
    """The article of a page with these blocks, each with its type before a colon."""
    typed = (block.partition(":") for block in blocks)
    made = "".join(
        f'<div class="article__block article__block--{kind} article__block--column">{markup}</div>'
        for kind, _, markup in typed
    )
    url = URL.replace("themoscowtimes.com", "moscowtimes.ru") if spider == "moscowtimes_ru" else URL
    html = SHARED.format(url=url, headline=headline, label=label, top=top, blocks=made)
    return article_in(definition_of(spider), html, url)


PHOTO = ImageBlock(url="https://www.themoscowtimes.com/i.jpg")
MAP = Embed(provider="maps.example", url="https://maps.example/1")


@pytest.mark.parametrize(
    ("block", "blocks"),
    [
        (
            "aside:<div class=article__aside><p>What it is.</p><img src=/i.jpg><p>And was.</p>"
            "<iframe src=https://maps.example/1></iframe></div>",
            [Aside(text="What it is."), PHOTO, Aside(text="And was."), MAP],
        ),
        ("embed:<div class=article__embed><a href=https://maps.example/1><img src=/i.jpg></a></div>", [MAP]),
        ("embed:<div class=article__embed><img src=/i.jpg></div>", [PHOTO]),
        (
            "embed:<div class=article__embed><div class=infogram-embed data-id=1a></div><script>x()</script></div>",
            [Embed(provider="infogram", url="https://infogram.com/1a")],
        ),
        (
            "embed:<div class=article__embed><div id=DV-viewer-1-ice></div><script src=/l.js></script>"
            "<script>DV.load('//www.documentcloud.org/documents/1-ice.js')</script></div>",
            [Embed(provider="documentcloud", url="https://www.documentcloud.org/documents/1-ice")],
        ),
    ],
)
def test_a_block_keeps_what_it_holds(block: str, blocks: list[Block]) -> None:
    """Pictures and frames of an aside are kept, and an embed of whatever make has the document's address."""
    assert article("html:<p>The river froze.</p>", block).body == [Paragraph(text="The river froze."), *blocks]


@pytest.mark.parametrize(("place", "is_article"), [("article__header", True), ("page__header", False)])
def test_an_error_is_known_by_its_header_and_not_by_its_word(place: str, is_article: bool) -> None:
    """A story may be called Oops: the error page is known by a header that is no article's."""
    html = SHARED.format(url=URL, headline="Oops!", label="", top="", blocks="<p>Ice.</p>")
    page = extractor_named("moscowtimes").extract(html.replace("article__header", place), URL, {})
    assert page.is_article is is_article


@pytest.mark.parametrize(
    "opening",
    [
        "Поддержите The Moscow Times словом, сказал он.",
        "Подписывайтесь на Русскую службу The Moscow Times, говорилось в письме, и читайте.",
        "Дорогие читатели!",
    ],
)
def test_prose_of_the_russian_service_stays(opening: str) -> None:
    """A paragraph that begins as the service's own lines do is the story's; those lines themselves are not."""
    lines = (
        "<p>Подписывайтесь на Русскую службу The Moscow Times в Telegram</p><p>Подписаться</p>"
        "<p>Поддержите The Moscow Times</p>"
    )
    read = article(f"html:{lines}<p>{opening}</p><p>Лёд встал рано.</p>", spider="moscowtimes_ru")
    assert read.body == [Paragraph(text=opening), Paragraph(text="Лёд встал рано.")]


@pytest.mark.parametrize(
    ("spider", "headline"), [("moscowtimes_ru", "Лёд"), ("moscowtimes", "Паромы вернулись в Барнаул")]
)
def test_a_short_russian_text_is_russian(spider: str, headline: str) -> None:
    """The script of a text tells its language, however short it is and whatever its page claims."""
    photo = "image:<figure class=article__image><img src=/i.jpg></figure>"
    assert article(photo, headline=headline, spider=spider).language == "ru"


@pytest.mark.parametrize("name", ["label--partner", "label--partners"])
def test_a_partner_s_piece_is_sponsored(name: str) -> None:
    """A partner's label makes a piece sponsored and names who paid, with his address."""
    label = f'<a class="label {name}" href="https://bank.example/"> A Bank </a>'
    read = article("html:<p>The river froze.</p>", label=label)
    assert (read.kind, read.sponsor) == ("sponsored", Sponsor(name="A Bank", url="https://bank.example/"))
    assert read.provenance.fields["sponsor"] == "site"


def test_a_gallery_of_an_advertiser_has_its_captions_beside_its_pictures() -> None:
    """Caption, credit and title that stand in elements are read, and the picture of its header."""
    aside = "".join(
        f'<div class="gallery__item__aside__content__{name}">{text}</div>'
        for name, text in (("title", "Morning"), ("caption", "The quay."), ("credits", "A. Lens"))
    )
    item = (
        f'<div class="article__gallery__item"><img src="/i.jpg"><div class="gallery__item__aside">{aside}</div></div>'
    )
    top = (
        '<div class="galleryheader__image"><img src="/top.jpg"></div>'
        f'<div class="article__block article__gallery">{item}</div>'
    )
    read = article("html:<p>The river froze.</p>", top=top)
    assert read.image is not None
    assert read.image.url == "https://www.themoscowtimes.com/top.jpg"
    assert read.body[0] == PHOTO.model_copy(update={"title": "Morning", "caption": "The quay.", "credit": "A. Lens"})
