"""Names that stand in a byline without being a person: agencies and newsrooms."""

from __future__ import annotations

import re

AGENCIES = frozenset(
    name.strip()
    for name in """
    afp | agence france-presse | ap | associated press | the associated press | ansa | apa | belga | bloomberg |
    bne intellinews | bne | bbc | bbc news | bbc russian | cnn | current time | deutsche welle | dpa | dw | efe |
    interfax | irna | itar-tass | kommersant | kyodo | lenta | mediazona | meduza | novaya gazeta |
    novaya gazeta europe | prime | rbc | reuters | rferl | rfe/rl | radio free europe | ria | ria novosti |
    ritzau | tass | the bell | the conversation | the insider | unian | ukrinform | upi | vedomosti | vot tak |
    vtimes | wire reports | xinhua | istories | agentstvo | novosti | афп | ап | рейтер | рейтерс | интерфакс |
    тасс | риа новости | риа | коммерсантъ | ведомости | медуза | медиазона | рбк
    """.split("|")
)
NEWSROOM = re.compile(
    r"\b(staff|newsroom|editors?|editorial (board|team)|reporters?|редакция|корреспондент)\b", re.IGNORECASE
)


def is_person(name: str, publishers: frozenset[str]) -> bool:
    """Whether a byline names a person rather than agencies, a newsroom or one of these publishers (lower-cased)."""
    lowered = " ".join(name.lower().split())
    if NEWSROOM.search(lowered) or any(publisher in lowered for publisher in publishers):
        return False
    parts = [part.strip(" .«»\"'") for part in re.split(r"[/,|]", lowered)]
    return any(part and part not in AGENCIES for part in parts)
