"""Laws of a story's last sentence that has the words of a wall: it is one only where something else speaks for it."""

from __future__ import annotations

from dataclasses import replace

import lxml.html
import pytest

from mtcrawler.access.evidence import Declarations, PageEvidence
from mtcrawler.access.verdict import judge
from mtcrawler.markup.story import Story
from mtcrawler.overlays.observation.closing import closing_gates
from mtcrawler.overlays.observation.facts import Line
from mtcrawler.overlays.observation.lexicon import lexicon
from mtcrawler.overlays.observation.markup import MarkupGates

TOLD = {
    "en": "The rest of this beach is for members only.",
    "en, of a journal": "The full article is available to subscribers of the journal, but the abstract is free.",
    "en, of a paper": "The paper's articles are reserved for subscribers, and few read them.",
    "en, of a column": "The column, which is only available to subscribers, runs on Mondays.",
    "en, of a letter": "To read the rest of the letter, members have to come to the library.",
    "en, of a circle": "The story continues for members of the reading circle on Friday.",
    "pl": "Dalsza część plaży jest dostępna tylko dla członków klubu.",
    "pl, of a party": "Dalszy ciąg imprezy jest tylko dla członków klubu.",
    "cs": "Zbývající část pláže je jen pro členy klubu.",
    "ru": "Остальная часть пляжа доступна только подписчикам клуба.",
    "ru, of a letter": "Чтобы прочитать письмо, подписчики приходят в библиотеку.",
    "uk": "Щоб прочитати лист, передплатники приходять до бібліотеки.",
    "es": "El resto de esta playa está reservado a los socios.",
    "es, of news": "Para leer la noticia, los socios bajan al puerto.",
    "fr": "Pour poursuivre la fête, les membres du club ont réservé une salle.",
    "fr, of a suite": "La suite est réservée aux membres du club.",
    "de": "Um weiterzulesen, kommen die Mitglieder in die Bibliothek.",
    "de, of a society": "Den ganzen Artikel lesen nur die Mitglieder des Vereins.",
    "nl": "Om verder te lezen komen de leden naar de bibliotheek.",
    "pt": "Para ler o artigo, os sócios descem ao porto.",
    "tr": "Yazının devamını okumak için üyeler kütüphaneye gelir.",
    "ja": "この先は会員専用のビーチだ。",
    "ja, of a door": "ここから先は会員だけが入れる。",
    "zh": "后续内容由会员决定。",
}
SAID = {
    "en": "The rest of this is for subscribers.",
    "en, of a paper": "The rest of this story is available to subscribers of the Harbour Post.",
    "en, at length": "The rest is reserved for subscribers. You have come far.",
    "pl": "Dalsza część jest dostępna dla prenumeratorów.",
    "cs": "Zbývající část je jen pro předplatitele.",
    "ru": "Остальная часть доступна только подписчикам.",
    "es": "El resto está reservado a los suscriptores.",
    "fr": "La suite est réservée aux abonnés.",
    "ja": "この先は有料会員の方のみご覧いただけます。",
    "zh": "本文剩余内容仅供订阅用户阅读。",
}
PAGE = PageEvidence(visible_words=400, paragraphs=9)
PROSE = "".join(
    f"<p>{number}: The ferry to the island runs every hour, the harbour office says, and nobody had asked.</p>"
    for number in ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")
)


def judged(text: str, page: PageEvidence = PAGE) -> bool:
    """Whether this page of 400 words is walled where it ends with this line."""
    return judge(replace(page, gates=tuple(closing_gates([Line(1, text)], 400, lexicon())))).wall is not None


def closing_of(line: str) -> bool:
    """Whether a page whose story ends with this markup is walled, as plain HTTP reads it."""
    html = f"<html><body><main><article><h1>The ferry</h1>{PROSE}{line}</article></main></body></html>"
    story = Story.of(lxml.html.document_fromstring(html))
    words = sum(one.words for one in story.seen)
    gates = MarkupGates.of(story).gates
    return judge(PageEvidence(Declarations(), gates, visible_words=words, paragraphs=12)).wall is not None


@pytest.mark.parametrize("language", TOLD)
def test_a_sentence_of_the_story_is_no_wall(language: str) -> None:
    """What is told of readers and members, in a paragraph as the others are, walls nothing."""
    assert not judged(TOLD[language])
    assert not closing_of(f"<p>{TOLD[language]}</p>")


@pytest.mark.parametrize("language", SAID)
def test_a_line_that_says_nothing_else_is_a_wall(language: str) -> None:
    """A last line that says whom the rest of the text is for, and nothing more, walls it as ever."""
    assert judged(SAID[language])
    assert closing_of(f"<p>{SAID[language]}</p>")


def test_what_is_cut_off_or_declared_as_paid_speaks_for_the_line() -> None:
    """The same sentence is a wall where the text breaks off or fades before it, or is declared as paid for."""
    line = TOLD["pl"]
    assert judged(line, replace(PAGE, trails_off=True))
    assert judged(line, replace(PAGE, faded=True))
    assert judged(line, replace(PAGE, declared=Declarations(stated=("false",))))


@pytest.mark.parametrize(
    "markup",
    [
        "<p class='gate'>{}</p>",
        "<div>{}</div>",
        "<p>{} <a href='/join'>Subscribe</a></p>",
    ],
)
def test_a_box_of_its_own_and_a_control_speak_for_the_line(markup: str) -> None:
    """The same sentence is a wall where it is marked otherwise than the paragraphs, or lets a reader join."""
    assert closing_of(markup.format(TOLD["en, of a column"]))
