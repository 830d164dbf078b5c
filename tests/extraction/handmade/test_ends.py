"""Stories whose first and last lines look like signatures: they lose no sentence, and nobody in them is an author."""

from __future__ import annotations

import pytest

from mtcrawler.api import read
from tests.extraction.any_site.pages import HEADLINE, STORY
from tests.extraction.handmade.test_signed_lines import page

URL = "http://www.ostervik.example/2026/11/20/lamp.html"
SENTENCES = (
    "Nils Brandt was the only fisherman who spoke against the lamp.",
    "Ingrid Solheim is the first keeper in a century, and the last one.",
    "Odd Vik was a teacher, a sailor and a father of four.",
    "Residents can be reached by boat only, and not every day.",
)
FIRST = ("Edda Holm lives below the tower.", "The editor of the paper resigned on Monday.", "For them it was over.")
CHINESE = (
    "更多消息预计将在星期五公布，届时港口将重新开放。",
    "本文所说的灯塔建于一八七四年。",
    "如有需要，居民可以联系本地港务处。",
    "来源于深海的冷流使河口提前结冰。",
)


def marked(first: str = "", last: str = "") -> str:
    """A story with its headline and its text marked as newer pages do."""
    told = "".join(f"<p>{text}</p>" for text in (first, *STORY, last) if text)
    return (
        f"<html><head><title>{HEADLINE}</title></head><body><article><h1>{HEADLINE}</h1>{told}</article></body></html>"
    )


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_at_an_end_of_a_story_stays(sentence: str) -> None:
    """Whom it names, and what it says of them, makes no signature of it, whether the page is marked or not."""
    bare = page(head="By Kari Voss", end=f"<br><br>{sentence}")
    for shown in (marked(last=sentence), marked(first=sentence), bare):
        article = read(shown, URL)
        assert sentence in article.text
        names = [author.name for author in article.authors]
        assert names == (["Kari Voss"] if shown is bare else [])


@pytest.mark.parametrize("sentence", FIRST)
def test_a_short_sentence_begins_a_story(sentence: str) -> None:
    """A first line that says a role or a name is the story's where it is a sentence."""
    assert read(marked(first=sentence), URL).text.startswith(sentence)


@pytest.mark.parametrize("sentence", CHINESE)
def test_a_chinese_sentence_that_begins_like_a_notice_stays(sentence: str) -> None:
    """A notice that is a sentence says whose the text is, or leads to more of the paper; others are the story's."""
    story = "海港市议会星期四经过近五个小时的讨论，决定让老灯塔的灯继续亮下去，并拨款修缮塔身。"
    told = "".join(
        f"<p>　　{text}</p>"
        for text in (*[story] * 1, "坐在后排的渔民看到图纸都笑了，他们说这座塔救过许多人的命。", sentence)
    )
    assert sentence in read(f"<html><head><title>灯塔</title></head><body><div>{told}</div></body></html>", URL).text


@pytest.mark.parametrize(
    "last", ["The port was founded March 3, 1921, by seven families.", "A book on it came out on 1 May 1999."]
)
def test_a_sentence_below_a_story_does_not_date_it(last: str) -> None:
    """What a story tells of another day is not when it was published."""
    assert read(page(head="By Kari Voss", end=f"<br><br>{last}"), URL.replace("2026/11/20/", "")).published_at is None
