"""Whether a line speaks of the text that it ends ("This article is …", "The rest is …"), or of something else."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from mtcrawler.markup.text import GAPLESS
from mtcrawler.overlays.observation.phrases import words_of

LONG: Final = 5
TEXTS: Final = frozenset(
    words_of(
        "article story stories post posts piece pieces text content report column feature page preview reading "
        "artikel beitrag inhalt geschichte bericht reportage contenu texte récit enquête reportage "
        "artículo noticia contenido texto nota reportaje articolo contenuto testo notizia artigo matéria conteúdo "
        "notícia reportagem verhaal stuk bericht tekst artykuł tekst treść treści materiał "
        "текст стать материал публикац новост статт матеріал публікац новин haber yazı makale içerik metn "
        "άρθρο κείμενο περιεχόμενο cikk cikket írás artiklen artikkel juttu jutun saken článek článk articol conținut "
        "المقال مقال المادة النص लेख खबर 기사 글 콘텐츠 내용"
    )
)
"""What a text is called, in 25 languages."""
STEMS: Final = tuple(word for word in TEXTS if len(word) >= LONG or not word.isascii())
"""Those that may go on; short ones are other words then."""
UNSPACED: Final = re.compile("記事|本文|文章|全文|内容|內容|残りは")
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
EARLY: Final = 4
"""Words among which the rest is named."""


def speaks_of_the_text(line: str) -> bool:
    """Whether a last line names the text or its rest, in whatever it says of it."""
    words = words_of(line)
    if any(word in TEXTS or word.startswith(STEMS) for word in words):
        return True
    if GAPLESS.search(line) and UNSPACED.search(line):
        return True
    return any(word in RESTS and after in VERBS for word, after in pairwise(words[: EARLY + 1]))
