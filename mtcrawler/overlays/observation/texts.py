"""Whether a line speaks of the text that it ends ("This article is …", "The rest is …"), or of something else."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from mtcrawler.markup.text import GAPLESS
from mtcrawler.overlays.observation.phrases import words_of

LONG: Final = 5
WHOLE: Final = frozenset(
    words_of(
        "article articles story stories post posts piece pieces text texts content report reports column columns "
        "feature page interview interviews interviewet essay essays analysis analyse review reviews video videos "
        "videon videoen editorial commentary"
    )
)
"""What a text is called in English and in languages that share the word: no ending makes it another one's."""
INFLECTED: Final = frozenset(
    words_of(
        "artikel beitrag inhalt geschichte bericht reportage kommentar kolumne rezension contenu texte récit enquête "
        "entretien chronique éditorial vidéo artículo noticia contenido texto nota reportaje entrevista análisis "
        "columna ensayo crónica reseña articolo contenuto testo notizia intervista analisi editoriale saggio rubrica "
        "recensione artigo matéria conteúdo notícia reportagem análise coluna ensaio crônica verhaal stuk tekst "
        "recensie artykuł treść treści materiał wywiad analiza felieton esej recenzja "
        "текст стать материал публикац новост интервью колонк эссе статт матеріал публікац новин інтерв есе "
        "haber yazı makale içerik metn röportaj söyleşi analiz άρθρο κείμενο περιεχόμενο συνέντευξη ανάλυση "
        "cikk cikket írás interjú elemzés artiklen intervju analysen krönika kronikk klumme artikkel juttu jutun "
        "haastattelu analyysi kolumni saken článek článk rozhovor analýza articol conținut interviu wawancara "
        "المقال مقال المادة المقابلة الحوار النص लेख खबर साक्षात्कार इंटरव्यू 기사 글 콘텐츠 내용 인터뷰 칼럼"
    )
)
"""The same in languages in which words have endings."""
TEXTS: Final = WHOLE | INFLECTED
STEMS: Final = tuple(word for word in INFLECTED if len(word) >= LONG or not word.isascii())
"""Those that may go on; short ones are other words then."""
UNSPACED: Final = re.compile("記事|本文|文章|全文|内容|內容|残りは|インタビュー|コラム|专访|專訪")
"""The same where words have no gaps between them."""
RESTS: Final = frozenset(
    words_of(
        "this rest remainder reste suite resto restante continuación continuação seguito συνέχεια folytatás część "
        "версия версія часть частина kalanı kısmı resten ciąg"
    )
)
"""What the rest of a text is called without it."""
VERBS: Final = frozenset(
    words_of(
        "is are remains ist bleibt est reste es está queda è é fica is jest доступна доступен доступно доступний "
        "только лише тільки είναι csak yalnızca sadece"
    )
)
"""What follows then: no word says what else it may be the rest of."""
ALL: Final = tuple(words_of("full access is"))
"""How a line begins that speaks of all that there is to read."""
EARLY: Final = 4
"""Words among which the rest is named."""


OF_IT: Final = 3
"""Words after the rest among which the text is named whose rest it is."""
LITTLE: Final = frozenset(
    words_of(
        "the a an of for to in on by with this that our your all only just and or are be who available access "
        "accessible become please must need now today first der die das den dem dieser diese dieses diesen nur für "
        "ist sind unser unsere unseren ihr verfügbar zugänglich bitte jetzt le la les l de du des cet cette ces "
        "aux à au sont nos notre pour seulement uniquement disponible réservé réservée réservés el los las lo este "
        "esta estos estas del al para solo sólo exclusivamente nuestros il gli i questa questo queste ai agli alla "
        "per soltanto disponibile o os as aos ao do da dos só apenas nossos disponível het dit deze aan voor "
        "alleen onze beschikbaar zijn jest są tylko dla wyłącznie naszych tego tej dostępna dostępny dostępne je "
        "jsou jen pouze pro našich tohoto této s si dostupný dostupná dostupné для только это этот эта эти наших "
        "доступна доступен доступно доступны лише тільки цей ця це доступні är bara för av endast våra det er kun "
        "til våre vore af og ovat vain doar pentru numai açıktır sadece yalnızca bu için csak az érhető számára "
        "για μόνο του της το η ο τους hanya untuk ini متاحة "
        "متاح فقط هذا هذه है हैं भाग के लिए केवल सिर्फ 제공됩니다 "
        "있습니다 있다 됩니다 입니다"
    )
)
"""Words that say nothing of their own: articles, what joins others, and that something is to be had."""
LITTLE_SIGNS: Final = frozenset("覧閲読阅閱读讀请請先限定专專専属屬用只仅僅供可方能看者皆均")
"""The same where words have no gaps, beside what is written in hiragana."""
HIRAGANA: Final = ("\u3041", "\u309f")


def names_the_rest(line: str) -> bool:
    """Whether a line names the rest of a text as such: the rest, and right after it whose."""
    words = words_of(line)
    return any(
        word in RESTS and any(one in TEXTS or one.startswith(STEMS) for one in words[at + 1 : at + 1 + OF_IT])
        for at, word in enumerate(words)
    )


def says_more(words: list[str]) -> bool:
    """Whether any of these words of a line, which no phrase of a wall covers, tells of something else than the text."""
    return any(not _is_little(word) for word in words)


def _is_little(word: str) -> bool:
    if word in LITTLE or word in TEXTS or word.startswith(STEMS) or word in RESTS or word in VERBS:
        return True
    return all(HIRAGANA[0] <= sign <= HIRAGANA[1] or sign in LITTLE_SIGNS for sign in word)


def speaks_of_the_text(line: str) -> bool:
    """Whether a last line names the text or its rest, in whatever it says of it."""
    words = words_of(line)
    if any(word in TEXTS or word.startswith(STEMS) for word in words):
        return True
    if tuple(words[: len(ALL)]) == ALL:
        return True
    if GAPLESS.search(line) and UNSPACED.search(line):
        return True
    return any(word in RESTS and after in VERBS for word, after in pairwise(words[: EARLY + 1]))
