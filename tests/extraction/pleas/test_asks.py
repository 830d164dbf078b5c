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
TOLD = (
    "Support for local news has fallen by half since 2010, a study found.",
    "First published in 1961, the novel is out now in a new edition.",
    "The band first appeared on the radio in 1978, and never again.",
    "Delete it, answer it, or get it out of your inbox.",
    "Stories move people, like this story of the lighthouse keeper.",
    "Share this loaf with four people.",
    "Folgt man dem Kanal durch unsere Stadt, sieht man den Turm.",
    "Teilen Sie das Brot in vier Stücke.",
    "Partager un repas avec ses voisins, c'est le but de la fête.",
    "No sabemos nada, comenta la alcaldesa de la ciudad.",
    "Recibe en su correo cientos de amenazas cada semana.",
    "El alcalde dice en Twitter: sigue la emergencia en nuestra ciudad.",
    "È un giorno triste, commenta il sindaco.",
    "Segui il canale fino al nostro porto.",
    "Entre os boletins registrados, trinta são de furto.",
    "Compartilhe o pão em quatro partes.",
    "Udostępnij miejsce sąsiadowi.",
    "Обсудить проект жители смогут на собрании 5 декабря.",
    "Поддержать нас пришли сотни людей.",
    "Поділитися спогадами прийшли сотні мешканців.",
    "Bin kişi bültene abone oldu.",
    "Polis bizi takip etti.",
    "انضم إلى قناة الجزيرة عام 2005.",
    "تابع قائلا إن قناة السويس تعمل بشكل طبيعي.",
    "这款通讯软件下载量很大。",
    "他一直支持独立媒体。",
    "分享会在周五举行。",
    "外務省は、コメントを控えた。",
    "그는 독립 언론을 후원 했다.",
    "वह अडानी ग्रुप से जुड़े हैं।",
    "उन्होंने स्वतंत्र पत्रकारिता का समर्थन किया।",
    "Hak cipta lagu itu dimiliki keluarga.",
    "Få läste nyhetsbrevet i våras.",
    "Bidrag fra hvert medlem er nok.",
    "Sdílejte chléb se sousedy.",
    "Μοιραστείτε το ψωμί με τους γείτονες.",
    "Hozd el, és oszd meg a kenyeret.",
    "Susține jurnalismul independent de treizeci de ani.",
)
SPOKEN = (
    "‘Subscribe to our newsletter,’ she told the crowd, and nobody laughed.",
    '"Nobody reads paper. Subscribe to our newsletter," she said.',
    "She said: “Don’t wait. Subscribe to our newsletter.”",
    "„Papier liest keiner. Abonnieren Sie unseren Newsletter“, sagte sie.",
    "»Abonnieren Sie unseren Newsletter«, sagte sie.",
    "”Prenumerera på vårt nyhetsbrev”, sade hon till publiken.",
    "— Подпишитесь на наш канал, — сказал он соседям.",
    "他说：“请关注我们的公众号。”然后走了。",
    "会長は「ニュースレターに登録する」と話した。",
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


@pytest.mark.parametrize("line", TOLD)
def test_a_verb_that_states_asks_nothing(line: str) -> None:
    """Where the form that asks is also one that tells, or a noun, the vocabulary has only phrases that ask for sure."""
    assert asked_in(line) is None


@pytest.mark.parametrize("line", SPOKEN)
def test_what_somebody_says_asks_nothing(line: str) -> None:
    """Speech is known by the marks of many languages, over several sentences, after a colon and in a dialogue."""
    assert asked_in(line) is None


@pytest.mark.parametrize(
    "line",
    ["» Sign up for our newsletter", "Sign up for our newsletter “The Tide”", "Don’t wait: sign up for our newsletter"],
)
def test_a_mark_that_quotes_nobody_is_no_speech(line: str) -> None:
    """A sign before a line, a name in quotation marks and an apostrophe leave what is asked as it is."""
    assert asked_in(line) is not None


def test_the_publisher_is_known_by_its_name() -> None:
    """Where others have channels, too, it is the publisher's name that tells whose it is."""
    line = "Follow The Ostervik Paper on Telegram"
    assert asked_in(line) is None
    assert asked_in(line, ["ostervikpaper"]) is not None
