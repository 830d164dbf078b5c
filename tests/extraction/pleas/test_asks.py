"""Laws of what a line asks of its readers, by its words alone."""

from __future__ import annotations

import pytest

from mtcrawler.extraction.body.words import words_of
from mtcrawler.extraction.pleas.asks import asked_in, may_ask

LETTERS = (
    "Sign up for our free weekly newsletter",
    "Follow us on Telegram",
    "Abonnieren Sie unseren Newsletter",
    "Abonnez-vous à notre newsletter",
    "Suscríbete a nuestro boletín",
    "Síguenos en Instagram",
    "Iscriviti alla newsletter",
    "Assine nossa newsletter",
    "Meld je aan voor onze nieuwsbrief",
    "Zapisz się na newsletter",
    "Подписывайтесь на наш канал в Telegram",
    "Підписуйтесь на наш канал у Telegram",
    "Bültenimize abone olun",
    "تابعونا على تلغرام",
    "扫码关注我们的公众号",
    "ニュースレターに登録する",
    "뉴스레터를 구독하세요",
    "हमारे व्हाट्सएप चैनल से जुड़ें",
    "Ikuti kami di Telegram",
    "Prenumerera på vårt nyhetsbrev",
    "Meld deg på nyhetsbrevet",
    "Tilmeld dig vores nyhedsbrev",
    "Přihlaste se k odběru newsletteru",
    "Εγγραφείτε στο newsletter μας",
    "Iratkozz fel hírlevelünkre",
    "Abonează-te la newsletter",
)
GIFTS = (
    "Support our journalism.",
    "Unterstützen Sie unsere Arbeit mit einer Spende.",
    "Soutenez notre journalisme.",
    "Apoya nuestro periodismo.",
    "Sostieni il nostro lavoro.",
    "Apoie o nosso jornalismo.",
    "Поддержите независимую журналистику.",
    "Підтримайте незалежну журналістику.",
    "支持我们的独立媒体。",
    "独立したジャーナリズムをご支援ください。",
    "독립 언론을 후원해 주세요.",
    "हमारी पत्रकारिता को समर्थन दें।",
    "Στηρίξτε την ανεξάρτητη δημοσιογραφία.",
)
STORIES = (
    "Read also: Ferry runs again",
    "Lesen Sie auch: Die Fähre fährt wieder",
    "Lire aussi : Le bac repart",
    "Lee también: El ferri vuelve",
    "Leggi anche: Il traghetto riparte",
    "Leia também: A balsa volta",
    "Lees ook: De pont vaart weer",
    "Czytaj też: Prom znów kursuje",
    "Читайте также: Паром снова ходит",
    "اقرأ أيضا: العبارة تعود",
    "相关阅读：渡轮恢复",
    "関連記事：フェリー再開",
    "यह भी पढ़ें: नौका फिर चली",
    "Baca juga: Feri berlayar lagi",
)
NOTHING = (
    "More than nine hundred people subscribe to the newsletter of the harbour club.",
    "“Subscribe to our newsletter,” she told the crowd, and nobody laughed.",
    "The strikers asked the town to support their families through the winter.",
    "Donate to the lighthouse fund at the harbour office, the mayor said.",
    "He followed the gulls on Twitter long before the club did.",
    "Related questions were put to the treasurer.",
    "You can read more about the storm in the log of the ferry.",
    "Il suit le bac depuis le quai chaque matin.",
    "Паром читает сводку погоды каждое утро.",
    "我们在码头等了渡轮三个小时。",
)


@pytest.mark.parametrize(
    ("kind", "line"),
    [("letter", line) for line in LETTERS] + [("gift", line) for line in GIFTS] + [("story", line) for line in STORIES],
)
def test_what_a_line_asks_is_understood_in_many_languages(kind: str, line: str) -> None:
    """A line that does nothing but ask is known by what it asks for, at the quick look, too."""
    asked = asked_in(line)
    assert may_ask(line, words_of(line))
    assert asked is not None
    assert (asked.kind, asked.share) == (kind, 1.0)


@pytest.mark.parametrize("line", NOTHING)
def test_a_sentence_that_tells_of_such_things_asks_nothing(line: str) -> None:
    """A word for a newsletter, a gift or a link is no plea where a story tells of it or quotes it."""
    assert asked_in(line) is None


def test_the_publisher_is_known_by_its_name() -> None:
    """Where others have channels, too, it is the publisher's name that tells whose it is."""
    line = "Follow The Ostervik Paper on Telegram"
    assert asked_in(line) is None
    assert asked_in(line, ["ostervikpaper"]) is not None
