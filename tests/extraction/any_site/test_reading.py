"""Laws of reading one page from Python, and of reading by a definition that says little."""

from __future__ import annotations

import subprocess
import sys
from typing import Final

import pytest

from mtcrawler.api import Reading, read
from mtcrawler.extraction.any_site.extractor import AnySiteExtractor, undescribed
from mtcrawler.extraction.body.segments import segments_of
from mtcrawler.markup.document import parsed
from mtcrawler.sites.definition import SiteDefinition
from tests.extraction.any_site.pages import HEADLINE, STORY, URL, linked, page, paragraphs

ODD: Final = (
    "",
    " ",
    "<",
    "\x00",
    "<html>",
    "<p>" * 500,
    "<!-- -->",
    "\ud800",
    '<?xml version="1.0"?><p>a',
    "<table><img src=x>",
)


def definition(**selectors: str) -> SiteDefinition:
    known = undescribed("https://paper.example")
    return SiteDefinition(**{**known.model_dump(exclude={"selectors"}, exclude_unset=True), "selectors": selectors})


def test_a_page_is_read_whole_and_alone() -> None:
    """The story is read without menu, newsletter, related stories and footer, and the reading is sure of it."""
    found = read(page(head=linked()), URL)
    assert isinstance(found, Reading)
    assert (found.page, found.headline, found.text) == ("article", HEADLINE, "\n\n".join(STORY))
    assert found.word_count == len(" ".join(STORY).split())
    assert found.language == "en"
    assert found.confidence > 0.5


def test_a_short_story_without_spaces_is_read() -> None:
    """A script that puts no space between words says as much in a third of the characters, and counts so."""
    texts = (
        "町の議会は木曜日に、古い灯台の明かりを残すことを決めました。",
        "漁師たちは毎晩その明かりを頼りに帰ります。春にもう一度話し合います。",
        "塔はまだ丈夫ですが、階段には新しい鉄が要ると技師は話しました。",
        "工事は氷が来る前に終わる予定です。費用は町と港が半分ずつ払います。",
    )
    html = f"<html lang='ja'><body><article><h1>灯台の明かりは残る</h1>{paragraphs(texts)}</article></body></html>"
    found = read(html, URL)
    assert (found.page, found.text, found.language) == ("article", "\n\n".join(texts), "ja")


def test_a_consent_layer_is_no_story() -> None:
    """A layer that tells of cookies at length, under the name that its makers gave it, is not read."""
    told = "<p>When you visit our website, we store cookies on your browser to collect information about you.</p>" * 9
    layer = f"<div id='onetrust-consent-sdk'><h2>Your choice</h2>{told}</div>"
    assert read(page().replace("</main>", f"</main>{layer}"), URL).text == "\n\n".join(STORY)
    assert [one.text for one in segments_of(parsed(f"<html><body>{layer}<p>The story.</p></body></html>")).texts] == [
        "The story."
    ]


def test_a_story_that_a_consent_layer_never_closed_is_read() -> None:
    """Whatever the markup puts a story into, where it holds the headline it is no layer."""
    found = read(f"<html><body><div id='onetrust-consent-sdk'>{page()}</div></body></html>", URL)
    assert found.text == "\n\n".join(STORY)


@pytest.mark.parametrize("html", ODD)
def test_odd_markup_is_a_page_without_an_article(html: str) -> None:
    """Whatever stands where a page should, a reading comes back, and it holds no article."""
    for url in ("", URL, "not an address", "https://[", "file:///etc/passwd", "https://paper.example:x/"):
        found = read(html, url)
        assert (found.page == "article", found.confidence) == (False, 0.0)


def test_reading_needs_neither_scrapy_nor_a_browser() -> None:
    """`mtcrawler.api` loads no model by itself, and reading a page loads neither Scrapy nor Playwright."""
    program = (
        "import sys; from mtcrawler.api import read; assert 'numpy' not in sys.modules; read('<p>a', ''); "
        "assert 'numpy' in sys.modules; assert not {'scrapy', 'playwright', 'twisted', 'sklearn'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_definition_says_only_what_the_others_get_wrong() -> None:
    """A field that a definition names is read by its selector, and every other one as if there were none."""
    html = page(f"<p class='kicker'>Harbour desk</p>{paragraphs()}", head=linked(author={"name": "Edda Holm"}))
    found = AnySiteExtractor(definition(subtitle=".kicker")).extract(html, URL, {})
    assert (found.subtitle, found.headline) == ("Harbour desk", HEADLINE)
    assert [author.name for author in found.authors] == ["Edda Holm"]
    assert [block.text for block in found.body if block.type == "paragraph"][-6:] == list(STORY)
    assert (found.sources["subtitle"], found.sources["body"]) == ("site", "model")


def test_what_is_withheld_is_not_read() -> None:
    """A page read without some elements has nothing of them, and its tree is as it was."""
    whole = AnySiteExtractor(definition()).extract(page(), URL, {})
    last = next(element for element in whole.root.iter("p") if element.text == STORY[-1])
    part = whole.without([last])
    assert [block.text for block in part.body if block.type == "paragraph"] == list(STORY[:-1])
    assert [block.text for block in whole.body if block.type == "paragraph"] == list(STORY)


def test_a_page_is_read_the_same_each_time() -> None:
    """Pictures between the headline and a story of one paragraph are its own, wherever its elements lie in memory."""
    pictures = "".join(f"<figure><img src=/{number}.jpg></figure>" for number in range(5))
    kept: list[list[object]] = []
    for number in range(20):
        kept.append([object() for _ in range(37 * number)])
        html = page(f"<div>{pictures}</div><p>{STORY[0]}</p>")
        assert [block.type for block in read(html, URL).body] == ["image"] * 5 + ["paragraph"]
