"""Laws of closing lines: in 25 languages a text says in its last line that the rest of it is for others."""

from __future__ import annotations

import pytest

from mtcrawler.overlays.observation.closing import closing_gates
from mtcrawler.overlays.observation.facts import Line
from mtcrawler.overlays.observation.lexicon import lexicon

CLOSING = {
    "en": "The rest of this story is for subscribers.",
    "de": "Der Rest dieses Artikels ist unseren Abonnenten vorbehalten.",
    "fr": "La suite de cet article est réservée aux abonnés.",
    "es": "El resto de esta noticia está reservado a los suscriptores.",
    "it": "Il resto dell'articolo è riservato agli abbonati.",
    "pt": "O resto do artigo é reservado aos assinantes.",
    "nl": "De rest van dit artikel is alleen voor abonnees.",
    "pl": "Dalsza część artykułu jest dostępna dla prenumeratorów.",
    "ru": "Продолжение доступно только подписчикам.",
    "uk": "Решта статті доступна лише передплатникам.",
    "sv": "Resten av artikeln är bara för prenumeranter.",
    "no": "Resten av saken er for abonnenter.",
    "da": "Resten af artiklen er kun for abonnenter.",
    "fi": "Loput artikkelista on vain tilaajille.",
    "cs": "Zbytek článku je jen pro předplatitele.",
    "el": "Το υπόλοιπο του άρθρου είναι μόνο για συνδρομητές.",
    "hu": "A cikk további része csak előfizetőknek érhető el.",
    "ro": "Restul articolului este doar pentru abonați.",
    "tr": "Haberin devamı yalnızca abonelere açıktır.",
    "id": "Sisa artikel ini hanya untuk pelanggan.",
    "ar": "بقية المقال متاحة للمشتركين فقط.",
    "hi": "इस लेख का शेष भाग केवल सदस्यों के लिए है।",
    "ja": "この記事の続きは有料会員の方のみご覧いただけます。",
    "zh": "本文剩余内容仅供订阅用户阅读。",
    "ko": "기사의 나머지는 구독자에게만 제공됩니다.",
}
STORY = {
    "en": "The members of the rowing club carried the rest of the boats back to the shed.",
    "de": "Den Rest des Weges gingen die Mitglieder des Ruderclubs zu Fuß.",
    "fr": "Les membres du club ont porté le reste des bateaux jusqu'au hangar.",
    "sv": "Klubbens medlemmar bar resten av båtarna till skjulet.",
    "tr": "Kulüp üyeleri geri kalan kayıkları iskeleye taşıdı.",
    "ja": "会員たちは残った舟を小屋まで運んで帰った。",
    "zh": "会员们把剩下的船抬回了船屋。",
    "ko": "회원들은 남은 배를 창고로 옮겼다.",
    "ar": "حمل أعضاء النادي بقية القوارب إلى المخزن.",
}
ORDINARY = {
    "en": "The rest of the story, as the members tell it, is a matter of weather.",
    "pl": "Pozostała część członków klubu poszła pieszo.",
    "ru": "Полный текст речи подписчики услышат в субботу.",
    "uk": "Повний текст промови передплатники почують у суботу.",
    "sv": "Den här artikeln är ett samarbete med föreningen och dess medlemmar.",
    "no": "Denne saken er laget med støtte fra 200 medlemmer og kostet 5000 kr.",
    "da": "Denne artikel er skrevet sammen med foreningens medlemmer.",
    "fi": "Tämä artikkeli on tehty jäsenille avatun arkiston kanssa.",
    "cs": "Tento článek je společným dílem klubu, jehož členové zaplatili 500 kč.",
    "el": "Το άρθρο είναι αφιερωμένο στα μέλη του συλλόγου.",
    "hu": "Ez a cikk a klub tagok írásaiból készült.",
    "ro": "Acest articol este proprietatea ziarului, iar preluarea lui costă 500 lei pe lună.",
    "tr": "Bu içerik, kayıtlı derneklerin desteğiyle hazırlandı.",
    "id": "Artikel lengkap dibaca oleh anggota klub.",
    "hi": "पूरी खबर सदस्यों ने अगले दिन पढ़ी।",
    "ar": "هذه المادة كتبها الأعضاء في النادي.",
    "ja": "残りの費用は二百万円だった。",
    "zh": "会员们读了全文，每月一次。",
    "ko": "나머지 내용은 다음 달 유럽연합 회원국 정상회의에서 결정된다.",
    "ko, of advertising": "이 글은 유료 광고를 포함하고 있습니다.",
    "ko, of a gift": "이 글은 5만 원 상당의 제품을 제공받아 작성했습니다.",
    "ko, of a tip": "이 기사는 구독자 김모 씨의 제보로 작성되었습니다.",
    "ko, of partners": "이 콘텐츠는 회원사인 지역 신문과 함께 만들었습니다.",
}
NAMES_A_SUBJECT = (
    "The sauna is reserved for members and their guests.",
    "The concert will be only available to members of the streaming service from Friday.",
    "Half of the paper is for subscribers, half is free, and that is how it survives.",
    "From June, the game will be available to members only, and paying subscribers will lose the crossword.",
    "Voting is for members, who pay a fee of 20 crowns a year; the rest is for guests.",
    "Its subscribers can continue reading with a new app, which costs $3 a month.",
    "Only available to members: the club's blazer, for 90 pounds.",
    "The lounge is available to members only.",
    "This article is available to everyone, thanks to our members.",
    "This story is exclusive to the Harbour Post, whose members own it.",
    "Il vous reste deux semaines pour voir l'exposition, gratuite pour les abonnés du musée.",
    "Il vous reste une heure pour vous inscrire; l'accès est réservé aux abonnés.",
    "Dans un article réservé aux abonnés, le journal du port raconte la traversée.",
    "这部剧付费阅读的收入来自会员。",
    "平台的付费阅读业务拥有三百万订阅用户。",
    "網站的付費閱讀收入來自訂戶。",
    "会员专享内容占平台收入的一半。",
    "Статья по подписке на журнал стоит дороже, сказал издатель подписчикам.",
    "Материал по подписке для зарегистрированных выйдет в мае.",
    "Матеріал за передплатою виходить у травні, каже видавець.",
    "Журнал доступний за передплатою з травня.",
    "Die Kinder der Mitglieder möchten weiterlesen, bis das Licht ausgeht.",
    "Mit Plus weiter im Abo: So wächst der Sender.",
    "Jutun loput kertovat seuran jäsenet ensi viikolla.",
    "Lehden tilaajat voivat lukea koko artikkelin kirjastossa.",
    "Tapahtuma on vain jäsenille, loput jutusta kuulee kahvilassa.",
    "Sarja jatkuu tilaajille syksyllä.",
    "Hra umí odemknout článek řetězu pro předplatitele.",
    "Po přečtení celého článku členové odešli.",
    "Połowa biletów jest dla członków klubu, reszta dla gości.",
    "A plataforma oferece conteúdo exclusivo para assinantes.",
    "Det er blitt en sak for abonnenter og eiere.",
    "이 영화는 구독자만 볼 수 있다.",
    "드라마를 계속 보려면 회원 가입을 해야 한다.",
    "The lounge is reserved for subscribers.",
    "The new season is only available to subscribers of the channel.",
    "The tour is for subscribers only, and costs $5.",
    "Der Rest der Plätze ist nur für Abonnenten.",
    "Die Lounge ist Abonnenten vorbehalten.",
    "Le reste de la salle est réservé aux abonnés.",
    "El resto de las plazas es exclusivo para socios.",
    "El salón está reservado a los suscriptores.",
    "La sala è riservata agli abbonati.",
    "Il resto di posti è riservato ai soci.",
    "O resto da sala é exclusivo para assinantes.",
    "De rest van de plaatsen is alleen voor abonnees.",
    "Pozostała część sali jest tylko dla członków.",
    "Полная версия игры доступна только подписчикам.",
    "Повна версія гри доступна лише передплатникам.",
    "Salonun geri kalanı yalnızca üyelere açıktır.",
    "Resten av platserna är bara för prenumeranter.",
    "残りの席は有料会員限定です。",
    "Our reporters' lounge is reserved for members.",
    "Our reporters' lounge is for subscribers only.",
    "Storytelling nights are for subscribers only.",
    "The preview screening is for subscribers only.",
    "The interviewers' room is for subscribers only.",
    "Full access to the pool is for subscribers only.",
)
NAMES_THE_ARTICLE = (
    "This article is available to members only.",
    "This story is exclusively for members.",
    "Article réservé aux abonnés.",
    "本文需付费阅读，请先订阅。",
    "Материал по подписке",
    "Матеріал за передплатою",
    "Jutun loput ovat vain tilaajille.",
    "Tilaajana voit lukea koko jutun.",
    "Odemkněte si článek s předplatným.",
    "이 기사는 구독자만 볼 수 있습니다.",
    "The rest is reserved for subscribers.",
    "El resto está reservado a los suscriptores.",
    "Il seguito è riservato agli abbonati.",
    "O restante é reservado aos assinantes.",
    "Полная версия доступна только подписчикам.",
    "Questo articolo è riservato agli abbonati.",
    "Dieser Beitrag ist Abonnenten vorbehalten.",
    "Cet article est réservé aux abonnés.",
    "Este artículo está reservado a los suscriptores.",
    "Dit verhaal is voorbehouden aan abonnees.",
    "Этот материал доступен только подписчикам.",
    "This interview is for subscribers only.",
    "This essay is for subscribers only.",
    "This analysis is for subscribers only.",
    "This video is for subscribers only.",
    "This column is for subscribers only.",
    "Full access is for subscribers only.",
    "Questa intervista è riservata agli abbonati.",
    "Cet entretien est réservé aux abonnés.",
    "Esta entrevista está reservada a los suscriptores.",
    "Este análisis está reservado a los suscriptores.",
    "Esta entrevista é reservada aos assinantes.",
    "Dit interview is voorbehouden aan abonnees.",
    "Dieses Interview ist Abonnenten vorbehalten.",
    "Dieser Kommentar ist Abonnenten vorbehalten.",
    "Это интервью доступно только подписчикам.",
)


@pytest.mark.parametrize("language", CLOSING)
def test_a_line_that_keeps_the_rest_for_others_is_a_gate(language: str) -> None:
    """In every language a last line that says whom the rest is for is taken for one."""
    assert list(closing_gates([Line(1, CLOSING[language])], 400, lexicon()))


@pytest.mark.parametrize("language", STORY)
def test_a_last_line_of_a_story_is_no_gate(language: str) -> None:
    """Members and rests that a story tells of keep nothing from anybody."""
    assert not list(closing_gates([Line(1, STORY[language])], 400, lexicon()))


@pytest.mark.parametrize("language", ORDINARY)
def test_a_line_about_the_article_is_no_gate(language: str) -> None:
    """That a line speaks of this article and of members or money does not say that anybody may not read on."""
    assert not list(closing_gates([Line(1, ORDINARY[language])], 400, lexicon()))


@pytest.mark.parametrize("line", NAMES_A_SUBJECT)
def test_a_line_that_names_what_is_for_members_is_no_gate(line: str) -> None:
    """What only members may have keeps no text from anybody, as long as it is not said to be this text."""
    assert not list(closing_gates([Line(1, line)], 400, lexicon()))


@pytest.mark.parametrize("line", NAMES_THE_ARTICLE)
def test_a_line_that_keeps_this_article_is_a_gate(line: str) -> None:
    """The same said of this article, or in a line that says nothing else, is a gate."""
    assert list(closing_gates([Line(1, line)], 400, lexicon()))
