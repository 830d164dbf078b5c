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
        "версия версія часть частина kalanı kısmı"
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
